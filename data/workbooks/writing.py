"""The roster of a case as an Excel workbook; the same case gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

from openpyxl import Workbook

from data.model import Case
from data.workbooks.agents_sheet import add_agents_sheet
from data.workbooks.coverage_sheet import add_coverage_sheet
from data.workbooks.duties_sheet import add_duties_sheet
from data.workbooks.roster_sheet import add_roster_sheets
from data.workbooks.texts import TEXTS, Language

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_FIRST_YEAR_OF_ZIP = 1980


def roster_workbook(case: Case, language: Language = "pt-BR") -> bytes:
    """The workbook: the roster week by week, the agents, the duties as a table, and the coverage.

    Raises:
        KeyError: when a duty names an agent that the case does not have.
    """
    texts = TEXTS[language]
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    add_roster_sheets(book, case, texts)
    add_agents_sheet(book, case, texts)
    add_duties_sheet(book, case, texts)
    add_coverage_sheet(book, case, texts)
    stamp = case.plan.as_of.astimezone(UTC)
    book.properties.creator = "Pontual"
    book.properties.title = ""
    book.properties.created = stamp.replace(tzinfo=None)
    held = io.BytesIO()
    book.save(held)
    return _stamped(held.getvalue(), stamp)


def _stamped(content: bytes, stamp: datetime) -> bytes:
    """The workbook with this instant wherever the moment of writing stands."""
    out = io.BytesIO()
    at = max(stamp, datetime(_FIRST_YEAR_OF_ZIP, 1, 1, tzinfo=UTC))
    with (
        zipfile.ZipFile(io.BytesIO(content)) as written,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in written.namelist():
            part = written.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + f"{stamp:%Y-%m-%dT%H:%M:%SZ}".encode(), part)
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            copy.writestr(entry, part)
    return out.getvalue()
