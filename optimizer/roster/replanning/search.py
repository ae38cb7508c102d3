"""The search for few changes: agents whose change brings back most coverage change first.

A change of a duty costs so many agent-intervals (`change_worth_minutes` of the plan); it is made only when it
brings back at least as many of those that the published roster had and the new one lacks. So a roster that
has lost nothing stays as it is, however good or bad it was.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from data.model import Case, Duty
from optimizer.roster.menu import SingleArray
from optimizer.roster.replanning.menus import place_of
from optimizer.roster.replanning.published import Published
from optimizer.roster.requirement import Cover
from optimizer.roster.rules import Rule, SequenceRule, Terms, shift_limit_rules
from optimizer.roster.search import Tour, Working
from optimizer.roster.team import Pattern
from optimizer.roster.tours import OFF

GONE = -2
"""In place of a duty of the menu: the published duty can't stay."""

ROUNDS = 60
"""How often some of those who changed stay as they were, so that others change instead."""

MOST_CANDIDATES = 30
"""How many others may change instead: those whose change would have brought back most."""

MOST_AT_ONCE = 3

INSISTENCE = 2.0**12
"""Price of a change in agent-intervals when only the number of changes counts."""

TIE = 0.01
"""Taken off the price of a change, so that one that brings back just enough is made."""

NO_GAIN = 1e-6


