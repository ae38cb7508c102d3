"""Ctrl-C and SIGTERM: stop the search, keep the best plan so far, and end within seconds.

A solver holds its thread inside native code, where Python handles no signal. So the work runs in a thread of
its own while the main thread waits for signals; a signal makes the next progress report raise
KeyboardInterrupt inside the work, which the engines answer with the best plan so far.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Generic, TypeVar

from data.progress import Progress
from optimizer.watched import THREAD_NAME

Outcome = TypeVar("Outcome")


class StoppedError(Exception):
    """The work was stopped by a signal before it had anything to hand over."""

    def __init__(self, signal_number: int) -> None:
        self.signal_number = signal_number
        super().__init__(f"stopped by {signal.Signals(signal_number).name}; nothing was written")


class Interruptible(Generic[Outcome]):
    """Runs one piece of work so that SIGINT and SIGTERM end it softly.

    Attributes:
        signal_number: the signal that came, or None.
    """

    def __init__(self) -> None:
        self.signal_number: int | None = None
        self._wanted = threading.Event()

    def run(self, work: Callable[[Progress], Outcome], progress: Progress) -> Outcome:
        """Do the work; it is given a progress function that raises KeyboardInterrupt after a signal.

        A second signal ends the process at once, as it does by default.

        Raises:
            StoppedError: when a signal ended work that has nothing to show for it.
            Exception: whatever the work raises.
        """
        outcome: list[Outcome] = []
        failure: list[BaseException] = []

        def watched(fraction: float, what: str) -> None:
            if self._wanted.is_set():
                raise KeyboardInterrupt
            progress(fraction, what)

        def body() -> None:
            try:
                outcome.append(work(watched))
            except BaseException as error:
                failure.append(error)

        previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        for number in previous:
            signal.signal(number, self._on_signal)
        thread = threading.Thread(target=body, name=THREAD_NAME, daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(0.1)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
        if failure and self.signal_number is not None and isinstance(failure[0], KeyboardInterrupt):
            raise StoppedError(self.signal_number)
        if failure:
            raise failure[0]
        return outcome[0]

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.signal_number = number
        self._wanted.set()
        signal.signal(number, signal.SIG_DFL)
