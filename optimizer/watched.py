"""Run solvers in threads of their own, beside a caller who watches and may give up."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

Outcome = TypeVar("Outcome")

POLL_SECONDS = 0.05

THREAD_NAME = "pontual-solver"


def left_to_itself() -> bool:
    """Whether some solver still runs whose caller has given up."""
    return any(thread.name == THREAD_NAME for thread in threading.enumerate())


def watched(
    solve: Callable[[], Outcome], watch: Callable[[], None], seconds: float | None = None
) -> Outcome | None:
    """Solve; None when the time is up first.

    `watch` is called several times a second. When it raises, or the time is up, the solver is left to itself.

    Raises:
        Exception: whatever the solver or the watch raises.
    """
    return watched_all([solve], watch, seconds)[0]


def watched_all(
    solves: Sequence[Callable[[], Outcome]], watch: Callable[[], None], seconds: float | None = None
) -> list[Outcome | None]:
    """Solve side by side, on as many cores as there are; None for those that the time was not enough for.

    `watch` is called several times a second. When it raises, or the time is up, the solvers are left to
    themselves, and what was not begun is not begun any more.

    Raises:
        Exception: whatever a solver or the watch raises.
    """
    stop = None if seconds is None else time.monotonic() + seconds
    outcomes: dict[int, Outcome] = {}
    failures: list[Exception] = []
    waiting = iter(list(enumerate(solves)))
    given_up = threading.Event()

    def body() -> None:
        try:
            for number, solve in waiting:
                if given_up.is_set():
                    return
                outcomes[number] = solve()
        except Exception as error:  # handed to the caller's thread
            failures.append(error)

    workers = min(len(solves), len(os.sched_getaffinity(0)))
    runners = [threading.Thread(target=body, name=THREAD_NAME, daemon=True) for _ in range(workers)]
    try:
        for runner in runners:
            runner.start()
        while not failures and (alive := [runner for runner in runners if runner.is_alive()]):
            watch()
            if stop is not None and time.monotonic() > stop:
                break
            alive[0].join(POLL_SECONDS)
    finally:
        given_up.set()
    if failures:
        raise failures[0]
    return [outcomes.get(number) for number in range(len(solves))]
