"""Work for the jobs of the tests; it runs in other processes."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from data.files import BadDataError, Problem
from data.progress import Progress


class StubbornError(Exception):
    """Does not come out of a process as it went in."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def noted(place: str, value: int, progress: Progress) -> int:
    """Write this process's number down, and double the value."""
    with Path(place).open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    progress(0.5, "half")
    return 2 * value


def endless(place: str, progress: Progress) -> None:
    """Write this process's number down, and go on for ever."""
    noted(place, 0, progress)
    while True:
        time.sleep(0.05)
        progress(0.5, "on and on")


def dying(code: int, _progress: Progress) -> None:
    os._exit(code)


def refusing(_progress: Progress) -> None:
    raise BadDataError([Problem("agents.csv", 3, "state", "XX", "expected a state")])


def stubborn(_progress: Progress) -> None:
    raise StubbornError(1, 2)


def unpicklable(_progress: Progress) -> Any:
    return lambda: None
