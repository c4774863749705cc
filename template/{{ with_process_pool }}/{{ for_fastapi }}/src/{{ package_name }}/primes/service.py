"""What can be asked about prime numbers; it knows nothing of HTTP."""

import asyncio
from concurrent.futures.process import BrokenProcessPool

from ..processes import BusyError, Processes
from .computing import count_primes


async def count(processes: Processes, below: int, patience: float) -> int:
    """Count the primes below a number, while others are served."""
    future = asyncio.wrap_future(processes.submit(count_primes, below))
    try:
        return await asyncio.wait_for(future, patience)
    except (BrokenProcessPool, TimeoutError) as error:
        raise BusyError from error
