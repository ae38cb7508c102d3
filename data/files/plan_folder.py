"""Plan folders: the inputs of a planning case at the root, and one folder per run of a command.

A run holds the whole case as the command saw it and left it, so it can be read, checked and kept by itself.
The file ``current`` names the newest run; it is swapped after the run is there, so what belongs together
becomes visible together. Old runs are kept.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from data.files.atomic import (
    create_folder,
    flush_folder,
    locked,
    remove_leftovers,
    replace_file,
    replace_files,
    writing,
)
from data.files.case_reader import SUFFIXES, read_from
from data.files.errors import BadDataError, CannotWriteError, MissingInputError, Problem, shown
from data.files.plan_file import PLAN_FILE, plan_bytes
from data.files.tables import FileFormat, table_bytes
from data.identity import SurrogateKey, masked
from data.model import INPUT_TABLES, RESULT_TABLES, Case, Table

RUNS = "runs"
CURRENT = "current"
RUN_FILE = "run.json"
LOCK_FILE = ".lock"

_RUN_NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}", re.ASCII)


def case_files(case: Case, file_format: FileFormat) -> dict[str, bytes]:
    """All files of a case by name: plan.json and every table, empty ones included.

    Raises:
        ValueError: when a value could not be read back.
    """
    tables = {kind.TABLE: case.table(kind) for kind in (*INPUT_TABLES, *RESULT_TABLES)}
    files = {PLAN_FILE: plan_bytes(case.plan)}
    for name, table in tables.items():
        files[f"{name}.{file_format}"] = table_bytes(table, case.axis, file_format)
    return files


def write_case(folder: Path, case: Case, file_format: FileFormat = "csv") -> None:
    """Write a case as a new folder, at once; folders above it are made where they are missing.

    Raises:
        CannotWriteError: when there is something at that place already, or it can't be written to.
        ValueError: when the case holds a value that could not be read back.
    """
    write_folder(folder, case_files(case, file_format))


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, by relative path, as a new folder, at once; folders above it are made where missing.

    Raises:
        CannotWriteError: when there is something at that place already, or it can't be written to.
    """
    folder = folder.absolute()
    with writing(folder):
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise CannotWriteError(f"cannot write {folder}: it is there already, and not empty")
        folder.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder)
        create_folder(folder, files)


