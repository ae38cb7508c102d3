"""An outage of the platform: for a while no session begins. Those that run go on, and agents prepare others.

Customers who are there wait, and leave or are rebooked as at any other time; by the rules of the key figures
that is the issuer's cause. When the platform is up again, those who wait are offered to idle agents in the
order of the schedule, and whoever waits longest is served first, as usual.
"""

from __future__ import annotations

from collections.abc import Sequence

from data.model import Scenario
from simulation.draws import QUANTUM
from simulation.outcome_log import OutcomeLog
from simulation.plays import Change, PlatformDown, PlatformUp, Play, Sight


class PlayWithOutage:
    """A play in which the platform is down for a while."""

    def __init__(self, play: Play, start: float, end: float) -> None:
        self._play = play
        self._due: list[tuple[float, Change]] = [(start, PlatformDown()), (end, PlatformUp())]

    def until(self, moment: float) -> None:
        """Play all events before a moment."""
        while self._due and self._due[0][0] < moment:
            at, change = self._due.pop(0)
            self._play.until(at)
            self._play.change([change])
        self._play.until(moment)

    def sight(self) -> Sight:
        """Where everything stands."""
        return self._play.sight()

    def change(self, changes: Sequence[Change]) -> None:
        """Change the plan now."""
        self._play.change(changes)

    def finish(self) -> OutcomeLog:
        """Play until every session is closed and every agent gone."""
        while self._due:
            at, change = self._due.pop(0)
            self._play.until(at)
            self._play.change([change])
        return self._play.finish()


def with_outage(play: Play, scenario: Scenario) -> Play:
    """The play, with the outage that the scenario has, if any."""
    if not scenario.outage_minutes:
        return play
    start = round(scenario.outage_start / QUANTUM) * QUANTUM
    return PlayWithOutage(play, start, start + round(scenario.outage_minutes / QUANTUM) * QUANTUM)
