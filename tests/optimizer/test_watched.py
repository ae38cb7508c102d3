"""A solver that ends while it is watched."""

from __future__ import annotations

import threading
import time

from optimizer.watched import left_to_itself, watched


def test_a_solver_may_end_while_the_watch_is_asked() -> None:
    """It has ended by the time that the caller would wait for it: the answer is there, and no error."""
    may_end = threading.Event()

    def solve() -> int:
        may_end.wait(10.0)
        return 7

    def watch() -> None:
        may_end.set()
        while left_to_itself():
            time.sleep(0.001)

    assert watched(solve, watch) == 7
