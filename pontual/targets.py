"""Service targets as they are given on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from optimizer.requirement.service import ServiceTarget

TARGET = "wait_over_10<=2%"


def service_targets(texts: list[str]) -> tuple[ServiceTarget, ...]:
    """What was asked for; all faults are told at once.

    Raises:
        typer.BadParameter: when one can't be read, or is asked for twice.
    """
    from optimizer.requirement.service import ServiceTarget

    found, faults = [], []
    for text in texts:
        try:
            found.append(ServiceTarget.parse(text))
        except ValueError as fault:
            faults.append(str(fault))
    named = [(target.figure, target.minutes) for target in found]
    faults += [
        f"{target} is asked for twice" for place, target in enumerate(found) if named[place] in named[:place]
    ]
    if faults:
        raise typer.BadParameter("; ".join(faults), param_hint="--target")
    return tuple(found)
