"""Several agents choose together: CP-SAT picks the best combination of their tours, the others staying put.

Agents with the same pattern and skills are one group: their tours are an integer flow through the graph of
legal tours, and their duties are counted, not told apart, until the solution is dealt out to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from optimizer.cp_sat import CpSatOutcome, run_cp_sat
from optimizer.roster.fairness import LATE, WEEKEND, WISHES, FairShares
from optimizer.roster.limits import Meter
from optimizer.roster.search import Tour, Working
from optimizer.roster.team import DayChoice, Pattern, Team
from optimizer.roster.tours import OFF
from optimizer.roster.wishes import Wish, not_met

MOST_NUMBERS = 250_000
"""Entries of the menus up to which all duties of all agents go into one model."""


@dataclass(eq=False)
class _Group:
    pattern: Pattern
    skill_set: int
    agents: list[int]
    duties: list[dict[int, cp_model.IntVar]]
    arcs: list[list[cp_model.IntVar]]


class JointChoice:
    """A CP-SAT model in which some agents choose their tours anew.

    Args:
        working: the roster; the choosing agents have been taken out of service.
        before: their tours up to now, given to the solver as a hint.
        most: None to cover best; or the highest cost of staffing that is allowed, to meet wishes best.
        shares: None; or what is to be shared fairly, at no more cost than `most`, and no more weight
            of wishes not met than with `before`.
    """

    def __init__(
        self,
        working: Working,
        before: dict[int, Tour],
        most: int | None = None,
        shares: FairShares | None = None,
    ) -> None:
        self._working = working
        self._requirement = working.team.requirement
        self._model = cp_model.CpModel()
        intervals = len(self._requirement.per_interval)
        self._serving: list[dict[int, list[cp_model.IntVar]]] = [{} for _ in range(self._requirement.classes)]
        self._touched = np.zeros(intervals, dtype=np.bool_)
        self._working_type: dict[tuple[int, int], list[cp_model.IntVar]] = {}
        weighs_wishes = most is not None or working.team.wish_price > 0
        grouped: dict[tuple[int, ...], list[int]] = {}
        for agent in sorted(before):
            key: tuple[int, ...] = (
                id(working.team.patterns[agent]),
                int(self._requirement.class_of_agent[agent]),
            )
            if shares is not None or (weighs_wishes and working.team.wishes[agent]):
                key = (*key, agent)
            grouped.setdefault(key, []).append(agent)
        self._groups = [self._add_group(agents, before) for agents in grouped.values()]
        if working.budget is not None:
            self._model.add(self._work_minutes() <= working.budget - working.work_minutes)
        cost = self._under_and_over() + self._shift_demand() + self._overtime()
        missed = list(self._wishes_not_met()) if weighs_wishes else []
        lost = cp_model.LinearExpr.sum([wish.weight * unmet for _, wish, unmet in missed])
        if working.team.wish_price:
            others = sum(working.not_met(a) for a in range(len(working.tours)) if a not in before)
            cost += working.team.wish_price * (lost + others)
        if most is None:
            self._model.minimize(cost)
        else:
            self._model.add(cost <= most)
            if shares is None:
                self._model.minimize(lost)
            else:
                self._model.add(lost <= self._weight_lost(before))
                self._model.minimize(self._unfairness(shares, [(agent, unmet) for agent, _, unmet in missed]))

    def _add_group(self, agents: list[int], before: dict[int, Tour]) -> _Group:
        pattern = self._working.team.patterns[agents[0]]
        skill_set = int(self._requirement.class_of_agent[agents[0]])
        group = _Group(pattern, skill_set, agents, [], [])
        for day, choice in enumerate(pattern.choices):
            held = [before[agent][day] for agent in agents]
            counts = {}
            for duty in _offered(choice):
                counts[duty] = self._model.new_int_var(0, len(agents), "")
                self._model.add_hint(counts[duty], held.count(duty))
                self._serve(choice, duty, skill_set, counts[duty])
                kind = choice.span(duty)[2]
                if kind is not None:
                    self._working_type.setdefault((day, kind), []).append(counts[duty])
            group.duties.append(counts)
        self._add_tours(group)
        return group

    def _serve(self, choice: DayChoice, duty: int, skill_set: int, count: cp_model.IntVar) -> None:
        if choice.pinned is not None:
            when, service = self._working.team.pinned_service(choice.pinned)
        else:
            assert choice.menu is not None  # noqa: S101 - an offered duty is pinned or on a menu
            when, service = choice.menu.when, choice.menu.service[duty]
        for interval in (np.flatnonzero(service) + when.start).tolist():
            self._serving[skill_set].setdefault(interval, []).append(count)
            self._touched[interval] = True

    def _add_tours(self, group: _Group) -> None:
        """Agents flow through the legal tours; each day as many take a kind of duty as duties of it count."""
        entering: list[list[cp_model.IntVar]] = [[]]
        for day, layer in enumerate(group.pattern.graph.layers):
            arcs = [self._model.new_int_var(0, len(group.agents), "") for _ in layer.label]
            group.arcs.append(arcs)
            for node, (low, high) in enumerate(zip(layer.first[:-1], layer.first[1:], strict=True)):
                inflow = len(group.agents) if day == 0 else cp_model.LinearExpr.sum(entering[node])
                self._model.add(cp_model.LinearExpr.sum(arcs[low:high]) == inflow)
            choice = group.pattern.choices[day]
            by_kind: dict[int, list[cp_model.IntVar]] = {kind: [] for kind in range(choice.kinds)}
            for duty, count in group.duties[day].items():
                by_kind[_kind(choice, duty)].append(count)
            taken: dict[int, list[cp_model.IntVar]] = {kind: [] for kind in range(choice.kinds)}
            following = group.pattern.graph.layers[day + 1 : day + 2]
            entering = [[] for _ in range(len(following[0].first) - 1 if following else 1)]
            for arc, label, target in zip(arcs, layer.label.tolist(), layer.target.tolist(), strict=True):
                entering[target].append(arc)
                if label != OFF:
                    taken[label].append(arc)
            for kind in range(choice.kinds):
                self._model.add(
                    cp_model.LinearExpr.sum(by_kind[kind]) == cp_model.LinearExpr.sum(taken[kind])
                )

    def _work_minutes(self) -> cp_model.LinearExpr:
        """Minutes of work of all who choose."""
        return cp_model.LinearExpr.sum(
            [
                choice.work(duty) * count
                for group in self._groups
                for choice, counts in zip(group.pattern.choices, group.duties, strict=True)
                for duty, count in counts.items()
            ]
        )

    def _overtime(self) -> cp_model.LinearExpr | int:
        """Overtime at its price, that of agents who stay put included."""
        team, cost = self._working.team, self._working.overtime_cost
        if not team.has_priced_overtime:
            return cost
        return cost + cp_model.LinearExpr.sum(
            [
                team.overtime_cost(choice, duty) * count
                for group in self._groups
                for choice, counts in zip(group.pattern.choices, group.duties, strict=True)
                for duty, count in counts.items()
            ]
        )

    def _weight_lost(self, tours: dict[int, Tour]) -> int:
        team = self._working.team
        return sum(not_met(team.wishes[a], team.patterns[a].spans(tour)) for a, tour in tours.items())

    def _unfairness(self, shares: FairShares, lost: list[tuple[int, cp_model.IntVar]]) -> cp_model.LinearExpr:
        """How much lies beyond fair shares or is missing to them; every agent is a group alone."""
        held: list[dict[int, cp_model.LinearExprT]] = [{}, {}, {}]
        for group in self._groups:
            (agent,) = group.agents
            marked: list[list[cp_model.IntVar]] = [[], []]
            for day, (choice, counts) in enumerate(zip(group.pattern.choices, group.duties, strict=True)):
                for duty, count in counts.items():
                    for kind, marks in enumerate(shares.marks(day, choice.span(duty)[1])):
                        if marks:
                            marked[kind].append(count)
            for kind in (WEEKEND, LATE):
                held[kind][agent] = cp_model.LinearExpr.sum(marked[kind]) + int(shares.before[agent, kind])
            held[WISHES][agent] = cp_model.LinearExpr.sum([missed for who, missed in lost if who == agent])
        beyond = [
            part
            for share in shares.shares
            for part in self._beyond_fair([held[share.kind][agent] for agent in share.agents])
        ]
        return cp_model.LinearExpr.sum(beyond)

    def _beyond_fair(self, counts: list[cp_model.LinearExprT]) -> Iterator[cp_model.IntVar]:
        """The sum is the number of counts times the fair share rounded down, and a rest."""
        model, most = self._model, 10**6
        low, rest = model.new_int_var(0, most, ""), model.new_int_var(0, len(counts) - 1, "")
        model.add(cp_model.LinearExpr.sum(counts) == len(counts) * low + rest)
        more = model.new_bool_var("")
        model.add(rest >= more)
        model.add(rest <= (len(counts) - 1) * more)
        for count in counts:
            over, short = model.new_int_var(0, most, ""), model.new_int_var(0, most, "")
            model.add(count <= low + more + over)
            model.add(count >= low - short)
            yield from (over, short)

    def _wishes_not_met(self) -> Iterator[tuple[int, Wish, cp_model.IntVar]]:
        """Each wish with its agent, and whether it is not met; an agent with wishes is a group alone."""
        for group in self._groups:
            for wish in self._working.team.wishes[group.agents[0]]:
                lost = self._model.new_bool_var("")
                touching: list[cp_model.IntVar] = []
                for choice, counts in zip(group.pattern.choices, group.duties, strict=True):
                    today = [v for duty, v in counts.items() if wish.touches(*choice.span(duty))]
                    touching += today
                    if today and not wish.work:
                        self._model.add(cp_model.LinearExpr.sum(today) <= lost)
                if wish.work:
                    self._model.add(cp_model.LinearExpr.sum(touching) + lost >= 1)
                yield group.agents[0], wish, lost

    def _shift_demand(self) -> cp_model.LinearExpr:
        """Agents missing and in excess of each day and shift type, at their prices."""
        cover, terms = self._working.shifts, []
        need = cover.requirement
        for day, kind in np.argwhere((need.under_price > 0) | (need.over_price > 0)).tolist():
            under_price, over_price = int(need.under_price[day, kind]), int(need.over_price[day, kind])
            chosen = self._working_type.get((day, kind), [])
            spare = cp_model.LinearExpr.sum(chosen) + int(cover.at_work[day, kind] - need.required[day, kind])
            required = int(need.required[day, kind])
            under = self._model.new_int_var(0, required, "")
            over = self._model.new_int_var(0, len(self._working.tours), "")
            self._model.add(over - under == spare)
            terms += [under_price * under, over_price * over]
        return cp_model.LinearExpr.sum(terms)

    def _under_and_over(self) -> cp_model.LinearExpr:
        """Under and over of the touched intervals at their prices, by Ore's formula; the rest is constant."""
        cover, requirement = self._working.cover, self._requirement
        terms, constant = [], 0
        constant += int(cover.cost()[~self._touched].sum())
        for interval in np.flatnonzero(self._touched).tolist():
            serving = [
                cp_model.LinearExpr.sum(by_interval.get(interval, [])) for by_interval in self._serving
            ]
            covered = self._model.new_int_var(0, int(requirement.per_interval[interval]), "")
            for total, meets in zip(cover.sums[:, interval].tolist(), requirement.meets.T, strict=True):
                able = cp_model.LinearExpr.sum([serving[c] for c in np.flatnonzero(meets)])
                self._model.add(covered <= able + total)
            under_price, over_price = (
                int(price[interval]) for price in (requirement.under_price, requirement.over_price)
            )
            terms.append(over_price * cp_model.LinearExpr.sum(serving) - (under_price + over_price) * covered)
            constant += over_price * int(cover.in_service[interval])
            constant += under_price * int(requirement.per_interval[interval])
        return cp_model.LinearExpr.sum(terms) + constant

    def solve(self, meter: Meter, work: float, seconds: float | None) -> tuple[CpSatOutcome, dict[int, Tour]]:
        """The outcome, and the tours found, none when there is no solution."""
        outcome = run_cp_sat(
            self._model,
            work=max(work, 1e-3),
            seconds=seconds,
            threads=meter.limits.threads,
            seed=meter.limits.seed,
            progress=lambda _fraction, what: meter.report(what),
            what="all agents choose at once",
        )
        found: dict[int, Tour] = {}
        if outcome.found:
            for group in self._groups:
                found |= _dealt(group, outcome)
        return outcome, found


