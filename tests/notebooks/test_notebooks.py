"""Every notebook runs from beginning to end, and what is kept of it is whole, small and of no one machine."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.notebooks.run_again import NOTEBOOKS, executed

MOST_BYTES = 200_000
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MACHINE = re.compile(r"(?:^|[\s'\"(])(?:/(?:home|tmp|work|Users|root|opt|usr|var)/|[A-Z]:\\\\)")

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def _code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _said_in_protest(notebook: Any) -> list[str]:
    """Errors, and what warnings write."""
    return [
        str(output.get("text") or output.get("evalue"))
        for cell in _code(notebook)
        for output in cell.outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def _ends_in_a_picture(notebook: Any) -> bool:
    pictures = [output.get("data", {}).get("image/png", "") for output in _code(notebook)[-1].outputs]
    return any(base64.b64decode(picture).startswith(PNG_SIGNATURE) for picture in pictures)


def test_there_are_notebooks() -> None:
    """The others have something to test."""
    assert NOTEBOOKS


@each
def test_notebook_runs(path: Path) -> None:
    """From beginning to end, without an error or a warning; it ends in a picture."""
    notebook = executed(path)
    assert _said_in_protest(notebook) == []
    assert _ends_in_a_picture(notebook)


@each
def test_kept_outputs(path: Path) -> None:
    """They are of one run from beginning to end, and small; readers on a code host see the picture."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert path.stat().st_size < MOST_BYTES
    assert [cell.execution_count for cell in _code(notebook)] == list(range(1, len(_code(notebook)) + 1))
    assert _said_in_protest(notebook) == []
    assert _ends_in_a_picture(notebook)


@each
def test_nothing_of_the_machine_is_kept(path: Path) -> None:
    """No path, no time of execution, no version of Python."""
    notebook = nbformat.read(path, as_version=4)
    assert MACHINE.findall(path.read_text(encoding="utf-8")) == []
    assert [cell.metadata for cell in notebook.cells if cell.metadata] == []
    assert notebook.metadata.language_info == {"name": "python"}
