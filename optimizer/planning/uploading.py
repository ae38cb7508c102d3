"""Tables that people bring, read together with the rest of a plan; problems are named by their own files."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from data.files import BadDataError, Problem, read_case
from data.files.case_reader import SUFFIXES
from data.files.plan_file import PLAN_FILE
from data.identity import SurrogateKey
from data.model import INPUT_TABLES, RESULT_TABLES, Case
from data.workbooks.plan_tables import BY_NAME, tables_of_workbook

WORKBOOK = ".xlsx"
LARGEST_UPLOAD = 20_000_000
"""Bytes of one file."""


def case_with(root: Path, uploads: Mapping[str, bytes], key: SurrogateKey | None) -> Case:
    """The inputs of a plan folder with the tables of uploaded files in place of its own; without results.

    Args:
        root: holds plan.json, and tables; nothing in it changes.
        uploads: files by name: a table as `bookings.csv` (or .parquet, .json), or a workbook (.xlsx) with a
            sheet for each table.
        key: the secret for files that carry order numbers and CPFs instead of surrogates.

    Raises:
        BadDataError: with every problem of every file, uploaded or not.
        MissingInputError: when nothing is wrong but that tables are missing.
    """
    problems: list[Problem] = []
    files: dict[str, tuple[str, str, bytes]] = {}
    for name, content in uploads.items():
        try:
            tables = _tables_of(name, content)
        except BadDataError as error:
            problems += error.problems
            continue
        for table, (suffix, shown_as, cells) in tables.items():
            if table in files:
                expected = f"expected the table {table} once; {files[table][1]} holds it, too"
                problems.append(Problem(shown_as, None, "", "", expected))
            files[table] = (suffix, shown_as, cells)
    if problems:
        raise BadDataError(problems)
    with TemporaryDirectory() as held:
        folder = Path(held)
        _copy_inputs(root, folder, left_out=files)
        named = {}
        for table, (suffix, shown_as, cells) in files.items():
            (folder / f"{table}{suffix}").write_bytes(cells)
            named[f"{table}{suffix}"] = shown_as
        try:
            return read_case(folder, key, leave_out=RESULT_TABLES)
        except BadDataError as error:
            found = (replace(one, file=named.get(one.file, one.file)) for one in error.problems)
            raise BadDataError(found) from error


def _tables_of(name: str, content: bytes) -> dict[str, tuple[str, str, bytes]]:
    """By table: the suffix of its file, how errors name it, and its content."""
    suffix, stem = PurePath(name).suffix.lower(), PurePath(name).stem.strip().lower()
    if len(content) > LARGEST_UPLOAD:
        raise BadDataError([Problem(name, None, "", "", "expected a file of at most 20 MB")])
    if suffix == WORKBOOK:
        sheets = tables_of_workbook(name, content)
        return {table: (".csv", f"{name}, {table}", cells) for table, cells in sheets.items()}
    if stem not in BY_NAME or suffix not in SUFFIXES:
        expected = (
            f"expected the name of a table with {', '.join(SUFFIXES)}, or a workbook ({WORKBOOK}); "
            f"tables are {', '.join(BY_NAME)}"
        )
        raise BadDataError([Problem(name, None, "", "", expected)])
    return {stem: (suffix, name, content)}


def _copy_inputs(root: Path, folder: Path, left_out: Mapping[str, object]) -> None:
    kept = [kind.TABLE for kind in INPUT_TABLES if kind.TABLE not in left_out]
    for name in (PLAN_FILE, *(table + suffix for table in kept for suffix in SUFFIXES)):
        if (root / name).is_file():
            shutil.copyfile(root / name, folder / name)
