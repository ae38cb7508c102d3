"""Folders that are either there whole or not at all, whatever stops the writer.

A folder is written under a hidden name on the same file system, flushed to the disk file by file, and then
renamed. A writer that is killed leaves a hidden folder behind; the next writer to the same place removes it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from data.files.errors import BusyError, CannotWriteError


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn the operating system's refusals into CannotWriteError."""
    try:
        yield
    except OSError as error:
        raise CannotWriteError(f"cannot write {place}: {error.strerror or error}") from error


def create_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder with these files appear at once.

    Args:
        target: must not exist yet, or be an empty folder; its parent must exist.
        files: content by relative path, with / between folders.

    Raises:
        OSError: nothing has been written then.
        ValueError: when a path leads out of the folder.
    """
    hidden = target.parent / f"{_hidden_prefix(target)}{secrets.token_hex(4)}"
    made = hidden
    try:
        hidden.mkdir()
        with _held(hidden):
            for name, content in files.items():
                _write_flushed(hidden / _inside(name), content)
            for folder, _, _ in os.walk(hidden, topdown=False):
                flush_folder(Path(folder))
            made = hidden.rename(target)
        flush_folder(target.parent)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def remove_leftovers(target: Path) -> None:
    """Remove the hidden folders of writers to this place that were killed."""
    for hidden in target.parent.glob(f"{_hidden_prefix(target)}*"):
        with contextlib.suppress(OSError), _held(hidden):
            shutil.rmtree(hidden, ignore_errors=True)


def replace_file(path: Path, content: bytes) -> None:
    """Swap a file's content at once; a crash leaves the old content or the new.

    Raises:
        OSError: the old content stays.
    """
    replace_files({path: content})


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))


def replace_files(contents: Mapping[Path, bytes]) -> None:
    """Swap the content of each file at once, once all new contents are on the disk.

    Raises:
        OSError: when one can't be written; the old contents stay.
    """
    hidden = {path: path.with_name(f".{path.name}.{secrets.token_hex(4)}") for path in contents}
    try:
        for path, content in contents.items():
            _refuse_folder(path)
            _write_flushed(hidden[path], content)
        for path in contents:
            hidden[path].replace(path)
    except BaseException:
        for unfinished in hidden.values():
            unfinished.unlink(missing_ok=True)
        raise
    for folder in {path.parent for path in contents}:
        flush_folder(folder)


@contextlib.contextmanager
def locked(path: Path, what: str) -> Iterator[None]:
    """Hold the lock of a lock file; it ends with the process, however that ends.

    Raises:
        BusyError: when another process, or another holder in this one, has it.
        OSError: when the lock file can't be made.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise BusyError(f"{what} is being written to by another process; try again later") from None
            raise
        yield
    finally:
        os.close(handle)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder safe against a loss of power."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _hidden_prefix(target: Path) -> str:
    return f".{target.name}.writing-"


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a hidden folder, so that nobody takes it for a leftover; raises OSError when somebody has it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _write_flushed(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts or "\0" in name:
        raise ValueError(f"expected a relative path inside the folder, not {name!r}")
    return path
