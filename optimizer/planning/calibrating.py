"""A calibration from the content of a file of past sessions."""

from __future__ import annotations

from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import NamedTuple

from data.files import BadDataError, Problem, ReadHistory, read_past_sessions
from data.files.scenario_file import scenario_bytes
from data.model import Scenario
from data.model.past_sessions import PastSessions
from data.progress import Progress, no_progress
from data.workbooks.plan_tables import tables_of_workbook
from simulation.calibration import Calibration, TooShortError, calibrate


class Calibrated(NamedTuple):
    """What a file holds, what was fitted to it, and the scenario file that it gives."""

    read: ReadHistory
    found: Calibration
    scenario: bytes


def calibrated(name: str, content: bytes, base: Scenario, progress: Progress = no_progress) -> Calibrated:
    """Fit the parameters of the simulation to past sessions.

    Args:
        name: of the file: CSV, Parquet, JSON or a workbook.
        base: what the history can't tell.

    Raises:
        BadDataError: when the file is bad, or holds too few sessions.
    """
    read = _read(name, content)
    progress(0.2, "")
    try:
        found = calibrate(read.history, base)
    except TooShortError as error:
        left_out = f"; left out as bad: {len(read.bad)}" if read.bad else ""
        raise BadDataError([Problem(name, None, "", "", f"{error}{left_out}")]) from error
    return Calibrated(read, found, scenario_bytes(found.parameters(), {"history": PurePath(name).name}))


def _read(name: str, content: bytes) -> ReadHistory:
    if PurePath(name).suffix.lower() == ".xlsx":
        (content,) = tables_of_workbook(name, content, {PastSessions.TABLE: PastSessions}).values()
        name = f"{PurePath(name).stem}.csv"
    with TemporaryDirectory() as folder:
        file = Path(folder, PurePath(name).name)
        file.write_bytes(content)
        return read_past_sessions(file)
