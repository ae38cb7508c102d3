"""`plan.json`: read with every problem named by the path of its field, and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from data.files.errors import Problem, shown
from data.files.json_rows import parse_json
from data.model import Plan

PLAN_FILE = "plan.json"
FIRST_YEAR, LAST_YEAR = 2000, 2099
LARGEST_NUMBER = 10_000_000


def read_plan(content: bytes, file: str = PLAN_FILE) -> tuple[Plan | None, list[Problem]]:
    """The plan, or None and what is wrong with it."""
    try:
        document = parse_json(content)
    except ValueError as error:
        return None, [Problem(file, None, "", "", str(error))]
    expected = f"expected a number up to {LARGEST_NUMBER}"
    large = [Problem(file, None, path, "", expected) for path in _large_numbers(document)]
    if large:
        return None, large
    try:
        plan = Plan.model_validate_json(content.decode("utf-8-sig"), strict=True)
    except ValidationError as error:
        return None, [problem_of_field(file, entry) for entry in error.errors(include_url=False)]
    problems = list(_unreasonable(plan, file))
    return (None if problems else plan), problems


def plan_bytes(plan: Plan) -> bytes:
    """plan.json as we write it."""
    return (plan.model_dump_json(by_alias=True, indent=2) + "\n").encode("utf-8")


def _large_numbers(document: Any) -> Iterator[str]:
    """Where a document holds numbers beyond the largest; paths are put in words for these only."""
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, int | float) and not isinstance(value, bool):
            if abs(value) > LARGEST_NUMBER:
                yield _in_words(path)
        elif isinstance(value, dict):
            pending += [((*path, name), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            pending += [((*path, place), inner) for place, inner in enumerate(value)]


def _in_words(path: Iterable[str | int]) -> str:
    parts = (f"[{step}]" if isinstance(step, int) else f".{shown(step)}" for step in path)
    return "".join(parts).lstrip(".")


def problem_of_field(file: str, entry: Any, *, hidden: bool = False) -> Problem:
    """What pydantic says is wrong with a document, as a problem of the file.

    Args:
        entry: one of its errors.
        hidden: the value is not shown, since it may be personal.
    """
    value = entry["input"]
    simple = not hidden and isinstance(value, str | int | float | bool) and entry["type"] != "missing"
    return Problem(
        file, None, _in_words(entry["loc"]), shown(str(value)) if simple else "", _expectation(entry)
    )


def _expectation(entry: Any) -> str:
    """pydantic's message, put as what was expected."""
    limits = entry.get("ctx", {})
    match entry["type"]:
        case "too_short":
            return f"expected a list of {limits['min_length']} or more"
        case "too_long":
            return f"expected a list of {limits['max_length']} at most"
        case "string_too_short":
            return f"expected a text of {limits['min_length']} or more characters"
        case "string_too_long":
            return f"expected a text of {limits['max_length']} characters at most"
        case "timezone_aware":
            return "expected a time with its offset, for example 2026-11-30T09:00:00-03:00"
        case "missing":
            return "expected this field"
        case "extra_forbidden":
            return "expected no such field"
    message: str = entry["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    return message if "expected" in message else f"expected otherwise: {message}"


def _unreasonable(plan: Plan, file: str) -> Iterator[Problem]:
    years = f"expected a date of the years {FIRST_YEAR} to {LAST_YEAR}"
    for name, year in (("first_day", plan.first_day.year), ("as_of", plan.as_of.year)):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            yield Problem(file, None, name, str(year), years)
