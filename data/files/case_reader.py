"""A planning case from a folder: every table read, every problem of every file found, then the case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from data.files.checks import check_against_plan, check_references, check_rows
from data.files.csv_text import read_csv
from data.files.errors import BadDataError, MissingInputError, Problem
from data.files.json_rows import read_json
from data.files.plan_file import PLAN_FILE, read_plan
from data.files.raw_table import RawTable
from data.files.tables import ReadTable, interpret
from data.identity import SurrogateKey
from data.model import INPUT_TABLES, REQUIRED_TABLES, RESULT_TABLES, Case, Plan, PlanningAxis, Table

TableKind = TypeVar("TableKind", bound=Table)

SUFFIXES = (".csv", ".parquet", ".json")


def _read_parquet(content: bytes, file: str, kind: type[Table]) -> RawTable:
    # Arrow takes a while to load.
    from data.files.parquet import read_parquet

    return read_parquet(content, file, kind)


_READERS = {".csv": read_csv, ".parquet": _read_parquet, ".json": read_json}

# Stands in for the axis of a plan that could not be read, so that the tables' problems are still found.
_ANY_AXIS = PlanningAxis(date(2026, 11, 30), 7)


def read_table(
    path: Path,
    kind: type[TableKind],
    axis: PlanningAxis,
    key: SurrogateKey | None = None,
    order_number_prefixes: tuple[str, ...] = (),
) -> TableKind:
    """One table from a CSV, Parquet or JSON file.

    Args:
        path: the file; its suffix says the format.
        kind: the table.
        axis: the planning axis on which instants and days are counted.
        key: the secret for files that carry order numbers and CPFs instead of surrogates.
        order_number_prefixes: what order numbers begin with (R8); empty: anything.

    Raises:
        BadDataError: with every problem of the file.
        MissingInputError: when the file is not there, or can't be opened.
    """
    read = interpret(read_raw(path, kind), kind, axis, key, order_number_prefixes)
    check_rows(read, axis)
    if read.problems:
        raise BadDataError(_in_order(read.problems))
    table: Any = read.table()
    return table  # type: ignore[no-any-return]


def read_raw(path: Path, kind: type[Table]) -> RawTable:
    """The cells of a CSV, Parquet or JSON file that should hold this table.

    Raises:
        MissingInputError: when the file is not there, or can't be opened.
    """
    return _raw(_content(path, path.name), path.suffix, path.name, kind)


def read_case(
    folder: Path, key: SurrogateKey | None = None, *, leave_out: Collection[type[Table]] = ()
) -> Case:
    """The planning case of one folder: a run, or a plan folder's root without its runs.

    Args:
        folder: holds plan.json, and one file per table.
        key: the secret for files that carry order numbers and CPFs instead of surrogates.
        leave_out: tables that are not read, and stay empty: a command that makes a table anew must not fail
            on the old one.

    Raises:
        BadDataError: with every problem of every file.
        MissingInputError: when nothing is wrong but that files are missing.
    """
    return read_from(folder, folder, key, leave_out)


def read_from(
    root: Path, results: Path, key: SurrogateKey | None, leave_out: Collection[type[Table]]
) -> Case:
    """The case with inputs from one folder and results from another, which is the same one or inside it."""
    if not root.is_dir():
        raise MissingInputError([root.name or str(root)], "no such folder")
    missing: list[str] = []
    plan, problems = _read_plan_of(root, missing)
    axis = plan.axis if plan else _ANY_AXIS
    prefixes = plan.policy.order_number_prefixes if plan else ()
    reads: dict[type[Table], ReadTable] = {}
    for kind in (*INPUT_TABLES, *RESULT_TABLES):
        if kind in leave_out:
            continue
        folder = results if kind in RESULT_TABLES else root
        found = [folder / (kind.TABLE + suffix) for suffix in SUFFIXES]
        found = [path for path in found if path.exists()]
        names = [path.relative_to(root).as_posix() for path in found]
        if len(found) > 1:
            expected = f"expected one file of {kind.TABLE}, found {' and '.join(names)}"
            problems.append(Problem(names[0], None, "", "", expected))
        elif found:
            raw = _raw(_content(found[0], names[0]), found[0].suffix, names[0], kind)
            reads[kind] = interpret(raw, kind, axis, key, prefixes)
        elif kind in REQUIRED_TABLES:
            missing.append(f"{kind.TABLE}.csv")
    for read in reads.values():
        check_rows(read, axis)
        if plan:
            check_against_plan(read, plan)
    check_references(reads)
    for read in reads.values():
        problems += _in_order(read.problems)
    if problems:
        why = "expected this file (or the table as .parquet or .json)"
        raise BadDataError([*problems, *(Problem(name, None, "", "", why) for name in missing)])
    if missing or plan is None:
        raise MissingInputError(missing, f"not found in {root.name or root}")
    tables: dict[str, Any] = {kind.TABLE: kind.empty() for kind in leave_out}
    tables |= {kind.TABLE: read.table() for kind, read in reads.items()}
    return Case(plan=plan, **tables)


def _read_plan_of(root: Path, missing: list[str]) -> tuple[Plan | None, list[Problem]]:
    path = root / PLAN_FILE
    if not path.exists():
        missing.append(PLAN_FILE)
        return None, []
    return read_plan(_content(path, PLAN_FILE))


def _content(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MissingInputError([name], error.strerror or "can't be read") from error


def _raw(content: bytes, suffix: str, name: str, kind: type[Table]) -> RawTable:
    reader = _READERS.get(suffix)
    if reader is None:
        return RawTable.unreadable(name, None, "", f"expected a file of type {', '.join(SUFFIXES)}")
    return reader(content, name, kind)


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.row or 0)
