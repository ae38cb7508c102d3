"""Finds the runs on this machine, and reads the result of one from its folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.results.content import ReportContent
from dashboard.texts import Texts
from data.files import BadDataError, MissingInputError, PlanFolder, Problem, read_case
from data.files.run_results import RESULT_DOCUMENT
from data.identity import BadKeyError, SurrogateKey, masked
from data.model import BRASILIA, PlanningAxis

KPI_FILE = "kpis.json"
RUN_FILE = "run.json"
RUNS = "runs"

MOST_PROBLEMS = 20
"""Problems of a bad case that a page lists."""


class ResultError(Exception):
    """A run cannot be shown.

    Attributes:
        key: key of the message in the catalogue.
        details: further lines for the reader, and problems of files, without personal data.
    """

    def __init__(self, key: str, details: Iterable[str | Problem] = ()) -> None:
        self.key = key
        self.details = tuple(detail if isinstance(detail, Problem) else masked(detail) for detail in details)
        super().__init__(key, *self.details)


def problem_words(problem: Problem, texts: Texts) -> str:
    """One thing wrong in a file, in a line: where, what was found, and what was expected."""
    row = "" if problem.row is None else texts.say("problem.row", row=problem.row)
    place = ", ".join(part for part in (problem.file, row, problem.column) if part)
    found = f"'{problem.value}'; " if problem.value else ""
    return f"{place}: {found}{texts.phrase(problem.expected)}"


def _problem_lines(problems: Sequence[Problem], texts: Texts) -> str:
    """The first problems, one a line, and how many there are beside them."""
    lines = [problem_words(problem, texts) for problem in problems[:MOST_PROBLEMS]]
    left = len(problems) - len(lines)
    return "\n".join([*lines, texts.say("problem.more", more=texts.integer(left))] if left else lines)


def error_words(error: Exception, texts: Texts) -> str:
    """What an error says, in lines, without personal data."""
    if isinstance(error, BadDataError):
        return masked(_problem_lines(error.problems, texts))
    return masked("\n".join(_line_words(line, texts) for line in str(error).split("\n")))


def _line_words(line: str, texts: Texts) -> str:
    said = line.lstrip()
    return line.removesuffix(said) + texts.phrase(said)


@contextmanager
def told_as_results() -> Iterator[None]:
    """Errors of files, in the words of pages.

    Raises:
        ResultError: in place of what the block raises.
    """
    try:
        yield
    except BadDataError as error:
        raise ResultError("error.bad_data", error.problems[:MOST_PROBLEMS]) from error
    except MissingInputError as error:
        raise ResultError("error.missing_input", (str(error),)) from error
    except BadKeyError as error:
        raise ResultError("error.bad_key", (str(error),)) from error


def list_runs(folder: Path) -> list[Path]:
    """Plan folders and their runs at or below `folder`, three levels deep; the last changed first."""
    try:
        plans = {path.parent for depth in range(4) for path in folder.glob("*/" * depth + "plan.json")}
        return sorted(plans, key=lambda path: (-newest_change(path), str(path)))
    except OSError:
        return []


def run_folder(folder: Path) -> Path:
    """The folder that holds the result: the current run of a plan folder, else the folder itself.

    Raises:
        ResultError: when the pointer to the current run is broken.
    """
    with told_as_results():
        return PlanFolder(folder).current_run() or folder


def folder_label(folder: Path, texts: Texts) -> str:
    """Name of a plan folder; of a run, with the time at which it was written (in Brasília)."""
    if folder.parent.name != RUNS:
        return folder.name
    try:
        written = datetime.strptime(folder.name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return folder.name
    return f"{folder.parent.parent.name}: {texts.instant(written.astimezone(ZoneInfo(BRASILIA)))}"


def newest_change(folder: Path) -> float:
    """When a file directly in the folder changed last, in seconds since 1970; 0 for no folder."""
    try:
        with os.scandir(folder) as entries:
            return max((entry.stat().st_mtime for entry in entries), default=0.0)
    except OSError:
        return 0.0


def read_result(folder: Path) -> ReportContent:
    """The case in a run folder, with the documents that lie beside it.

    `result.json` carries the result documents of the commands under their names (`roster`, `allocate`,
    `check`, `simulate`), or that of a single command as it is; `kpis.json` carries the indicators, and
    `waits` if there are any.

    Raises:
        ResultError: when there is no such folder, or when its files cannot be read.
    """
    if not folder.is_dir():
        raise ResultError("error.no_folder")
    with told_as_results():
        case = read_case(folder, SurrogateKey.if_named())
    return ReportContent.from_documents(
        case,
        _document(folder, RESULT_DOCUMENT),
        _document(folder, KPI_FILE),
        _created_at(folder, case.axis),
    )


def _document(folder: Path, name: str) -> Mapping[str, Any]:
    """A JSON document of the run; empty when there is none."""
    try:
        document = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise ResultError("error.bad_document", (name,)) from error
    if not isinstance(document, dict):
        raise ResultError("error.bad_document", (name,))
    return document


def _created_at(folder: Path, axis: PlanningAxis) -> datetime | None:
    written = _document(folder, RUN_FILE).get("created_at")
    try:
        instant = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return None if instant is None or instant.tzinfo is None else instant.astimezone(axis.zone)
