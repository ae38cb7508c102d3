"""Where work runs: in this process, in processes of this machine, or on a Dask cluster.

All three are executors of the standard library's shape (`concurrent.futures.Executor`). Work is a function
that can be pickled, of arguments alone; so its results depend neither on the executor nor on the number of
workers, and work that was lost with its worker is simply done again.
"""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import pickle
import signal
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Value = TypeVar("Value")

UNDER_WAY = 64
"""Items handed to an executor at once: enough to keep workers busy, few enough to keep in memory."""

LOST_IN_A_ROW = 3
"""Workers that may die one after the other, without a result between them, before the work is given up."""

CONNECTING_SECONDS = 10.0
LISTENING_SECONDS = 0.2


class ExecutorError(Exception):
    """Work could not be done: workers died again and again, or a cluster could not be reached or was lost."""


class Shared(Generic[Value]):
    """A value that many pieces of work share: packed once, and unpacked once by each worker."""

    def __init__(self, value: Value) -> None:
        self._packed = zlib.compress(pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL), 1)
        self._digest = hashlib.sha256(self._packed).hexdigest()

    def __hash__(self) -> int:
        return hash(self._digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shared) and self._digest == other._digest

    def value(self) -> Value:
        """The value; not to be changed."""
        unpacked: Value = _unpacked(self)
        return unpacked

    def _unpack(self) -> Value:
        value: Value = pickle.loads(zlib.decompress(self._packed))  # noqa: S301 - packed by ourselves
        return value


@lru_cache(maxsize=2)
def _unpacked(shared: Shared[Any]) -> Any:
    return shared._unpack()


class InThisProcess(Executor):
    """Does each piece of work when it is handed over."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The finished work; what it raised is in the future, but for a wish to stop."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Processes(Executor):
    """Processes of this machine. They end with this process, however that ends.

    When one dies, the pool of the standard library breaks; a new one then does what was not finished.

    Args:
        workers: one or more.
    """

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise ValueError(f"expected one worker or more, got {workers}")
        self._workers = workers
        # Spawned: a fork of a process with threads, as solvers and compilers have them, may hang.
        self._context = multiprocessing.get_context("spawn")
        self._lifeline, self._held = self._context.Pipe(duplex=False)
        self._lock = threading.RLock()
        self._closed = False
        self._lost = 0
        self._pool = self._new_pool()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand work over.

        Raises:
            RuntimeError: after the shutdown.
        """
        future: Future[Any] = Future()
        self._hand_over(future, fn, args, kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers: at once if futures are cancelled, else once all work is done."""
        with self._lock:
            self._closed = True
            pool = self._pool
        if cancel_futures:
            self._held.close()
        pool.shutdown(wait=wait, cancel_futures=cancel_futures)
        self._held.close()
        self._lifeline.close()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers, mp_context=self._context, initializer=begin_worker, initargs=(self._lifeline,)
        )

    def _hand_over(
        self, future: Future[Any], fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        inner, pool = self._submitted(fn, args, kwargs)

        def done(inner: Future[Any]) -> None:
            if inner.cancelled():
                future.cancel()
                future.set_running_or_notify_cancel()
                return
            error = inner.exception()
            if isinstance(error, BrokenProcessPool):
                try:
                    self._replace(pool)
                    self._hand_over(future, fn, args, kwargs)
                except (ExecutorError, RuntimeError) as why:
                    future.set_exception(why)
            elif error is not None:
                future.set_exception(error)
            else:
                self._lost = 0
                future.set_result(inner.result())

        inner.add_done_callback(done)

    def _submitted(
        self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Future[Any], ProcessPoolExecutor]:
        """The work in the hands of a pool that is not known to be broken."""
        while True:
            with self._lock:
                if self._closed:
                    raise RuntimeError("cannot schedule new futures after shutdown")
                pool = self._pool
            # Not under our lock: a pool that breaks holds its own while it tells us.
            try:
                return pool.submit(fn, *args, **kwargs), pool
            except BrokenProcessPool:
                self._replace(pool)

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        """A new pool in place of a broken one; of the many that tell of the same pool the first makes it.

        Raises:
            ExecutorError: when workers die again and again.
        """
        with self._lock:
            if self._pool is not broken:
                return
            self._lost += 1
            if self._lost > LOST_IN_A_ROW:
                raise ExecutorError(f"workers died {LOST_IN_A_ROW + 1} times in a row without a result")
            self._pool = self._new_pool()


def begin_worker(lifeline: Connection) -> None:
    """A worker leaves Ctrl-C to its parent, and ends at once when the lifeline does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def hold() -> None:
        with contextlib.suppress(OSError):
            lifeline.poll(None)
        os._exit(1)

    threading.Thread(target=hold, name="lifeline", daemon=True).start()


@contextlib.contextmanager
def open_executor(
    workers: int = 1, dask: str = "", seconds: float = CONNECTING_SECONDS
) -> Iterator[Executor]:
    """An executor for a while. When the block ends with an exception, work under way is given up.

    Args:
        workers: processes of this machine; 0: in this process.
        dask: address of a Dask scheduler; then its workers do the work, however many there are.
        seconds: to wait for the scheduler.

    Raises:
        ExecutorError: when the scheduler can't be reached.
    """
    if dask:
        with _dask_executor(dask, seconds) as executor:
            yield executor
        return
    executor = Processes(workers) if workers else InThisProcess()
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()


@contextlib.contextmanager
def _dask_executor(address: str, seconds: float) -> Iterator[Executor]:
    try:
        from distributed import Client
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise ExecutorError("Dask is not installed; install it with: pip install 'pontual[dask]'") from error
    try:
        client = Client(address, timeout=seconds, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ExecutorError(f"no Dask scheduler answers at {address}") from error
    with client:
        # A worker that dies takes its work along; the scheduler gives it to another one, a few times.
        try:
            yield client.get_executor(pure=False)
        except KilledWorker as error:
            raise ExecutorError("workers died again and again at the same work") from error
        except CommClosedError as error:
            raise ExecutorError(f"the connection to {address} is lost") from error


def completed(
    executor: Executor,
    function: Callable[[Item], Result],
    items: Iterable[Item],
    watch: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Item, Result]]:
    """Each item with its result, in the order in which they are done.

    Args:
        function: can be pickled (but for work in this process).
        watch: called often; may raise to stop.

    Raises:
        ExecutorError: when workers or the cluster are lost for good.
        Exception: whatever the function raises.
    """
    pending: dict[Future[Result], Item] = {}
    for item in items:
        pending[executor.submit(function, item)] = item
        watch()
        yield from _taken(pending, 0.0)
        while len(pending) >= UNDER_WAY:
            watch()
            yield from _taken(pending, LISTENING_SECONDS)
    while pending:
        watch()
        yield from _taken(pending, LISTENING_SECONDS)


def _taken(pending: dict[Future[Result], Item], seconds: float) -> Iterator[tuple[Item, Result]]:
    """Those that are done, after a while at most."""
    for future in wait(pending, timeout=seconds, return_when=FIRST_COMPLETED).done:
        if future.cancelled():
            raise ExecutorError("the connection to the workers is lost")
        yield pending.pop(future), future.result()
