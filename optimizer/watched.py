"""Run a solver in a thread of its own, beside a caller who watches and may give up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Outcome = TypeVar("Outcome")

POLL_SECONDS = 0.05


def watched(
    solve: Callable[[], Outcome], watch: Callable[[], None], seconds: float | None = None
) -> Outcome | None:
    """Solve; None when the time is up first.

    `watch` is called several times a second. When it raises, or the time is up, the solver is left to itself.

    Raises:
        Exception: whatever the solver or the watch raises.
    """
    stop = None if seconds is None else time.monotonic() + seconds
    outcome: list[Outcome] = []
    failure: list[Exception] = []

    def body() -> None:
        try:
            outcome.append(solve())
        except Exception as error:  # handed to the caller's thread
            failure.append(error)

    runner = threading.Thread(target=body, name="solver", daemon=True)
    runner.start()
    while runner.is_alive():
        watch()
        if stop is not None and time.monotonic() > stop:
            return None
        runner.join(POLL_SECONDS)
    if failure:
        raise failure[0]
    return outcome[0]
