"""What is computed in a process of its own, which imports this module and little more."""

from itertools import takewhile
from math import isqrt


def count_primes(below: int) -> int:
    """Count the prime numbers below a number, without haste."""
    primes: list[int] = []
    for number in range(2, below):
        root = isqrt(number)
        if all(number % prime for prime in takewhile(root.__ge__, primes)):
            primes.append(number)
    return len(primes)
