"""A replication that is being played: it can be stopped, looked at, changed, and played on.

It stops before all events of a moment. What is seen then is what agents and a coordinator can see; what
chance will bring is not in it. A play that is stopped, at whatever moments, and not changed, ends as one that
is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from data.model.columns import FloatArray, IntArray
from simulation.outcome_log import OutcomeLog


class Sight(NamedTuple):
    """Where sessions and duties stand; to be read at once, for play goes on in the same arrays.

    Attributes:
        state: by session, its `SessionState`.
        arrived, begun, ended: by session, minutes; nan while that has not happened. `arrived` of a customer
            who came after the session was closed is later than `ended`.
        agent: by session, the duty whose agent serves or has served it, or NOBODY.
        outcome: by session, its `Outcome`, or NOBODY.
        rebooked_at: by session, when the issuer rebooked a customer who may come back the same day, or nan.
        came_at: by duty, when the agent logged in, or nan.
        on_break_since: by duty, nan for those who are not on a break.
        breaks_past: by duty, how many of its breaks have begun or were skipped.
    """

    state: IntArray
    arrived: FloatArray
    begun: FloatArray
    ended: FloatArray
    agent: IntArray
    outcome: IntArray
    rebooked_at: FloatArray
    came_at: FloatArray
    on_break_since: FloatArray
    breaks_past: IntArray


class Rebound(NamedTuple):
    """A session has another nominal agent (NOBODY: none who is on duty)."""

    session: int
    duty: int


class Retimed(NamedTuple):
    """A session that has not begun has another appointment, not before now.

    Attributes:
        promised: what the wait counts from.
        put_off: by how much a customer who is not there yet comes later than was promised.
        arrival: when the customer comes, not before now, if not there yet; inf: not at all.
    """

    session: int
    appointed: float
    promised: float
    put_off: float
    arrival: float


class GivenUp(NamedTuple):
    """A session that has not begun is rebooked to another day by the issuer."""

    session: int


class BreakMoved(NamedTuple):
    """A break that has not begun is planned at another time, not before now; `place` counts from 0."""

    duty: int
    place: int
    start: float


class Called(NamedTuple):
    """An agent on standby is called, to log in at one moment (with the delay that chance brings), and to
    serve until another."""

    duty: int
    start: float
    end: float


class PlatformDown(NamedTuple):
    """From now on no session begins."""


class PlatformUp(NamedTuple):
    """Sessions begin again."""


Change = Rebound | Retimed | GivenUp | BreakMoved | Called | PlatformDown | PlatformUp


class Play(Protocol):
    """One replication of a week between its first event and its last."""

    def until(self, moment: float) -> None:
        """Play all events before a moment, and none of those at it; a moment that is past changes nothing."""

    def sight(self) -> Sight:
        """Where everything stands."""

    def change(self, changes: Sequence[Change]) -> None:
        """Change the plan now, right after a stop; agents who are idle then decide anew."""

    def finish(self) -> OutcomeLog:
        """Play until every session is closed and every agent gone."""
