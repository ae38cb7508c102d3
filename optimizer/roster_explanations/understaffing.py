"""Which resource is missing where a roster is understaffed: everybody who could help, each with a reason.

Of an interval and skill with agents missing, those who could relieve it are looked at one by one: all with
the skill, and all who could set such an agent free by taking over another skill. Each has one reason for not
helping more, proven for the duties that Pontual plans (`optimizer.roster.menu`): that the agent is in service
already, or on a break, or that rules forbid it, or that it would cost as much elsewhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from data.model import Case
from optimizer.budget import Budget
from optimizer.roster.limits import EnoughError
from optimizer.roster.team import NoTourError
from optimizer.roster_explanations.gains import PRICES_OF_A_MINUTE, Gains
from optimizer.roster_explanations.obstacles import (
    Codes,
    DayObstacles,
    Obstacles,
    ShiftObstacles,
    smallest,
)
from optimizer.roster_explanations.standing import RosterStanding

WORK_OF_A_DAY = 4e-3
"""Deterministic work of asking all rules of all shifts of an agent's day; about seconds."""

WORK_OF_A_GAIN = 1e-3
"""The same of finding an agent's best tour."""


@dataclass(frozen=True)
class Reason:
    """Why one agent does not relieve an interval.

    Attributes:
        code: one of `data.model.understaffing.REASONS`.
        rules: codes of the rules, for the reasons ``never`` and ``blocked``: leaving them out would make it
            possible.
    """

    code: str
    rules: Codes = ()


@dataclass(frozen=True)
class Run:
    """Intervals in a row in which the same number of agents is missing for a skill, with equal head counts.

    Attributes:
        start: minutes on the planning axis, like `end`.
        missing: agents missing in each interval.
        holders: agents who have the skill.
        unavoidable: of the missing, how many are missing in every roster.
        counts: agents by reason, in each interval; those who could relieve the skill indirectly included.
        agents: who, by reason; where the intervals differ, everybody who has the reason in one of them.
    """

    start: int
    end: int
    skill: str
    missing: int
    holders: int
    unavoidable: int
    counts: Mapping[Reason, int]
    agents: Mapping[Reason, tuple[str, ...]]


@dataclass
class Explainer:
    """Finds the reasons of agents, interval by interval, and remembers what it has found out."""

    standing: RosterStanding
    budget: Budget
    before: Case | None = None
    _days: dict[tuple[int, int], DayObstacles | None] = field(default_factory=dict)
    _gains: Gains | None = None
    _replanned: Gains | None = None
    _best: dict[int, int] = field(default_factory=dict)
    _without_tours: bool = False
    _stopped: bool = False

    def reason(self, agent: int, interval: int) -> Reason:
        """Why an agent does not relieve an interval."""
        standing = self.standing
        if standing.in_service[agent][interval]:
            return Reason("in_service")
        length = standing.interval_minutes
        start, end = interval * length, (interval + 1) * length
        on_duty = [duty for duty in standing.duties(agent) if duty.start < end and start < duty.end]
        examined = not (self._stopped or self.budget.is_spent())
        try:
            if not on_duty:
                return self._off_duty(agent, interval) if examined else Reason("not_examined")
            if examined and self._improves(agent, interval) and self._kept_from(agent, interval) is None:
                return Reason("unfinished")
        except (KeyboardInterrupt, EnoughError) as error:
            self._stopped = self._stopped or isinstance(error, KeyboardInterrupt)
            if not on_duty:
                return Reason("not_examined")
        whole = any(duty.start <= start and end <= duty.end for duty in on_duty)
        return Reason("on_break" if whole else "part_of_interval")

    def _off_duty(self, agent: int, interval: int) -> Reason:
        options = list(self._options(agent, interval))
        if not options:
            return Reason("no_duty")
        order = {rule.code: place for place, rule in enumerate(self.standing.rules)}
        ever = smallest((obstacle.ever for obstacle in options), order)
        runs = smallest((obstacle.runs for obstacle in options if obstacle.ever == ever), order)
        if ever or (runs and self._has_no_tour(agent, interval)):
            return Reason("never", ever + runs)
        now = smallest((obstacle.now for obstacle in options), order)
        if self._improves(agent, interval):
            return Reason(self._kept_from(agent, interval) or "unfinished")
        if now:
            return Reason("blocked", now)
        return Reason("other_hours" if self._works_around(agent, interval) else "day_off")

    def _options(self, agent: int, interval: int) -> Iterator[ShiftObstacles]:
        """The obstacles of the shifts that can be in service in the interval, of the day before as well."""
        edges = self.standing.case.axis.day_starts.tolist()
        today = bisect_right(edges, interval * self.standing.interval_minutes) - 1
        for day in range(max(today - 1, 0), today + 1):
            found = self._of_day(agent, day)
            if found is not None:
                yield from found.at(interval)

    def _of_day(self, agent: int, day: int) -> DayObstacles | None:
        if (agent, day) not in self._days:
            self.budget.work_used += WORK_OF_A_DAY
            self.budget.poll()
            self._days[agent, day] = self._obstacles.of_day(agent, day)
        return self._days[agent, day]

    @cached_property
    def _obstacles(self) -> Obstacles:
        return Obstacles(self.standing)

    def _has_no_tour(self, agent: int, interval: int) -> bool:
        """Whether none of the agent's legal tours covers an interval."""
        self.budget.work_used += WORK_OF_A_GAIN
        return self._gains_of_all().best(agent, interval) is None

    def _works_around(self, agent: int, interval: int) -> bool:
        """Whether the agent has a duty on the day of the interval."""
        minute = interval * self.standing.interval_minutes
        return self.standing.case.axis.day_of(minute) in self.standing.shifts(agent)

    def _improves(self, agent: int, interval: int) -> bool:
        """Whether some tour of the agent that covers the interval makes the roster better."""
        gains = self._gains_of_all()
        if not gains.known(agent):
            raise EnoughError
        if agent not in self._best:
            self.budget.work_used += WORK_OF_A_GAIN
            self.budget.poll()
            self._best[agent] = gains.best(agent) or 0
        if self._best[agent] <= 0:
            return False
        self.budget.work_used += WORK_OF_A_GAIN
        return (gains.best(agent, interval) or 0) > 0

    def _kept_from(self, agent: int, interval: int) -> str | None:
        """What makes a tour that improves the roster impossible or not worth it, where that is proven.

        Raises:
            EnoughError: when it can't be told whether a tour that improves the roster is within the budget,
                or brings back what its changes cost.
        """
        if self.before is not None and not self.before.is_priced:
            if self._replanned is None:
                try:
                    self._replanned = Gains(self.standing, self._checkpoint, self.before)
                except NoTourError:
                    raise EnoughError from None
            self.budget.work_used += WORK_OF_A_GAIN
            gain = self._replanned.best(agent, interval)
            if gain is None:
                return "frozen"
            if self._replanned.nothing_is_lost:
                return "not_lost"
            if gain < 0:  # what brings back just its price may be changed
                return "change_price"
            raise EnoughError
        limit = self.standing.case.plan.work_minutes_budget
        if limit is None:
            return None
        self.budget.work_used += PRICES_OF_A_MINUTE * WORK_OF_A_GAIN
        own = sum(shift.work for shift in self.standing.shifts(agent).values())
        spare = limit - self._least_work + own
        bound, found = self._gains_of_all().best_of_work(agent, interval, spare)
        if found:
            return None
        if bound < 0.5:
            return "budget"
        raise EnoughError

    @cached_property
    def _least_work(self) -> int:
        """Minutes of work of all duties, at least."""
        agents = range(len(self.standing.names))
        return sum(s.least_work for agent in agents for s in self.standing.shifts(agent).values())

    def _gains_of_all(self) -> Gains:
        """What agents could gain, found out once.

        Raises:
            EnoughError: when the budget is spent first, or a pinned duty is one that no tour has.
        """
        if self._gains is None:
            try:
                self._gains = None if self._without_tours else Gains(self.standing, self._checkpoint)
            except NoTourError:
                self._without_tours = True
        if self._gains is None:
            raise EnoughError
        return self._gains

    def _checkpoint(self) -> None:
        self.budget.poll()
        if self.budget.is_spent():
            raise EnoughError


