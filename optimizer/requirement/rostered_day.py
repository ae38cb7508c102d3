"""A day with the duties of a roster, breaks and all, in place of the stretches of a staffing.

The customers are those of the requirement, on the same chance. The agents are those of the roster, with their
own skills, in one pool with late binding; breaks shift as the scenario says, agents log in late, and some
don't come.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from data.model import Case, Scenario
from optimizer.requirement.appointments import Customers
from optimizer.requirement.frame import Frame
from optimizer.requirement.played_day import NOBODY_CAME, PlayedDay, played_day
from simulation import Week, stable_keys
from simulation.break_shifting import BREAK_SHIFTING, break_shifting_of
from simulation.draws import Chances
from simulation.twin.layout import Layout
from simulation.twin.play import play
from simulation.week import PlannedDuty, duties_in_one_pool


@dataclass(frozen=True, eq=False)
class RosteredDay:
    """The duties of a roster that serve customers of one day and team.

    Attributes:
        frame: of the day.
        duties: in one pool; skills are numbered as in the frame.
    """

    frame: Frame
    duties: tuple[PlannedDuty, ...]

    @classmethod
    def of(cls, case: Case, frame: Frame) -> RosteredDay:
        """Those of a case's roster that reach into the day and have a skill of the team."""
        number = {skill: place for place, skill in enumerate(frame.skills)}
        return cls(
            frame,
            tuple(
                duty
                for duty in duties_in_one_pool(case, number)
                if duty.skills and duty.start < frame.end and duty.end > frame.first
            ),
        )


class RosterPlayer:
    """Plays a day with any roster; replication r brings the same customers to all of them.

    Args:
        frame: of the day.
        customers: who comes.
        scenario: the rules of the day, and what happens in it.
        seed: of all random numbers.
    """

    def __init__(self, frame: Frame, customers: Customers, scenario: Scenario, seed: int) -> None:
        self.frame = frame
        self._customers, self._seed = customers, seed
        self._scenario = scenario
        self._shifting = (BREAK_SHIFTING.index(break_shifting_of(scenario)),) * 2
        self._weeks: dict[int, Week] = {}

    def play(self, day: RosteredDay, replication: int) -> PlayedDay:
        """One replication with the duties of a roster."""
        if replication not in self._weeks:
            self._weeks[replication] = self._customers.draw(self._seed, replication)[0]
        if not len(self._weeks[replication]):
            return NOBODY_CAME
        week = replace(
            self._weeks[replication],
            duties=day.duties,
            duty_key=stable_keys((duty.agent_id, int(duty.start)) for duty in day.duties),
            pools=(tuple(range(len(day.duties))),),
        )
        draws = Chances.of(week, self._scenario).draw(self._seed, replication)
        layout = Layout.of(week)
        floor = layout.floor(self._scenario, draws, True, self._shifting, False, False)
        play(floor, layout.calendar, np.inf)
        return played_day(floor.sessions, week, draws, self.frame)
