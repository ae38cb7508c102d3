"""Who mends the plan during the day, and the policy of a day on which that happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from data.day import DayState, Decision
from simulation.policies import DayPolicy, PoolLateBinding

REVIEW_MINUTES = 5
"""From one look at the day to the next: one step of the grid."""


class Mender(Protocol):
    """Decides what to change of the plan, from what a coordinator can see."""

    def decide(self, state: DayState) -> Sequence[Decision]:
        """What to change now, in the order in which it is to be carried out.

        The state belongs to the caller and is not to be changed; it says nothing of what chance will bring.
        For figures that can be repeated the answer must depend on nothing but the state.
        """


@dataclass(frozen=True)
class Mended:
    """A policy under which the day is played, and a mender who looks at it on the grid.

    Attributes:
        base: who serves whom next. Agents on standby are called by the mender, not by the policy.
        review_minutes: the mender looks at each multiple of it while a session of the day is still open.
    """

    base: DayPolicy
    mender: Mender
    review_minutes: int = REVIEW_MINUTES

    def __post_init__(self) -> None:
        if self.review_minutes < 1:
            raise ValueError(f"expected a review every minute or less often, got {self.review_minutes}")
        if isinstance(self.base, PoolLateBinding):
            object.__setattr__(self, "base", replace(self.base, calls_standby=False))

    @property
    def name(self) -> str:
        """A word for reports."""
        return f"{self.base.name}_mended"
