"""Policies of what happens when a session runs, by planned minutes, into the agent's next break.

Each says by when a session that the agent begins now must end. Whatever they allow, sessions last longer than
planned: a break that is due waits for the end of the session, and is then taken whole at once, or skipped if
it would end after the duty.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from data.model import Scenario
from simulation.floor import Floor


class BreakShifting(Protocol):
    """How far sessions may run into breaks."""

    @property
    def name(self) -> str:
        """A word for reports: `break_shifting` of the scenario."""

    @property
    def stays(self) -> bool:
        """Whether a free agent who is needed stays past the start of a break, for a customer who is late."""

    def latest_end(self, floor: Floor, duty: int) -> float:
        """When a session that the agent begins now must end, by planned minutes; inf: at any time."""


@dataclass(frozen=True)
class AfterSession:
    """The session comes first: the break is taken whole, right after it."""

    name: str = "after_session"
    stays: bool = True

    def latest_end(self, floor: Floor, duty: int) -> float:  # noqa: ARG002 - the protocol's arguments
        """At any time."""
        return math.inf


@dataclass(frozen=True)
class WithinRules:
    """A session comes first if the break after it can begin within its rules: away from the closing edge, in
    the duty, and before the longest stretch is over. A free agent takes the break at its time."""

    name: str = "within_rules"
    stays: bool = False

    def latest_end(self, floor: Floor, duty: int) -> float:
        """The last moment at which the rules let the break begin; not before its planned start."""
        planned = floor.coming_break(duty)
        if planned is None:
            return math.inf
        stretched = floor.in_service_since[duty] + planned.longest_stretch
        return max(planned.start, min(planned.latest, stretched))


@dataclass(frozen=True)
class HoldBack:
    """The break comes first: no session begins that would, as planned, cross it. A free agent takes it at its
    time."""

    name: str = "hold_back"
    stays: bool = False

    def latest_end(self, floor: Floor, duty: int) -> float:
        """The planned start of the break."""
        planned = floor.coming_break(duty)
        return math.inf if planned is None else planned.start


BREAK_SHIFTING: tuple[AfterSession | WithinRules | HoldBack, ...] = (
    AfterSession(),
    WithinRules(),
    HoldBack(),
)
"""In the order of the twin's numbers; named as the scenario names them."""


def break_shifting_of(scenario: Scenario) -> BreakShifting:
    """The policy that a scenario asks for."""
    return next(policy for policy in BREAK_SHIFTING if policy.name == scenario.break_shifting)


def may_begin(floor: Floor, shifting: BreakShifting, duty: int, session: int) -> bool:
    """Whether the session, begun now, runs no further into the agent's next break than is allowed."""
    return floor.planned_end(session, floor.now) <= shifting.latest_end(floor, duty)
