"""Pieces of work that can be pickled, for executors."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from data.executors import Shared


def squared(number: int) -> int:
    """Work."""
    return number * number


def refused(number: int) -> int:
    """Work that fails."""
    raise ValueError(f"no {number}")


def dies_once(item: tuple[str, int]) -> int:
    """Work that takes its worker along the first time."""
    folder, number = item
    mark = Path(folder) / f"{number}"
    if number % 5 == 0 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def dies_always(_item: int) -> int:
    """Work that takes every worker along."""
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def slept(item: tuple[str, int]) -> int:
    """Work that tells who does it, and lasts."""
    folder, number = item
    (Path(folder) / f"pid-{os.getpid()}").touch()
    time.sleep(60)
    return number


def summed(item: tuple[Shared[list[int]], int]) -> int:
    """Work on a shared value."""
    shared, number = item
    return sum(shared.value()) + number