class PlanFolder:
    """A plan folder on the disk. It may be read while another process writes to it."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path).absolute()
        self._holds_lock = False

    def read(self, key: SurrogateKey | None = None, *, leave_out: Collection[type[Table]] = ()) -> Case:
        """The case: inputs from the root; results from the current run or, when there is none, from the root.

        Args:
            key: the secret for files that carry order numbers and CPFs instead of surrogates.
            leave_out: tables that are not read, and stay empty: a command that makes a table anew
                must not fail on the old one, which may not fit the inputs any more.

        Raises:
            BadDataError: with every problem of every file.
            MissingInputError: when nothing is wrong but that files are missing.
        """
        return read_from(self.path, self.current_run() or self.path, key, leave_out)

    def current_run(self) -> Path | None:
        """The folder of the newest run, if there is one.

        Raises:
            BadDataError: when the file `current` names no run.
        """
        try:
            name = (self.path / CURRENT).read_bytes().decode("ascii", "replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise MissingInputError([CURRENT], error.strerror or "can't be read") from error
        run = self.path / RUNS / name
        if not _RUN_NAME.fullmatch(name) or not run.is_dir():
            raise BadDataError(
                [Problem(CURRENT, None, "", shown(name), f"expected the name of a folder in {RUNS}")]
            )
        return run

    def passed_over(self) -> list[str]:
        """Result tables at the root that are newer than the current run; they are not read beside it."""
        run = self.current_run()
        if run is None:
            return []
        made = (run / RUN_FILE).stat().st_mtime
        names = [kind.TABLE + suffix for kind in RESULT_TABLES for suffix in SUFFIXES]
        paths = [self.path / name for name in names if (self.path / name).is_file()]
        return [path.name for path in paths if path.stat().st_mtime > made]

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other writers out, for a whole command; `write_run` takes the lock by itself otherwise.

        Raises:
            BusyError: when another process writes to the folder.
            CannotWriteError: when the folder can't be written to.
        """
        if self._holds_lock:
            raise RuntimeError("this PlanFolder holds its lock already")
        with contextlib.ExitStack() as stack:
            with writing(self.path):
                (self.path / RUNS).mkdir(exist_ok=True)
                stack.enter_context(locked(self.path / RUNS / LOCK_FILE, self.path.name))
            self._holds_lock = True
            stack.callback(setattr, self, "_holds_lock", False)
            yield

    def replace_inputs(self, case: Case, kinds: Collection[type[Table]]) -> None:
        """Write input tables of a case at the root, in the formats that they have there; else as CSV.

        Call it while holding the lock, before the run that builds on them is written: whoever reads in
        between finds inputs that the current run does not know yet, as after an edit by hand.

        Raises:
            CannotWriteError: when a table cannot be written, or lies there as JSON, which is only read.
        """
        contents: dict[Path, bytes] = {}
        for kind in kinds:
            name = kind.TABLE
            if (self.path / f"{name}.json").exists():
                raise CannotWriteError(f"cannot write {name}.json: give the table as CSV or Parquet")
            file_format: FileFormat = "parquet" if (self.path / f"{name}.parquet").exists() else "csv"
            content = table_bytes(case.table(kind), case.axis, file_format)
            contents[self.path / f"{name}.{file_format}"] = content
        with writing(self.path):
            replace_files(contents)

    def write_run(
        self,
        case: Case,
        documents: Mapping[str, bytes] = {},
        command: str = "",
        file_format: FileFormat = "csv",
    ) -> Path:
        """Write a case, with further documents, as a new run, and make it the current one.

        Args:
            case: inputs and results; all of its tables are written.
            documents: content by relative path, with / between folders.
            command: what made the run, for run.json.
            file_format: format of the tables.

        Returns:
            The folder of the run.

        Raises:
            BusyError: when another process writes to the folder.
            CannotWriteError: when the folder can't be written to. It is as it was before, but for one case:
                when the disk fails at the very last flush, the new run is the current one already.
            ValueError: when the case holds a value that could not be read back, a document has the name of a
                table, or its path leads out of the folder.
        """
        files = case_files(case, file_format)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        files[RUN_FILE] = _run_bytes(name, command)
        taken = {stem + suffix for stem in _table_names() for suffix in SUFFIXES} | files.keys()
        clashes = sorted(taken & documents.keys())
        if clashes:
            raise ValueError(f"a document may not be called {', '.join(clashes)}")
        with contextlib.ExitStack() as stack:
            if not self._holds_lock:
                stack.enter_context(self.lock())
            stack.enter_context(writing(self.path))
            runs = self.path / RUNS
            run = runs / name
            self._remove_leftovers()
            create_folder(run, {**files, **documents})
            try:
                replace_file(self.path / CURRENT, name.encode("ascii") + b"\n")
            except BaseException:
                # When only the last flush failed, the run is the current one already, and stays.
                if self.current_run() != run:
                    shutil.rmtree(run, ignore_errors=True)
                raise
            return run

    def _remove_leftovers(self) -> None:
        """Remove what killed writers left. Under the lock, so none of them is still writing."""
        for hidden in (self.path / RUNS).glob(".*.writing-*"):
            shutil.rmtree(hidden, ignore_errors=True)
        for hidden in self.path.glob(f".{CURRENT}.*"):
            hidden.unlink(missing_ok=True)
        flush_folder(self.path)


def _table_names() -> list[str]:
    return [kind.TABLE for kind in (*INPUT_TABLES, *RESULT_TABLES)]


def _run_bytes(name: str, command: str) -> bytes:
    document = {
        "schema": "pontual/run@1.0",
        "run": name,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": masked(command),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
