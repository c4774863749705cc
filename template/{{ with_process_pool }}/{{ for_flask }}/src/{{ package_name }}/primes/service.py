"""What can be asked about prime numbers; it knows nothing of HTTP."""

from concurrent.futures.process import BrokenProcessPool

from ..processes import BusyError, Processes
from .computing import count_primes


def count(processes: Processes, below: int, patience: float) -> int:
    """Count the primes below a number, while others are served."""
    future = processes.submit(count_primes, below)
    try:
        return future.result(patience)
    except (BrokenProcessPool, TimeoutError) as error:
        future.cancel()  # unless it has begun
        raise BusyError from error
