"""The twin behind the protocol of engines."""

from __future__ import annotations

from typing import TypeGuard

import numpy as np

from data.model import Scenario
from data.model.columns import IntArray
from simulation.break_shifting import BREAK_SHIFTING
from simulation.draws import Draws
from simulation.outages import with_outage
from simulation.outcome_log import OutcomeLog
from simulation.plays import Play
from simulation.policies import DayPolicy, OwnList, PoolLateBinding
from simulation.records import ACTIVITIES
from simulation.twin.layout import Layout
from simulation.twin.playing import TwinPlay
from simulation.week import Week


def knows(policy: DayPolicy) -> TypeGuard[PoolLateBinding | OwnList]:
    """Whether the twin can play under this policy: one of those that are compiled, and no subclass."""
    if type(policy) is PoolLateBinding:
        return knows(policy.own_list) and policy.break_shifting in BREAK_SHIFTING
    return type(policy) is OwnList and policy.break_shifting in BREAK_SHIFTING


def shifting_of_policy(policy: PoolLateBinding | OwnList) -> tuple[int, int]:
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
        return self.begin(week, scenario, draws, policy, with_activities).finish()

    def begin(
        self, week: Week, scenario: Scenario, draws: Draws, policy: DayPolicy, with_activities: bool = False
    ) -> Play:
        """The week before its first event.

        Raises:
            ValueError: when the twin does not know the policy.
        """
        if not knows(policy):
            raise ValueError(f"the twin does not know the policy {policy.name}: use the SimPy engine")
        layout = self._layout_of(week)
        pooled = type(policy) is PoolLateBinding
        calls_standby = isinstance(policy, PoolLateBinding) and policy.calls_standby
        floor = layout.floor(
            scenario, draws, pooled, shifting_of_policy(policy), with_activities, calls_standby
        )
        play = TwinPlay(week, draws, floor, layout.calendar, self._break_kinds, with_activities)
        return with_outage(play, scenario)

    def _layout_of(self, week: Week) -> Layout:
        """The week in arrays; kept for the next replication of the same week."""
        if self._layout is None or self._week is not week:
            self._week, self._layout = week, Layout.of(week)
            kinds = [ACTIVITIES.index(planned.kind) for duty in week.duties for planned in duty.breaks]
            self._break_kinds = np.array(kinds, dtype=np.int64)
        return self._layout
