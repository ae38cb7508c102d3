"""Journals: one JSON document a line, only ever added to, on the disk before anybody is told.

A writer that is killed in the middle of a line leaves a line without an end. Nobody was told of it, so
readers pass it over and the next writer cuts it off.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from data.files.atomic import flush_folder, locked, writing
from data.files.errors import BadDataError, MissingInputError, Problem

LOCK_FILE = ".lock"


class Journal:
    """An open journal that this process alone may add to; made by :func:`open_journal`."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self._handle = handle

    def add(self, record: Mapping[str, Any], *, flush: bool = True) -> None:
        """Add a record; it is on the disk when this returns.

        Without `flush` it is with the operating system: it outlives this process, but perhaps not the
        machine. The next record that is flushed brings it to the disk as well.

        Raises:
            CannotWriteError: when it may not be; the journal must not be added to any more then.
        """
        line = (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
        with writing(self.path):
            written = os.write(self._handle, line)
            while written < len(line):
                written += os.write(self._handle, line[written:])
            if flush:
                os.fsync(self._handle)


@contextlib.contextmanager
def open_journal(path: Path, schema: str) -> Iterator[Journal]:
    """Open a journal for adding; it is made, with its folder, where it is missing.

    Raises:
        BusyError: when another process has it open.
        CannotWriteError: when it can't be written to.
        BadDataError: when it holds something else than records of this schema.
    """
    with contextlib.ExitStack() as stack:
        with writing(path):
            path.parent.mkdir(exist_ok=True)
            stack.enter_context(locked(path.parent / LOCK_FILE, str(path)))
        whole = _whole_lines(path)
        _records(path, whole, schema)
        with writing(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
            stack.callback(os.close, handle)
            os.ftruncate(handle, len(whole))
            flush_folder(path.parent)
        journal = Journal(path, handle)
        if not whole:
            journal.add({"schema": schema})
        yield journal


def read_journal(path: Path, schema: str) -> list[dict[str, Any]]:
    """All records of a journal, in order; none where there is no journal.

    Raises:
        BadDataError: with every line that is no record; a last line without an end is passed over.
        MissingInputError: when the journal can't be read.
    """
    return _records(path, _whole_lines(path), schema)


def _whole_lines(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise MissingInputError([str(path)], error.strerror or "can't be read") from error
    return content[: content.rfind(b"\n") + 1]


def _records(path: Path, content: bytes, schema: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for row, line in enumerate(content.splitlines(), start=1):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            problems.append(Problem(path.name, row, "", "", "expected one JSON object a line"))
        elif row == 1 and record.get("schema") != schema:
            problems.append(Problem(path.name, row, "schema", "", f"expected {schema}"))
        elif row > 1:
            records.append(record)
    if problems:
        raise BadDataError(problems)
    return records
