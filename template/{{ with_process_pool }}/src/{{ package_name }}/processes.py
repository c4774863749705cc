"""Processes that compute, so that neither the event loop nor a thread's neighbours wait."""

import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from threading import BoundedSemaphore, Lock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class BusyError(Exception):
    """There is no room for another job, or it could not be done in time."""


class Processes:
    """Some processes, started when they are needed, and a bound to the jobs they are given."""

    def __init__(self, count: int, waiting: int) -> None:
        """Take so many jobs at once, and let so many more wait."""
        self.count = count
        self.free = BoundedSemaphore(count + waiting)
        self.lock = Lock()
        self.executor: ProcessPoolExecutor | None = None

    def submit(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a job done; it and its arguments are pickled."""
        if not self.free.acquire(blocking=False):
            raise BusyError
        with self.lock:
            executor = self.executor or self._start()
            try:
                future = executor.submit(job, *args, **kwargs)
            except BrokenProcessPool:
                # One was killed, perhaps for want of memory, and took the others with it.
                future = self._start().submit(job, *args, **kwargs)
        future.add_done_callback(lambda _: self.free.release())
        return future

    def close(self) -> None:
        """Finish the jobs that are under way, and no other."""
        if self.executor is not None:
            self.executor.shutdown(cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        """Start an executor; it spawns, because a fork copies locks that threads hold."""
        self.executor = ProcessPoolExecutor(
            self.count,
            mp_context=get_context("spawn"),
            # Ctrl-C reaches them too, but it is the server that ends them.
            initializer=signal.signal,
            initargs=(signal.SIGINT, signal.SIG_IGN),
        )
        return self.executor
