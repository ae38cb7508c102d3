"""The search for the cheapest mix of contracts and skills: up to the target, and down until nobody can go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from data.model import Case, Scenario
from data.progress import Progress, no_progress, part_of
from optimizer.requirement.asked_demand import required_demand
from optimizer.requirement.requirement import Request, Requirement, day_tasks, find_requirement
from optimizer.requirement.roster_service import RosterJudge, RosterService
from optimizer.requirement.search import CONFIRMING_FROM
from optimizer.solve_result import SolveLimits
from optimizer.staffing.attempts import Attempt, Attempts, raised
from optimizer.staffing.cheapest_mix import NoMixError, cheapest_mix
from optimizer.staffing.classes import AgentClass, Mix, classes_of

CHECKS = 3
"""Replications by which a mix is checked, for each of the confirmation: among a hundred mixes, some look good
by chance."""

MOST_ROUNDS = 25
"""Mixes that are tried on the way up."""

MOST_EXCHANGES = 12
"""Exchanges of two agents for one that are tried from a mix from which nobody can leave."""

Verdict = Literal["misses", "no_roster", "open"]


@dataclass(frozen=True, eq=False)
class OneFewer:
    """What becomes of the answer with an agent less of one class.

    Attributes:
        place: of the class.
        verdict: "misses": the best roster found misses the target beyond chance; "no_roster": there is no
            legal roster; "open": chance doesn't tell.
        attempt: the mix with its roster; None without one.
        missing_bound: agent-intervals of the requirement that every legal roster of this mix leaves
            uncovered, proven.
        service: of the customers, by the replications of the confirmation.
    """

    place: int
    verdict: Verdict
    attempt: Attempt | None
    missing_bound: int
    service: RosterService | None


@dataclass(frozen=True, eq=False)
class Answer:
    """The mix that is proposed.

    Attributes:
        attempt: the mix and its roster.
        service: of the customers, by replications that had no part in the search.
        one_fewer: of each class that has somebody to spare.
    """

    attempt: Attempt
    service: RosterService
    one_fewer: tuple[OneFewer, ...]


@dataclass(frozen=True, eq=False)
class Staffing:
    """What a search for a mix found.

    Attributes:
        requirement: agents by interval.
        classes: of agents.
        at_least: agents of each class who are there in any case.
        bound_cents: what a week costs at least, of any mix with a roster that covers the requirement; None
            where there is no such mix, or no requirement.
        answer: None when no mix that was tried meets the target.
        tried: mixes with a roster.
    """

    requirement: Requirement
    classes: tuple[AgentClass, ...]
    at_least: Mix
    bound_cents: int | None
    answer: Answer | None
    tried: int


def find_staffing(
    case: Case,
    scenario: Scenario,
    request: Request,
    limits: SolveLimits,
    *,
    keep_team: bool = False,
    workers: int = 1,
    progress: Progress = no_progress,
) -> Staffing:
    """Find the cheapest mix of the case's contracts and skill sets that meets service targets.

    Args:
        case: with contracts, agents (whose skill sets are those to choose from) and demand or sessions.
        scenario: what happens on the day.
        request: targets, shrinkage, replications and seed.
        limits: of the search for each roster.
        keep_team: whether the agents of the case stay.
        workers: processes for the requirement; the answer is the same.
        progress: may raise KeyboardInterrupt to stop.

    Raises:
        ValueError, NothingExpectedError: as `find_requirement`.
        RefereeDisagreesError: when the referee finds a fault in a roster.
    """
    request = replace(request, with_worth=False)
    found = find_requirement(case, scenario, request, workers, part_of(progress, 0.0, 0.3))
    asked = replace(case, demand=required_demand(case, found))
    classes = classes_of(asked)
    at_least = tuple(each.present if keep_team else 0 for each in classes)
    if not found.is_reached or not classes:  # without a class, nobody is needed
        return Staffing(found, classes, at_least, None, None, 0)
    told = part_of(progress, 0.3, 1.0)
    try:
        first = cheapest_mix(asked, classes, at_least, watch=lambda: told(0.0, "least cost"))
    except NoMixError:
        return Staffing(found, classes, at_least, None, None, 0)
    judge = RosterJudge(day_tasks(case, scenario, request, found.present), found.days, 1.0 - found.present)
    attempts = Attempts(asked, classes, judge, CHECKS * request.replications, limits, told)
    search = _Search(classes, at_least, attempts)
    best = search.up(first.mix)
    answer = None
    if best is not None:
        best = search.down(best)

        def confirm(attempt: Attempt) -> RosterService:
            return judge.judge(
                attempt.case, CONFIRMING_FROM, request.replications, lambda: told(0.95, "confirmation")
            )

        fewer = tuple(
            _one_fewer(place, attempts.attempt(mix), attempts.missing_bound(mix), confirm)
            for place, mix in search.fewer(best.mix)
        )
        answer = Answer(best, confirm(best), fewer)
    return Staffing(found, classes, at_least, first.bound_cents, answer, attempts.tried)


def _one_fewer(
    place: int, attempt: Attempt | None, missing_bound: int, confirm: Callable[[Attempt], RosterService]
) -> OneFewer:
    if attempt is None:
        return OneFewer(place, "no_roster", None, missing_bound, None)
    service = confirm(attempt)
    verdict: Verdict = "misses" if service.is_missed else "open"
    return OneFewer(place, verdict, attempt, missing_bound, service)


class _Search:
    """Climbs to a mix that meets the targets, and descends from it."""

    def __init__(self, classes: Sequence[AgentClass], at_least: Mix, attempts: Attempts) -> None:
        self._classes, self._at_least, self._attempts = classes, at_least, attempts

    def up(self, mix: Mix) -> Attempt | None:
        """More is asked for where customers are served badly, and the cheapest mix for that is tried.

        That repeats until the targets are met. Where more asked for brings nobody, the cheapest agent comes
        who can serve those served worst.
        """
        for _ in range(MOST_ROUNDS):
            attempt = self._attempts.attempt(mix)
            if attempt is not None and attempt.service.is_kept:
                return attempt
            if attempt is not None:
                self._attempts.ask_for(raised(self._attempts.asked, attempt.service))
            mix = self._larger(mix, attempt)
        return None

    def _larger(self, mix: Mix, attempt: Attempt | None) -> Mix:
        try:
            found = self._attempts.cheapest_mix(self._at_least)
        except NoMixError:
            found = mix
        return found if sum(found) > sum(mix) else _one_more(mix, self._helpful(attempt))

    def _helpful(self, attempt: Attempt | None) -> int:
        skill = "" if attempt is None else attempt.service.worst_skill
        able = [place for place, each in enumerate(self._classes) if not skill or skill in each.skills]
        return min(
            able, key=lambda place: (self._classes[place].weekly_cents, len(self._classes[place].skills))
        )

    def fewer(self, mix: Mix) -> list[tuple[int, Mix]]:
        """The mixes with one agent fewer of a class, the dearest first."""
        places = [place for place, count in enumerate(mix) if count > self._at_least[place]]
        places.sort(key=lambda place: (-self._classes[place].weekly_cents, place))
        return [(place, _one_more(mix, place, -1)) for place in places]

    def down(self, best: Attempt) -> Attempt:
        """Agents leave, or cheaper ones with the same skills come for them, while the targets are met."""
        while True:
            better = next(filter(None, map(self._kept, self._cheaper(best.mix))), None)
            if better is None:
                return best
            best = better

    def _kept(self, mix: Mix) -> Attempt | None:
        attempt = self._attempts.attempt(mix)
        return attempt if attempt is not None and attempt.service.is_kept else None

    def _cheaper(self, mix: Mix) -> Iterator[Mix]:
        """One agent leaves; or a cheaper one comes instead; or two leave, and one with their skills comes."""
        fewer = self.fewer(mix)
        yield from (left for _, left in fewer)
        for gone, left in fewer:
            yield from self._with_one(left, (gone,))
        pairs = (
            exchanged
            for gone, left in fewer
            for other, both in self.fewer(left)
            if other >= gone
            for exchanged in self._with_one(both, (gone, other))
        )
        yield from islice(pairs, MOST_EXCHANGES)

    def _with_one(self, mix: Mix, gone: tuple[int, ...]) -> Iterator[Mix]:
        """The mix with one agent more, who has the skills of those gone and costs less; few skills first."""
        skills = {skill for place in gone for skill in self._classes[place].skills}
        below = sum(self._classes[place].weekly_cents for place in gone)
        for place in sorted(range(len(self._classes)), key=lambda place: len(self._classes[place].skills)):
            each = self._classes[place]
            if skills <= set(each.skills) and each.weekly_cents < below and place not in gone:
                yield _one_more(mix, place)


def _one_more(mix: Mix, place: int, change: int = 1) -> Mix:
    return (*mix[:place], mix[place] + change, *mix[place + 1 :])