def choose_jointly(
    working: Working,
    meter: Meter,
    work: float,
    seconds: float | None,
    most: int | None = None,
    shares: FairShares | None = None,
) -> CpSatOutcome:
    """CP-SAT chooses for everybody; `most` and `shares` as for `JointChoice`."""
    before = {agent: working.take(agent) for agent in range(len(working.tours))}
    outcome, found = JointChoice(working, before, most, shares).solve(meter, work, seconds)
    for agent, tour in before.items():
        working.put(agent, found.get(agent, tour))
    return outcome


def improve_jointly(
    working: Working, meter: Meter, work: float, kept: float, shares: FairShares | None = None
) -> None:
    """CP-SAT improves a level after the first, and keeps a share of the time limit back."""
    outcome = choose_jointly(working, meter, work, meter.seconds_left(kept), working.objective(), shares)
    if outcome.interrupted:
        meter.interrupt()
    meter.clock_stopped = meter.clock_stopped or outcome.clock_stopped


def menu_numbers(team: Team, *, with_wishes: bool = False, one_by_one: bool = False) -> int:
    """How many entries the menus of all agents hold, groups of like agents counted once.

    With wishes, agents who have some are told apart; one by one, all are.
    """
    distinct = {
        (id(pattern), int(skill_set), agent if one_by_one or (with_wishes and wishes) else None): pattern
        for agent, (pattern, skill_set, wishes) in enumerate(
            zip(team.patterns, team.requirement.class_of_agent, team.wishes, strict=True)
        )
    }
    return sum(
        choice.menu.service.size
        for pattern in distinct.values()
        for choice in pattern.choices
        if choice.menu is not None
    )


