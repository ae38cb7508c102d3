"""Fair shares: weekend days, late duties and wishes not met, spread evenly over agents who are alike.

Agents are alike when they have the same skills in demand, the same regime and the same hours a week. What a
group works in all is not changed here: coverage decides it. An agent's share is fair when it is the mean of
the group, rounded down or up; the measure is how many weekend days, late duties and wishes lie beyond fair
shares or are missing to them. Rounding makes 0 possible whatever the sum; the bound counts what pins,
absences and the past rule out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.model import MISSING, Case, Duty, Roster
from data.model.columns import IntArray
from optimizer.roster.granting import may_swap
from optimizer.roster.requirement import Requirement
from optimizer.roster.search import Tour, Working
from optimizer.roster.shift_types import ShiftTypes
from optimizer.roster.team import Pattern
from optimizer.roster.tours import OFF
from optimizer.roster.wishes import AgentWishes, Spans, not_met, spans_of, surely_lost, wishes_of_agents

WEEKEND, LATE, WISHES = range(3)
"""What is shared: Saturdays and Sundays worked, late duties, and wishes not met."""

ROUNDS = 4
"""How often every agent whose share is not fair tries to swap."""

MOST_SWAPPERS = 60
"""With how many others an agent tries to swap, at most."""

WORK_OF_A_SWAP = 1e-4
"""Deterministic work of looking for a swap with one other; about seconds."""

Counts = tuple[int, int, int]


@dataclass(frozen=True)
class Share:
    """What is shared among some agents who are alike.

    Attributes:
        kind: WEEKEND, LATE or WISHES.
        agents: positions; two at least.
    """

    kind: int
    agents: tuple[int, ...]


class FairShares:
    """Who shares what, and what counts.

    Attributes:
        shares: of all groups of agents who are alike.
        before: weekend days, late duties and wishes of each agent from before the horizon; shape (agents, 3).
        wishes: of the agents.
    """

    def __init__(self, case: Case, requirement: Requirement) -> None:
        axis = case.axis
        count = len(case.agents)
        late = case.plan.late_duties_end_after
        self._weekend = [axis.date_of(day).weekday() >= 5 for day in range(axis.days)]
        self._late = [axis.at(day, 60 * late.hour + late.minute) for day in range(axis.days)]
        self._day_of = axis.day_of
        self.wishes: tuple[AgentWishes, ...] = tuple(wishes_of_agents(case))
        self.before = np.zeros((count, 3), dtype=np.int64)
        self.before[:, WEEKEND] = case.agents.weekend_days_worked
        self.before[:, LATE] = case.agents.late_duties_worked
        contract = [case.contracts.position[name] for name in case.agents.contract_id.tolist()]
        alike: dict[tuple[int, str, int], list[int]] = {}
        for agent, (row, skill_set) in enumerate(
            zip(contract, requirement.class_of_agent.tolist(), strict=True)
        ):
            if skill_set:
                key = (int(skill_set), case.contracts.regime[row], int(case.contracts.weekly_minutes[row]))
                alike.setdefault(key, []).append(agent)
        self.shares: list[Share] = []
        for agents in alike.values():
            wishing = tuple(agent for agent in agents if self.wishes[agent])
            for kind, among in ((WEEKEND, tuple(agents)), (LATE, tuple(agents)), (WISHES, wishing)):
                if len(among) > 1:
                    self.shares.append(Share(kind, among))
        self.of_agent: list[list[int]] = [[] for _ in range(count)]
        for place, share in enumerate(self.shares):
            for agent in share.agents:
                self.of_agent[agent].append(place)

    def marks(self, day: int, end: int) -> tuple[int, int]:
        """Whether a duty that starts on a day and ends at `end` is of a weekend, and whether it is late."""
        return int(self._weekend[day]), int(end > self._late[day])

    def counts(self, agent: int, spans: Spans) -> Counts:
        """Weekend days, late duties and wishes not met of an agent with these duties, the past included."""
        marks = [self.marks(self._day_of(start), end) for start, end, _ in spans]
        weekend, late = (sum(mark[kind] for mark in marks) for kind in (WEEKEND, LATE))
        past = self.before[agent]
        return int(past[WEEKEND]) + weekend, int(past[LATE]) + late, self.wishes_lost(agent, spans)

    def wishes_lost(self, agent: int, spans: Spans) -> int:
        """How many wishes of an agent these duties do not meet."""
        return sum(not wish.met(spans) for wish in self.wishes[agent])

    def unfairness(self, counts: Sequence[Counts]) -> int:
        """The measure, when the agents have these counts."""
        return sum(
            beyond_fair(np.array([counts[agent][share.kind] for agent in share.agents], dtype=np.int64))
            for share in self.shares
        )


def beyond_fair(counts: IntArray) -> int:
    """How much of these counts lies beyond the mean rounded up, or is missing to the mean rounded down."""
    low, high = int(counts.sum()) // len(counts), -(-int(counts.sum()) // len(counts))
    return int(np.maximum(counts - high, 0).sum() + np.maximum(low - counts, 0).sum())


def counts_of_roster(case: Case, shares: FairShares, roster: Roster) -> list[Counts]:
    """The counts of every agent under a roster."""
    types = ShiftTypes(case)
    return [
        shares.counts(agent, spans_of(types, roster.by_agent.get(name, ())))
        for agent, name in enumerate(case.agents.agent_id.tolist())
    ]


def fairness_bound(case: Case, shares: FairShares, pins: Sequence[Sequence[Duty]]) -> int:
    """The measure that no roster can go below, whatever it covers.

    An agent can have no less than the past and the pins give, and no more than the days of the horizon on
    which the credential is valid and no absence lasts all day allow.
    """
    least, most = _limits(case, shares, pins)
    return sum(
        _least_beyond_fair(
            least[list(share.agents), share.kind],
            most[list(share.agents), share.kind],
        )
        for share in shares.shares
    )


def _limits(case: Case, shares: FairShares, pins: Sequence[Sequence[Duty]]) -> tuple[IntArray, IntArray]:
    """Fewest and most of each kind that each agent can have; shape (agents, 3) both."""
    absences: dict[str, list[tuple[int, int]]] = {}
    for row in case.absences.rows():
        absences.setdefault(row["agent_id"], []).append((row["starts_at"], row["ends_at"]))
    lost = surely_lost(case, pins)
    least, most = shares.before.copy(), shares.before.copy()
    edges = case.axis.day_starts.tolist()
    for agent, row in enumerate(case.agents.rows()):
        first, last = row["credential_from"], row["credential_until"]
        away = absences.get(row["agent_id"], [])
        for day in range(case.axis.days):
            whole = any(start <= edges[day] and end >= edges[day + 1] for start, end in away)
            if not whole and first <= day and (last == MISSING or day <= last):
                most[agent, WEEKEND] += shares.marks(day, 0)[WEEKEND]
                most[agent, LATE] += 1
        for duty in pins[agent]:
            least[agent, :2] += shares.marks(case.axis.day_of(duty.start), duty.end)
        most[agent, :2] = np.maximum(most[agent, :2], least[agent, :2])
        least[agent, WISHES] = len(lost[agent])
        most[agent, WISHES] = len(shares.wishes[agent])
    return least, most


def _least_beyond_fair(least: IntArray, most: IntArray) -> int:
    """The least of `beyond_fair` over all whole counts between these limits, by trying every sum."""
    best = None
    count = len(least)
    for total in range(int(least.sum()), int(most.sum()) + 1):
        low, high = total // count, -(-total // count)
        fixed = np.maximum(least - high, 0).sum() + np.maximum(low - most, 0).sum()
        # What the others can take between the fair shares; the rest of the sum lies beyond them.
        fewest = np.minimum(np.maximum(least, low), most).sum()
        greatest = np.maximum(np.minimum(most, high), least).sum()
        found = int(fixed + max(total - greatest, fewest - total, 0))
        best = found if best is None else min(best, found)
        if best == 0:
            break
    return best or 0


class Tally:
    """The counts of the working roster, kept up to date agent by agent."""

    def __init__(self, working: Working, shares: FairShares) -> None:
        self._working = working
        self.shares = shares
        self.counts = [self._counted(agent) for agent in range(len(working.tours))]
        self._place = [{agent: n for n, agent in enumerate(share.agents)} for share in shares.shares]
        self._held = [
            np.array([self.counts[agent][share.kind] for agent in share.agents], dtype=np.int64)
            for share in shares.shares
        ]
        self._beyond = [beyond_fair(held) for held in self._held]

    def _counted(self, agent: int) -> Counts:
        working = self._working
        return self.shares.counts(agent, working.team.patterns[agent].spans(working.tours[agent]))

    @property
    def unfairness(self) -> int:
        """The measure of the working roster."""
        return sum(self._beyond)

    def refresh(self, agents: Iterable[int]) -> None:
        """Count anew for agents whose tours have changed."""
        touched: set[int] = set()
        for agent in agents:
            self.counts[agent] = self._counted(agent)
            for share in self.shares.of_agent[agent]:
                kind = self.shares.shares[share].kind
                self._held[share][self._place[share][agent]] = self.counts[agent][kind]
                touched.add(share)
        for share in touched:
            self._beyond[share] = beyond_fair(self._held[share])

    def change(self, counts: Mapping[int, Counts]) -> int:
        """By how much the measure would grow, if some agents had other counts."""
        growth = 0
        for share in sorted({share for agent in counts for share in self.shares.of_agent[agent]}):
            held, place, kind = self._held[share].copy(), self._place[share], self.shares.shares[share].kind
            for agent, other in counts.items():
                if agent in place:
                    held[place[agent]] = other[kind]
            growth += beyond_fair(held) - self._beyond[share]
        return growth

    def unfair(self) -> list[int]:
        """The agents whose shares are not fair."""
        found: set[int] = set()
        for share, held, beyond in zip(self.shares.shares, self._held, self._beyond, strict=True):
            if beyond:
                low, high = int(held.sum()) // len(held), -(-int(held.sum()) // len(held))
                found.update(np.array(share.agents)[(held > high) | (held < low)].tolist())
        return sorted(found)

    def partners(self, agent: int) -> list[int]:
        """Those who are alike and could take something off the agent, or give something, to be fairer."""
        found: set[int] = set()
        for share in self.shares.of_agent[agent]:
            held, agents = self._held[share], np.array(self.shares.shares[share].agents)
            low, high = int(held.sum()) // len(held), -(-int(held.sum()) // len(held))
            own = int(held[self._place[share][agent]])
            if own > high:
                found.update(agents[held < high].tolist())
            elif own < low:
                found.update(agents[held > low].tolist())
        return sorted(found)


def share_fairly(working: Working, tally: Tally, checkpoint: Callable[[], None]) -> None:
    """Make shares fairer by swapping the duties of some days in a row between two agents who are alike.

    Coverage stays as it is, and the weight of the wishes met does not shrink. `checkpoint` is called before
    each try, and may raise to end this early; the roster is whole then.
    """
    for _ in range(ROUNDS):
        before = tally.unfairness
        for agent in working.shuffled(tally.unfair()):
            for other in working.shuffled(tally.partners(agent))[:MOST_SWAPPERS]:
                if not tally.partners(agent):
                    break
                checkpoint()
                working.count_work(WORK_OF_A_SWAP)
                _swap(working, tally, agent, other)
        if tally.unfairness in (0, before):
            return


def _swap(working: Working, tally: Tally, agent: int, other: int) -> None:
    """Swap the duties of those days in a row by which shares become fairest, if any do."""
    team, own, theirs = working.team, working.tours[agent], working.tours[other]
    one, two = team.patterns[agent], team.patterns[other]
    wishing = bool(team.wishes[agent] or team.wishes[other])
    lost = working.not_met(agent) + working.not_met(other)
    gained = [
        tuple(b - a for a, b in zip(_marks(tally, one, own, d), _marks(tally, two, theirs, d), strict=True))
        for d in range(team.days)
    ]
    tried: dict[tuple[Counts, Counts], int] = {}
    best, both = 0, None
    for first in range(team.days):
        weekend = late = 0
        for last in range(first, team.days):
            if not may_swap(one, two, last):
                break
            weekend, late = weekend + gained[last][WEEKEND], late + gained[last][LATE]
            if own[last] == theirs[last] or not (weekend or late or wishing):
                continue
            mine = own[:first] + theirs[first : last + 1] + own[last + 1 :]
            yours = theirs[:first] + own[first : last + 1] + theirs[last + 1 :]
            counts = (
                _with(tally, agent, weekend, late, one.spans(mine) if wishing else None),
                _with(tally, other, -weekend, -late, two.spans(yours) if wishing else None),
            )
            if counts not in tried:
                tried[counts] = tally.change({agent: counts[0], other: counts[1]})
            if tried[counts] >= best or not (one.allows(mine) and two.allows(yours)):
                continue
            left = not_met(team.wishes[agent], one.spans(mine)) if wishing else 0
            left += not_met(team.wishes[other], two.spans(yours)) if wishing else 0
            if left <= lost:
                best, both = tried[counts], (mine, yours)
    if both is not None:
        working.put(agent, both[0])
        working.put(other, both[1])
        tally.refresh((agent, other))


def _marks(tally: Tally, pattern: Pattern, tour: Tour, day: int) -> tuple[int, int]:
    """What the duty of a day counts for."""
    if tour[day] == OFF:
        return 0, 0
    return tally.shares.marks(day, pattern.choices[day].span(tour[day])[1])


def _with(tally: Tally, agent: int, weekend: int, late: int, spans: Spans | None) -> Counts:
    """The counts of an agent with so many more weekend days and late duties, and with these duties."""
    before = tally.counts[agent]
    lost = before[WISHES] if spans is None else tally.shares.wishes_lost(agent, spans)
    return before[WEEKEND] + weekend, before[LATE] + late, lost
