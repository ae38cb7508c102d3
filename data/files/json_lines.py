"""Files of one JSON object a line: what is wrong with a line, by field."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from data.files.errors import Problem, shown


def line_problems(file: str, row: int, error: ValidationError, within: str = "") -> Iterator[Problem]:
    """Every fault of the object in a line; `within` is the field that holds the object."""
    for fault in error.errors(include_url=False):
        simple = isinstance(fault["input"], str | int | float | bool)
        yield Problem(
            file,
            row,
            ".".join(filter(None, [within, *(shown(str(part)) for part in fault["loc"])])),
            shown(str(fault["input"])) if simple else "",
            fault["msg"],
        )
