"""The days of a replication are played from review to review, and mended at each."""

from __future__ import annotations

import numpy as np

from data.model import Case, Scenario
from simulation.draws import Draws
from simulation.mending.carrying_out import CarryingOut
from simulation.mending.day_view import DayView, PlannedDayView
from simulation.mending.mender import Mended
from simulation.outcome_log import OutcomeLog
from simulation.plays import Play
from simulation.week import Week


class Reviews:
    """The reviews of a week, for any number of replications.

    Args:
        case, week: the week was made of the case; agents on standby come with duties on call.
    """

    def __init__(self, case: Case, week: Week, scenario: Scenario, policy: Mended) -> None:
        self._week, self._scenario, self._policy = week, scenario, policy
        self._days: list[tuple[float, PlannedDayView]] = []
        step = policy.review_minutes
        for day in sorted({case.axis.day_of(start) for start in case.sessions.starts_at.tolist()}):
            view = PlannedDayView.of(case, week, day)
            starts = [week.duties[n].start for n in view.duties.tolist() if not week.duties[n].on_call]
            first = min([*starts, float(week.appointed[view.sessions].min())])
            self._days.append((step * float(np.ceil(first / step)), view))

    def play(self, play: Play, draws: Draws) -> OutcomeLog:
        """Play one replication to its end.

        Days overlap where one's last sessions end after the next one's first duties start; each has its
        reviews until nothing of it is open.
        """
        work = CarryingOut(self._week, self._scenario, draws)
        due = {number: moment for number, (moment, _) in enumerate(self._days)}
        views: dict[int, DayView] = {}
        while due:
            number, moment = min(due.items(), key=lambda item: (item[1], item[0]))
            of_day = self._days[number][1]
            if number not in views:
                views[number] = DayView(of_day)
            view = views[number]
            play.until(moment)
            state = view.look(play.sight(), moment)
            if not view.has_open_sessions():
                del due[number]
                continue
            changes = work.changes(of_day, view, self._policy.mender.decide(state))
            if changes:
                play.change(changes)
            due[number] = moment + self._policy.review_minutes
        log = play.finish()
        log.mending = work.log
        return log
