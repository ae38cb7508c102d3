"""One piece of work in a process of its own, which tells how far it is and hands its result over.

The process is spawned: a fork of a server with threads may hang. It ends when the server does.
"""

from __future__ import annotations

import multiprocessing
import pickle
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from data.executors import begin_worker
from data.progress import Progress

BETWEEN_REPORTS = 0.1
"""Seconds; a solver may report thousands of times a second."""

DYING_SECONDS = 2.0
"""A process that has closed its pipe needs a moment until its exit code is known."""


class FailedWork(Exception):  # noqa: N818 - what became of the work, not what is wrong with a call
    """The work ended without a result.

    Attributes:
        error: what it raised; None when the process died, or when that cannot leave its process.
        kind: name of the error's class; empty when the process died.
        exit_code: of a process that died (negative: the signal).
    """

    def __init__(self, error: Exception | None, kind: str, exit_code: int | None = None) -> None:
        self.error = error
        self.kind = kind
        self.exit_code = exit_code
        super().__init__(kind or f"the process died with {exit_code}")


@dataclass(frozen=True)
class _Raised:
    packed: bytes | None
    kind: str


class WorkProcess:
    """Runs a function of a module in a new process.

    Args:
        function: called with the arguments and, last, a progress function.
        arguments: can be pickled.
    """

    def __init__(self, function: Callable[..., Any], arguments: Sequence[Any]) -> None:
        context = multiprocessing.get_context("spawn")
        self._lifeline, self._held = context.Pipe(duplex=False)
        self._told, self._telling = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_work, args=(self._lifeline, self._telling, function, tuple(arguments)), daemon=False
        )
        self._lock = threading.Lock()
        self._stopped = False

    def run(self, tell: Callable[[float], None]) -> bytes:
        """Do the work, and wait for it; `tell` hears the fraction done. Gives the pickled result.

        Raises:
            FailedWork: when there is none.
        """
        try:
            with self._lock:
                if not self._stopped:
                    self._process.start()
            # Only the process itself may hold these ends, or nobody would notice its death.
            self._lifeline.close()
            self._telling.close()
            while True:
                match self._told.recv():
                    case float() as fraction:
                        tell(fraction)
                    case bytes() as result:
                        return result
                    case _Raised() as raised:
                        error = None if raised.packed is None else pickle.loads(raised.packed)  # noqa: S301 - packed by ourselves
                        raise FailedWork(error, raised.kind)
        except (EOFError, OSError):
            if self._process.pid is not None:
                self._process.join(DYING_SECONDS)
            raise FailedWork(None, "", self._process.exitcode) from None
        finally:
            self.stop()

    def stop(self) -> None:
        """End the process at once, if it still runs, or never begin it; what it started ends with it."""
        with self._lock:
            self._stopped = True
            if self._process.pid is not None:
                self._process.kill()
                self._process.join()
            self._held.close()


def _work(
    lifeline: Connection, telling: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    begin_worker(lifeline)
    try:
        answer: bytes | _Raised = pickle.dumps(function(*arguments, _reporter(telling)))
    except Exception as error:
        answer = _Raised(_packed(error), type(error).__name__)
    telling.send(answer)


def _reporter(telling: Connection) -> Progress:
    last = -BETWEEN_REPORTS

    def report(fraction: float, _what: str) -> None:
        nonlocal last
        if time.monotonic() - last >= BETWEEN_REPORTS:
            last = time.monotonic()
            telling.send(min(max(float(fraction), 0.0), 1.0))

    return report


def _packed(error: Exception) -> bytes | None:
    """The error as it travels, if it comes out again as it went in."""
    error.__traceback__ = None
    try:
        packed = pickle.dumps(error)
        back = pickle.loads(packed)  # noqa: S301 - packed by ourselves
    except Exception:
        return None
    return packed if str(back) == str(error) else None