def _kind(choice: DayChoice, duty: int) -> int:
    if choice.menu is None:
        return 0
    return int(choice.kind_of_shift[choice.menu.shift_of[duty]])


def _offered(choice: DayChoice) -> list[int]:
    """The duties to choose from on a day, those that a rule forbids left out."""
    if choice.menu is None:
        return [] if choice.pinned is None else [0]
    return np.flatnonzero(choice.kind_of_shift[choice.menu.shift_of] != OFF).tolist()


def _dealt(group: _Group, outcome: CpSatOutcome) -> dict[int, Tour]:
    """Deal the flow and the duties out to the agents of a group."""
    at = [(agent, 0) for agent in group.agents]
    tours: dict[int, list[int]] = {agent: [] for agent in group.agents}
    for day, layer in enumerate(group.pattern.graph.layers):
        choice = group.pattern.choices[day]
        open_duties: dict[int, list[int]] = {}
        for duty, count in group.duties[day].items():
            open_duties.setdefault(_kind(choice, duty), []).extend([duty] * outcome.value(count))
        left = [outcome.value(arc) for arc in group.arcs[day]]
        moved = []
        for agent, node in at:
            arc = next(a for a in range(int(layer.first[node]), int(layer.first[node + 1])) if left[a])
            left[arc] -= 1
            label = int(layer.label[arc])
            tours[agent].append(OFF if label == OFF else open_duties[label].pop())
            moved.append((agent, int(layer.target[arc])))
        at = moved
    return {agent: tuple(tour) for agent, tour in tours.items()}
