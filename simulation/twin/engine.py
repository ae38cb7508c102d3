"""The twin behind the protocol of engines."""

from __future__ import annotations

from typing import TypeGuard

import numpy as np

from data.model import Scenario
from data.model.columns import IntArray
from simulation.break_shifting import BREAK_SHIFTING
from simulation.draws import Draws
from simulation.outcome_log import BY_SESSION, Activities, OutcomeLog
from simulation.policies import DayPolicy, OwnList, PoolLateBinding
from simulation.records import ACTIVITIES
from simulation.twin.layout import Layout, TwinFloor
from simulation.twin.play import RESTING, SERVING, SETTING_UP, WRAPPING_UP, play
from simulation.week import NOBODY, Week

_NUMBERS = np.full(1 + max(SETTING_UP, SERVING, WRAPPING_UP, RESTING), -1, dtype=np.int64)
"""Numbers in ACTIVITIES by what the twin calls them; -1 for breaks."""

for _doing, _activity in ((SETTING_UP, "set_up"), (SERVING, "session"), (WRAPPING_UP, "wrap_up")):
    _NUMBERS[_doing] = ACTIVITIES.index(_activity)


def knows(policy: DayPolicy) -> TypeGuard[PoolLateBinding | OwnList]:
    """Whether the twin can play under this policy: one of those that are compiled, and no subclass."""
    if type(policy) is PoolLateBinding:
        return knows(policy.own_list) and policy.break_shifting in BREAK_SHIFTING
    return type(policy) is OwnList and policy.break_shifting in BREAK_SHIFTING


def _shifting(policy: PoolLateBinding | OwnList) -> tuple[int, int]:
    """Places in BREAK_SHIFTING of the agents with their own list, and of those of pools."""
    of_lists = policy.own_list if isinstance(policy, PoolLateBinding) else policy
    places = [BREAK_SHIFTING.index(rule.break_shifting) for rule in (of_lists, policy)]
    return places[0], places[1]


class TwinEngine:
    """Simulates one replication of a week, event for event as `SimpyEngine`; compiled at its first use."""

    name = "twin"

    def __init__(self) -> None:
        self._week: Week | None = None
        self._layout: Layout | None = None
        self._break_kinds: IntArray = np.zeros(0, dtype=np.int64)

    def run(
        self, week: Week, scenario: Scenario, draws: Draws, policy: DayPolicy, with_activities: bool = False
    ) -> OutcomeLog:
        """Play the week once, from its first event until every session is closed and every agent gone.

        Raises:
            ValueError: when the twin does not know the policy.
        """
        if not knows(policy):
            raise ValueError(f"the twin does not know the policy {policy.name}: use the SimPy engine")
        layout = self._layout_of(week)
        pooled = type(policy) is PoolLateBinding
        floor = layout.floor(scenario, draws, pooled, _shifting(policy), with_activities)
        play(floor, layout.calendar)
        return _log(draws, floor, self._break_kinds, with_activities)

    def _layout_of(self, week: Week) -> Layout:
        """The week in arrays; kept for the next replication of the same week."""
        if self._layout is None or self._week is not week:
            self._week, self._layout = week, Layout.of(week)
            kinds = [ACTIVITIES.index(planned.kind) for duty in week.duties for planned in duty.breaks]
            self._break_kinds = np.array(kinds, dtype=np.int64)
        return self._layout


def _log(draws: Draws, floor: TwinFloor, break_kinds: IntArray, with_activities: bool) -> OutcomeLog:
    log = OutcomeLog(0, 0, 0, with_activities)
    for name in BY_SESSION:
        setattr(log, name, floor.sessions[name].tolist())
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
