"""What the pipelines refuse to work on, and the check of an answer against what the referee counts."""

from __future__ import annotations

from typing import Any

from data.referee import Violation
from optimizer.solve_result import SolveResult


class _FaultsError(Exception):
    """Something has faults, which are told."""

    what: str

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{self.what}\n{_listed(faults)}")

    def __reduce__(self) -> tuple[Any, ...]:
        """So that it comes out of another process as it was raised there."""
        return type(self), (list(self.faults),)


class RefereeDisagreesError(_FaultsError):
    """The referee found a fault in a solver's answer: a defect of Pontual, never the user's."""

    what = "the referee disagrees with the solver; nothing was written"


class NoRosterError(Exception):
    """There is no roster to allocate on."""


class IllegalRosterError(_FaultsError):
    """The roster to allocate on breaks hard rules: somebody has edited it, or the inputs have changed."""

    what = "the roster breaks hard rules; make a new one, or mend it"


class NoSessionsError(Exception):
    """There are no sessions to ask the question of."""


class IllegalSessionsError(_FaultsError):
    """The sessions break rules on who may hold them: somebody has edited them, or the inputs have changed."""

    what = "the sessions break hard rules; make new ones, or mend them"


def demand_agreement(violations: list[Violation], result: SolveResult[Any], counted: dict[str, int]) -> None:
    """Compare what the solver states, level by level, with what the plan holds."""
    faults = sentences(violations)
    for level in result.levels:
        if level.objective != counted[level.name]:
            faults.append(
                f"OBJECTIVE {level.name}: the solver states {level.objective:g}, "
                f"the plan holds {counted[level.name]:g}"
            )
    if faults:
        raise RefereeDisagreesError(faults)


def _listed(faults: list[str]) -> str:
    shown = "\n".join(f"  {fault}" for fault in faults[:20])
    return shown + (f"\n  and {len(faults) - 20} more" if len(faults) > 20 else "")


def sentences(violations: list[Violation]) -> list[str]:
    """Violations in words."""
    return [f"{found.rule} {found.where}: {found.what}" for found in violations]
