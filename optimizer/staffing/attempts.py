"""One mix tried: the best roster that is found for it, and how that serves the customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.model import Case, Demand
from data.progress import Progress
from data.referee import recount
from optimizer.planning.judged_rosters import judged_roster
from optimizer.requirement.roster_service import RosterJudge, RosterService
from optimizer.roster.bound import understaffing_bound
from optimizer.roster.requirement import Requirement
from optimizer.roster.rules import RULES
from optimizer.roster.shift_cover import ShiftRequirement
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.terms import terms_of_agents
from optimizer.solve_result import SolveLimits, SolveStatus
from optimizer.staffing.cheapest_mix import cheapest_mix
from optimizer.staffing.classes import AgentClass, Mix, staffed

SEARCHING_FROM, CHECKING_FROM = 200_000, 300_000
"""First replications by which mixes are compared, and by which those that meet the targets are checked, as
the best of many looks better than it is; those of the confirmation are others."""

SEARCHING = 150
"""Replications by which mixes are compared."""

RAISES = 2
"""How often the roster of a mix is made anew, with more agents asked for where customers are served badly."""


@dataclass(frozen=True, eq=False)
class Attempt:
    """A mix with a roster.

    Attributes:
        mix: agents of each class.
        case: with the roster; its demand is the requirement.
        missing: agent-intervals of the requirement that the roster leaves uncovered.
        service: of the customers, by the replications of the search.
    """

    mix: Mix
    case: Case
    missing: int
    service: RosterService


class Attempts:
    """Tries mixes, each once.

    Args:
        case: whose demand is the requirement.
        classes: of agents.
        judge: of rosters.
        checks: replications by which a mix that meets the targets in the search is checked; the more, the
            surer that it meets them in others, too.
        limits: of each roster's search.
        progress: may raise to stop.
    """

    def __init__(
        self,
        case: Case,
        classes: Sequence[AgentClass],
        judge: RosterJudge,
        checks: int,
        limits: SolveLimits,
        progress: Progress,
    ) -> None:
        self._case, self._classes, self._judge, self._checks = case, tuple(classes), judge, checks
        self._limits, self._progress = limits, progress
        self.asked = case.demand
        self._tried: dict[Mix, Attempt | None] = {}
        self._rosters_of = 0

    @property
    def tried(self) -> int:
        """Mixes tried."""
        return self._rosters_of + len(self._tried)

    def ask_for(self, demand: Demand) -> None:
        """Make the rosters of mixes for another demand from now on; what they serve is judged as before."""
        self.asked = demand
        self._rosters_of += len(self._tried)
        self._tried.clear()

    def attempt(self, mix: Mix) -> Attempt | None:
        """The best roster found for a mix; None when it has no legal roster, or nobody.

        Raises:
            KeyboardInterrupt: when the progress stops the search.
        """
        if mix not in self._tried:
            self._tried[mix] = self._try(mix)
        return self._tried[mix]

    def cheapest_mix(self, at_least: Mix) -> Mix:
        """The mix of the relaxation for what is asked for now.

        Raises:
            NoMixError: when no number of agents covers it.
        """
        asked = replace(self._case, demand=self.asked)
        return cheapest_mix(asked, self._classes, at_least, lambda: self._tell(0.0, "least cost")).mix

    def missing_bound(self, mix: Mix) -> int:
        """Agent-intervals of the requirement that every legal roster of a mix leaves uncovered, proven."""
        asked = staffed(self._case, self._classes, mix)
        return understaffing_bound(
            Requirement(asked),
            ShiftRequirement(asked, ShiftTypes(asked)),
            terms_of_agents(asked),
            asked.axis.day_starts,
            RULES,
            seconds=None,
            watch=lambda: self._tell(0.0, "bound"),
        )

    def _try(self, mix: Mix) -> Attempt | None:
        best: Attempt | None = None
        if not sum(mix):
            return None
        demand = self._case.demand
        next_demand = [] if self.asked is demand else [self.asked]
        for _ in range(RAISES + 1):
            asked = staffed(replace(self._case, demand=demand), self._classes, mix)
            planned, result = judged_roster(asked, self._limits, self._tell)
            if result.status is SolveStatus.INTERRUPTED:
                raise KeyboardInterrupt
            if result.answer is None:
                break
            rostered = replace(planned, demand=self._case.demand)
            service = self._service(rostered)
            found = Attempt(mix, rostered, recount(rostered).under, service)
            if best is None or _rank(found) < _rank(best):
                best = found
            if service.is_kept:
                break
            if next_demand:
                demand = next_demand.pop()
            elif found.missing:
                break  # Who is asked for besides would have to come from where somebody is missing.
            else:
                demand = raised(demand, service)
        return best

    def _service(self, rostered: Case) -> RosterService:
        """By the first replications that show a miss."""
        for first, replications in ((SEARCHING_FROM, SEARCHING), (CHECKING_FROM, self._checks)):
            service = self._judge.judge(rostered, first, replications, lambda: self._tell(0.0, "simulation"))
            if not service.is_kept:
                break
        return service

    def _tell(self, fraction: float, what: str) -> None:  # noqa: ARG002 - how many mixes come is not known
        tried = len(self._tried)
        self._progress(tried / (tried + 10.0), f"mix {tried + 1}: {what}")


def _rank(attempt: Attempt) -> tuple[int, int, float]:
    service = attempt.service
    return service.missed, service.surely_missed, max(figure.mean for figure in service.overall)


def raised(demand: Demand, service: RosterService) -> Demand:
    """One more agent where most customers are served badly, in each period that misses its target.

    The agent is asked for in that interval and in those beside it, for the skill of most of these customers.
    """
    required = demand.required.copy()
    length = int(np.diff(np.unique(demand.starts_at)).min(initial=1440))
    skills = demand.skill.astype(str)
    more: set[tuple[int, str]] = set()
    for day in service.days:
        for target, *of_periods in zip(
            service.targets, day.served_badly, day.worst_intervals, day.worst_skills, strict=True
        ):
            for figure, interval, skill in zip(*of_periods, strict=True):
                if figure.mean > target.most_bad:
                    start = int(day.frame.starts[interval])
                    around = (start - length, start, start + length)
                    more |= {(minute, day.frame.skills[skill]) for minute in around}
    for minute, skill_name in more:
        required[(demand.starts_at == minute) & (skills == skill_name)] += 1
    return replace(demand, required=required)
