"""One replication in the twin, and what it has written down."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.model.columns import IntArray
from simulation.draws import Draws
from simulation.outcome_log import BY_SESSION, Activities, OutcomeLog
from simulation.plays import Change, Sight
from simulation.records import ACTIVITIES
from simulation.twin.changes import change
from simulation.twin.deciding import RESTING, SERVING, SETTING_UP, WRAPPING_UP
from simulation.twin.layout import Calendar, TwinFloor
from simulation.twin.play import play
from simulation.week import NOBODY, Week

_NUMBERS = np.full(1 + max(SETTING_UP, SERVING, WRAPPING_UP, RESTING), -1, dtype=np.int64)
"""Numbers in ACTIVITIES by what the twin calls them; -1 for breaks."""

for _doing, _activity in ((SETTING_UP, "set_up"), (SERVING, "session"), (WRAPPING_UP, "wrap_up")):
    _NUMBERS[_doing] = ACTIVITIES.index(_activity)


class TwinPlay:
    """One replication in the twin."""

    def __init__(
        self,
        week: Week,
        draws: Draws,
        floor: TwinFloor,
        calendar: Calendar,
        break_kinds: IntArray,
        with_activities: bool,
    ) -> None:
        self._week, self._draws, self._calendar = week, draws, calendar
        self._break_kinds, self._with_activities = break_kinds, with_activities
        self.floor = floor

    def until(self, moment: float) -> None:
        """Play all events before a moment."""
        play(self.floor, self._calendar, moment)

    def sight(self) -> Sight:
        """Where everything stands."""
        sessions, duties = self.floor.sessions[: len(self._week)], self.floor.duties
        return Sight(
            state=sessions["state"],
            arrived=sessions["arrived"],
            begun=sessions["begun"],
            ended=sessions["ended"],
            agent=sessions["agent"],
            outcome=sessions["outcome"],
            rebooked_at=sessions["rebooked_at"],
            came_at=duties["came_at"],
            on_break_since=np.where(duties["on_break"], duties["since"], np.nan),
            breaks_past=duties["next_break"] - duties["first_break"],
        )

    def change(self, changes: Sequence[Change]) -> None:
        """Change the plan now."""
        self.floor = change(self._week, self.floor, changes)

    def finish(self) -> OutcomeLog:
        """Play until every session is closed and every agent gone."""
        play(self.floor, self._calendar, np.inf)
        return _log(self._draws, self.floor, self._break_kinds, self._with_activities)


def _log(draws: Draws, floor: TwinFloor, break_kinds: IntArray, with_activities: bool) -> OutcomeLog:
    log = OutcomeLog(0, 0, 0, with_activities)
    for name in BY_SESSION:
        setattr(log, name, floor.sessions[name].tolist())
    log.rebooked_at = floor.sessions["rebooked_at"].tolist()
    log.part_walk_ups(draws.walk_ups.like.tolist())
    for name in ("busy", "came_at", "left_at"):
        setattr(log, name, floor.duties[name].tolist())
    log.ends = floor.duties["end"].tolist()
    log.on_break = floor.duties["rested"].tolist()
    log.break_delays, log.break_minutes = floor.break_times.T.tolist()
    log.break_faults = floor.break_faults.tolist()
    if with_activities:
        log.noted(_activities(floor, break_kinds))
    return log


def _activities(floor: TwinFloor, break_kinds: IntArray) -> Activities:
    """The notes, with the kinds of breaks in place of their numbers."""
    noted = int(floor.clock["notes"][0])
    begins, ends = floor.note_times[:noted].T.copy()
    duty, doing, subject = floor.notes[:noted].T.copy()
    what = _NUMBERS[doing]
    rests = what < 0
    what[rests] = break_kinds[subject[rests]]
    return Activities(duty, begins, ends, what, np.where(rests, NOBODY, subject))
