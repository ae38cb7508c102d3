"""Targets as they are given on the command line, and what they can't be held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from optimizer.requirement.service import ServiceTarget

TARGET = "wait_over_10<=2%"

AnyTarget = TypeVar("AnyTarget")


def service_targets(texts: list[str]) -> tuple[ServiceTarget, ...]:
    """What was asked for; all faults are told at once.

    Raises:
        typer.BadParameter: when one can't be read, or is asked for twice.
    """
    from optimizer.requirement.service import ServiceTarget

    found, faults = read_targets(texts, ServiceTarget.parse)
    named = [(target.figure, target.minutes) for target in found]
    faults += [
        f"{target} is asked for twice" for place, target in enumerate(found) if named[place] in named[:place]
    ]
    refuse(faults)
    return tuple(found)


def read_targets(texts: list[str], parse: Callable[[str], AnyTarget]) -> tuple[list[AnyTarget], list[str]]:
    """The targets that can be read, and what is wrong with the others."""
    found, faults = [], []
    for text in texts:
        try:
            found.append(parse(text))
        except ValueError as fault:
            faults.append(str(fault))
    return found, faults


def refuse(faults: list[str]) -> None:
    """Tell all that is wrong with the targets, if anything is.

    Raises:
        typer.BadParameter: with all faults.
    """
    if faults:
        raise typer.BadParameter("; ".join(faults), param_hint="--target")


@contextmanager
def expected_in(folder: Path, source: str) -> Iterator[None]:
    """Say where bookings to be served were looked for, when none are expected.

    Raises:
        MissingInputError: when the work finds nothing expected.
    """
    from data.files import MissingInputError
    from optimizer.requirement.requirement import NothingExpectedError

    try:
        yield
    except NothingExpectedError as error:
        needed = "expected_bookings in demand" if source == "demand" else "sessions"
        raise MissingInputError([f"{needed} in {folder}: {error}"]) from error
