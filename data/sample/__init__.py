"""The sample week: a synthetic case of the size that one planner looks after, with duties and bookings."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from data.files import read_case, write_case
from data.generator import GeneratorSettings, generate
from data.model import Case

SAMPLE_SETTINGS: Final = GeneratorSettings(agents=48, days=6, bookings=3000, seed=1, name="Sample week")
"""Monday 2026-11-30 to Saturday 2026-12-05. 48 agents, since 3,000 bookings would fill 40 to the brim."""


def sample_folder() -> Path:
    """The plan folder of the sample week within the installed package; do not write to it."""
    return Path(str(files("data") / "sample" / "week"))


def load_sample() -> Case:
    """Read the sample week, its planted duties included."""
    with as_file(files("data") / "sample" / "week") as folder:
        return read_case(folder)


def write_sample(folder: Path) -> None:
    """Generate the sample week anew into a new folder.

    Raises:
        CannotWriteError: when there is something at that place already.
    """
    write_case(folder, generate(SAMPLE_SETTINGS).case)