def understaffed_runs(case: Case, budget: Budget, before: Case | None = None) -> list[Run]:
    """The understaffed intervals of a case's legal roster, in runs, by time and skill.

    Agents whom the budget is not enough for have the reason ``not_examined``, and so have those who are left
    when the user interrupts, those with a priced wish that duties of several days may touch, and those of
    whom it is not proven that the budget of hours leaves no gain. `before` is the published roster, where the
    case's roster replans it.
    """
    standing = RosterStanding(case)
    explainer = Explainer(standing, budget, before)
    missing = standing.required - standing.covered
    runs: list[Run] = []
    for skill, name in enumerate(standing.skills):
        holders = sum(skill in held for held in standing.held)
        open_run: tuple[int, int, dict[Reason, set[int]], Counter[Reason]] | None = None
        for interval in np.flatnonzero(missing[:, skill]).tolist():
            able = standing.relieving(interval, skill)
            who: dict[Reason, set[int]] = {}
            for agent, held in enumerate(standing.held):
                if held & able:
                    who.setdefault(explainer.reason(agent, interval), set()).add(agent)
            counts = Counter({reason: len(agents) for reason, agents in who.items()})
            wanted = int(missing[interval, skill])
            if open_run is not None and _goes_on(standing, runs[-1], interval, wanted, open_run[3], counts):
                for reason, agents in who.items():
                    open_run[2][reason] |= agents
                runs[-1] = _run(standing, name, open_run[0], interval, wanted, holders, open_run[2], counts)
            else:
                open_run = (interval, wanted, who, counts)
                runs.append(_run(standing, name, interval, interval, wanted, holders, who, counts))
    return sorted(runs, key=lambda run: (run.start, run.skill))


def _goes_on(
    standing: RosterStanding,
    before: Run,
    interval: int,
    missing: int,
    then: Counter[Reason],
    now: Counter[Reason],
) -> bool:
    adjacent = before.end == interval * standing.interval_minutes
    same_day = standing.case.axis.day_of(before.start) == standing.case.axis.day_of(before.end)
    return adjacent and same_day and before.missing == missing and then == now


def _run(
    standing: RosterStanding,
    skill: str,
    first: int,
    last: int,
    missing: int,
    holders: int,
    who: Mapping[Reason, set[int]],
    counts: Counter[Reason],
) -> Run:
    length = standing.interval_minutes
    could = sum(n for reason, n in counts.items() if reason.code not in {"in_service", "never", "no_duty"})
    names = standing.names
    ordered = sorted(counts, key=lambda reason: (-counts[reason], reason.code, reason.rules))
    return Run(
        start=first * length,
        end=(last + 1) * length,
        skill=skill,
        missing=missing,
        holders=holders,
        unavoidable=max(0, missing - could),
        counts={reason: counts[reason] for reason in ordered},
        agents={reason: tuple(names[agent] for agent in sorted(who[reason])) for reason in ordered},
    )
