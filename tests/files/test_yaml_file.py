"""YAML files: plain values, each key once."""

from __future__ import annotations

from typing import Any

import pytest

from data.files import BadDataError
from data.files.yaml_file import read_yaml


def read(text: str | bytes) -> Any:
    """What a file with this content says."""
    return read_yaml(text if isinstance(text, bytes) else text.encode(), "file.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10:00", "10:00"),
        ("08:00-14:00", "08:00-14:00"),
        ("12%", "12%"),
        ("+20%", "+20%"),
        ("no", "no"),
        ("2026-11-30", "2026-11-30"),
        ("012", 12),
        ("1e3", 1000.0),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("true", True),
        ("~", None),
        ("[1, 2.5, x]", [1, 2.5, "x"]),
    ],
)
def test_plain_values_and_no_others(text: str, value: object) -> None:
    """Times of day, dates and words stay texts; numbers are decimal."""
    found = read(f"key: {text}")["key"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("a: 1\nb: 2\na: 3", 3, "a is there twice"),
        (f"{'long_' * 9}key: 1\n{'long_' * 9}key: 2", 2, "key is there twice"),
        ("a: @x", 1, "found character '@' that cannot start any token"),
        ("a: &x 1\nb: *x", None, "expected no references"),
        ("a: [1, 2", 1, "expected ','"),
        ("? [1, 2]\n: 3", 1, "expected a word as a key"),
        ("a: !!python/object:os.system x", 1, "expected YAML"),
        (b"\xff\xfe\x00", None, "expected text in UTF-8"),
    ],
)
def test_what_is_refused(text: str | bytes, row: int | None, expected: str) -> None:
    """A key given twice, references, objects, and what is not YAML; the row is told."""
    with pytest.raises(BadDataError) as error:
        read(text)
    (problem,) = error.value.problems
    assert expected in problem.expected
    assert row is None or problem.row == row
