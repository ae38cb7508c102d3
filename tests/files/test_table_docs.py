"""The document of the tables says what the program declares."""

from __future__ import annotations

from pathlib import Path

from data.files.table_docs import tables_document
from data.model import INPUT_TABLES, RESULT_TABLES

DOCUMENT = Path(__file__).parents[2] / "docs" / "tables.md"


def test_the_document_is_current() -> None:
    """docs/tables.md is what `python -m data.files.table_docs` prints."""
    assert DOCUMENT.read_text(encoding="utf-8") == tables_document()


def test_every_column_is_described() -> None:
    """Each table has its section, and each column its line."""
    text = tables_document()
    for kind in (*INPUT_TABLES, *RESULT_TABLES):
        section = text.split(f"### `{kind.TABLE}`")[1].split("###")[0]
        assert all(f"| `{column.name}` |" in section for column in kind.columns())