class Replanning:
    """A published roster in the making of the next one.

    Attributes:
        kept: for each agent the tour by which nothing would change: GONE where the published duty can't stay.
        counts: for each agent and day, whether a change counts.
        must_change: agents whose published duties break a rule when all of them stay, though each may.
    """

    def __init__(
        self,
        case: Case,
        published: Published,
        working: Working,
        rules: Sequence[Rule],
        checkpoint: Callable[[], None],
    ) -> None:
        self._working = working
        self._checkpoint = checkpoint
        self._price = -(-case.plan.change_worth_minutes // case.plan.demand_interval_minutes) - TIE
        team = working.team
        self.kept: list[Tour] = []
        self.counts: list[tuple[bool, ...]] = []
        for pattern, standing, days, forced in zip(
            team.patterns, published.open, published.days, published.forced, strict=True
        ):
            self.kept.append(_kept(pattern, standing, days))
            self.counts.append(tuple(day not in forced for day in range(len(pattern.choices))))
        self.must_change: list[int] = []
        self._under, self._over = _of_published(case, working)
        for agent, kept in enumerate(self.kept):
            tour = tuple(OFF if duty == GONE else duty for duty in kept)
            working.put(agent, tour)
            if not self._is_legal(agent, tour, rules):
                if GONE not in kept:
                    self.must_change.append(agent)
                working.take(agent)
                working.put(agent, working.best_tour(agent, extra=self._extra(agent, INSISTENCE)))
        self._base = list(working.tours)

    def _is_legal(self, agent: int, tour: Tour, rules: Sequence[Rule]) -> bool:
        """Whether a tour of published duties breaks no rule; the graph of tours may have rounded times."""
        pattern = self._working.team.patterns[agent]
        return pattern.allows(tour) or _obeys(self._working.team.terms[agent], pattern, tour, rules)

    @property
    def changes(self) -> int:
        """Days of agents that differ from the published roster and count."""
        return sum(self._cost(agent, tour) for agent, tour in enumerate(self._working.tours))

    @property
    def lost(self) -> int:
        """Agent-intervals missing, and in excess, beyond those of the published roster."""
        under, over = _under_and_over(self._working.cover)
        return max(under - self._under, 0) + max(over - self._over, 0)

    @property
    def most_over(self) -> int:
        """Agent-intervals in excess, those of the published roster at least."""
        return max(_under_and_over(self._working.cover)[1], self._over)

    @property
    def under(self) -> int:
        """Agent-intervals missing."""
        return _under_and_over(self._working.cover)[0]

    @property
    def _worth(self) -> float:
        """What is to be as small as possible."""
        return self.lost + self._price * self.changes

    def run(self) -> None:
        """Change what is worth it; then see whether others could change instead, so that less changes."""
        skilled = np.flatnonzero(self._working.team.requirement.class_of_agent).tolist()
        gains = self._bring_back(skilled)
        candidates = sorted(gains, key=lambda agent: -gains[agent])[:MOST_CANDIDATES]
        for number in range(ROUNDS):
            changed = [agent for agent in skilled if self._working.tours[agent] != self._base[agent]]
            if not changed:
                return
            before, worth = list(self._working.tours), self._worth
            barred = self._working.some(changed, 1 + number % MOST_AT_ONCE)
            try:
                for agent in barred:
                    self._working.put(agent, self._base[agent])
                others = sorted({*candidates, *changed} - {barred[0]})
                self._bring_back(self._working.some(others, -(-len(others) // 2)))
                self._bring_back({*others, barred[0]})
            finally:
                if self._worth > worth:
                    self._restore(before)

    def _restore(self, tours: Sequence[Tour]) -> None:
        for agent, tour in enumerate(tours):
            if self._working.tours[agent] != tour:
                self._working.put(agent, tour)

    def _bring_back(self, agents: Iterable[int]) -> dict[int, float]:
        """The best change among these agents, again and again; returns what each was worth at first sight.

        What a change is worth mostly falls while others are made, so it is worked out anew only when an agent
        would be next.
        """
        waiting = [(-np.inf, agent) for agent in sorted(set(agents))]
        seen: dict[int, float] = {}
        while waiting and waiting[0][0] < -NO_GAIN:
            _, agent = heapq.heappop(waiting)
            self._checkpoint()
            gain, tour = self._best_change(agent)
            seen.setdefault(agent, gain)
            if gain <= NO_GAIN:
                continue
            if waiting and -waiting[0][0] > gain:
                heapq.heappush(waiting, (-gain, agent))
                continue
            self._working.put(agent, tour)
            heapq.heappush(waiting, (-gain, agent))
        return seen

    def _best_change(self, agent: int) -> tuple[float, Tour]:
        """What the agent's best tour is worth beyond the present one, and the tour."""
        working = self._working
        before, present = working.tours[agent], self.lost
        working.take(agent)
        found = working.best_tour(agent, extra=self._extra(agent, self._price))
        working.put(agent, found)
        gain = present - self.lost - self._price * (self._cost(agent, found) - self._cost(agent, before))
        working.put(agent, before)
        return gain, found

    def _cost(self, agent: int, tour: Tour) -> int:
        pairs = zip(tour, self.kept[agent], self.counts[agent], strict=True)
        return sum(counts and duty != kept for duty, kept, counts in pairs)

    def _extra(self, agent: int, price: float) -> list[SingleArray | None]:
        """What is added to the worth of each duty, for an agent who is out of service.

        A change costs its price. Where the published duty is in service though nobody is missing, to leave it
        so is no loss: an excess that was published may stay.
        """
        working = self._working
        in_excess = working.cover.room(int(working.team.requirement.class_of_agent[agent])) <= 0
        added: list[SingleArray | None] = []
        for choice, kept, counts in zip(
            working.team.patterns[agent].choices, self.kept[agent], self.counts[agent], strict=True
        ):
            if choice.menu is None:
                added.append(None)
                continue
            worth = np.zeros(len(choice.menu.shape), dtype=np.float32)
            if counts and kept == OFF:
                worth -= np.float32(price)
            elif kept >= 0:
                published = np.zeros(len(in_excess), dtype=np.float32)
                published[choice.menu.when] = choice.menu.service[kept]
                worth += choice.menu.shift_values((published * in_excess).astype(np.float32))[0]
                worth[kept] += np.float32(price)
            added.append(worth)
        return added


def _kept(pattern: Pattern, standing: Mapping[int, Duty], days: frozenset[int]) -> Tour:
    """The tour by which nothing changes, where it can be kept; `days` are those with a published duty."""
    tour = []
    for day, choice in enumerate(pattern.choices):
        if choice.pinned is not None:
            tour.append(0)
        elif day not in days:
            tour.append(OFF)
        else:
            duty = standing.get(day)
            place = place_of(choice.menu, duty) if duty is not None and choice.menu is not None else None
            tour.append(GONE if place is None or choice.kind(place) is None else place)
    return tuple(tour)


def _obeys(terms: Terms, pattern: Pattern, tour: Tour, rules: Sequence[Rule]) -> bool:
    """Whether a tour of duties that are legal by themselves keeps the rules on sequences."""
    for rule in [*rules, *shift_limit_rules(terms)]:
        if not isinstance(rule, SequenceRule):
            continue
        state = rule.begin(terms)
        for day, (choice, duty) in enumerate(zip(pattern.choices, tour, strict=True)):
            shift = None
            if choice.pinned_shift is not None:
                shift = choice.pinned_shift
            elif choice.menu is not None and duty != OFF:
                shift = choice.menu.shifts[int(choice.menu.shift_of[duty])]
            after = rule.step(terms, state, day, shift)
            if after is None:
                return False
            state = after
    return True


def _under_and_over(cover: Cover) -> tuple[int, int]:
    covered = int(cover.covered().sum())
    return int(cover.requirement.per_interval.sum()) - covered, int(cover.in_service.sum()) - covered


def _of_published(case: Case, working: Working) -> tuple[int, int]:
    """Agent-intervals missing and in excess in the published roster, absences not counted."""
    team = working.team
    cover = Cover(team.requirement)
    for duty in case.roster.duties:
        when, service = team.pinned_service(duty)
        agent = case.agents.position[duty.agent_id]
        cover.add(int(team.requirement.class_of_agent[agent]), when, service)
    return _under_and_over(cover)
