"""Workbooks that people bring along, opened so that no file, whatever is in it, does harm."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from data.files.errors import BadDataError, Problem

LARGEST_CONTENT = 500_000_000
"""Bytes of a workbook once unpacked; beyond that it is refused, so that no small file fills the memory."""


@contextmanager
def whole_workbook(name: str, content: bytes) -> Iterator[Workbook]:
    """A workbook to read from, formulas replaced by the values that Excel has stored.

    Args:
        name: how errors name the file.

    Raises:
        BadDataError: when it is no workbook, is damaged (even if that shows only while it is read), or holds
            too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > LARGEST_CONTENT:
            raise BadDataError([Problem(name, None, "", "", "expected a workbook of at most 500 MB")])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what openpyxl leaves out, which is no part of a table
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        yield book
    except (
        zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, IndexError,
        AttributeError, EOFError, RuntimeError, OverflowError, zlib.error,
    ) as error:  # fmt: skip
        raise BadDataError(
            [Problem(name, None, "", "", "expected an Excel workbook (.xlsx) that is whole")]
        ) from error


def rows_of(book: Workbook, title: str) -> list[tuple[Any, ...]]:
    """All rows of a sheet, whatever its stated size says."""
    sheet = book[title]
    sheet.reset_dimensions()
    return list(sheet.iter_rows(values_only=True))
