"""The exact model of a pool, or of a part of its day: one literal for each way to hold a session.

What an agent does, and what a participant attends, never overlaps: of all literals that take a minute of
theirs, one is true at most. Only minutes at which some interval begins, and before the next such minute
another one ends, need saying.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from data.day.repaired import Disruption
from optimizer.cp_sat import CpSatOutcome
from optimizer.repair.draft import Draft, is_moved, is_new_time
from optimizer.repair.options import NEW, QUIET, TOLD, Option, delays, new_times
from optimizer.repair.problem import PoolProblem

Span = tuple[cp_model.IntVar | None, int, int]
"""A literal (None: true anyway) that takes the minutes from one to another, that not included."""

NEW_TIMES, TOLD_DELAYS, AGENTS, MINUTES, REBOUND = 18, 19, 20, 21, 22
"""Levels after those of rebooking classes, by their place in `flat`."""

LEVELS = 23

FAR = 60
"""Minutes by which a break is moved at most where only a part of the day is decided."""

NOTICED = range(MINUTES)
"""The levels that somebody notices: they are minimised first, as one weighted sum."""


def flat(disruption: Disruption) -> tuple[int, ...]:
    """All levels in a row, the most important first."""
    return (*disruption.rebooked, *disruption[1:])


@dataclass(frozen=True)
class Scope:
    """Which part of a pool's day is decided.

    Attributes:
        sessions: those that are decided; of the others, those in `kept` stay where they are.
        kept: sessions that stay; what is in neither is left out, as if it did not exist.
        breaks: pending breaks, by agent and number, that are decided; the others stay, or are left out where
            `relaxed`.
        relaxed: whether what is not decided is left out, so that the optimum is a bound.
        to_move: sessions that may be given a new time within `span`; None: all, at any time of the day.
    """

    sessions: tuple[int, ...]
    kept: tuple[int, ...]
    breaks: frozenset[tuple[int, int]]
    relaxed: bool = False
    to_move: frozenset[int] | None = None
    span: tuple[int, int] = (0, 0)


class PoolModel:
    """The model of a scope, with a known plan to start from.

    Args:
        known: the plan.
        refine: whether the levels that somebody notices are given, and only the others are to be improved;
            what the given levels don't allow is left out.
    """

    def __init__(self, problem: PoolProblem, scope: Scope, known: Draft, refine: bool) -> None:
        self.problem = problem
        self.scope = scope
        self.known = known
        self.refine = refine
        self.model = cp_model.CpModel()
        self.value = flat(known.disruption()) if scope.relaxed else part_of(known, scope)
        self._spans: list[list[Span]] = [[] for _ in problem.agents]
        self._attended: dict[str, list[Span]] = {}
        self._terms: list[list[tuple[cp_model.IntVar, int]]] = [[] for _ in range(LEVELS)]
        self.chosen: dict[int, list[tuple[Option, cp_model.IntVar]]] = {}
        self.begun: dict[tuple[int, int], list[tuple[int, cp_model.IntVar]]] = {}
        self._called: dict[int, cp_model.IntVar] = {}
        for number in scope.sessions:
            self._decide(number)
        for number in scope.kept:
            self._keep(number)
        self._breaks()
        self._law()
        for spans in (*self._spans, *self._attended.values()):
            self._never_two(spans)
        self._state_objective()

    def _state_objective(self) -> None:
        """Each level outweighs all those after it."""
        weight, literals, weights = 1, [], []
        for level in reversed(range(MINUTES, LEVELS) if self.refine else NOTICED):
            terms = self._terms[level]
            literals += [literal for literal, _ in terms]
            weights += [weight * times for _, times in terms]
            weight *= 1 + self._most(level)
        if self.refine:
            for level in NOTICED:
                terms = self._terms[level]
                if terms:
                    total = cp_model.LinearExpr.weighted_sum([v for v, _ in terms], [w for _, w in terms])
                    self.model.add(total <= self.value[level])
        self.model.minimize(cp_model.LinearExpr.weighted_sum(literals, weights))
        self._hint()

    def _most(self, level: int) -> int:
        """What a level comes to at most: each session counts once, in one of its ways."""
        if level == AGENTS:
            return len(self._called) + len(self.begun)
        largest = max((times for _, times in self._terms[level]), default=0)
        return largest * len(self.scope.sessions)

    def _allows(self, level: int) -> bool:
        """Whether a plan that is no worse than the known one may have anything at this level."""
        return self.value[level] > 0 if self.refine else any(self.value[: level + 1])

    def _options(self, number: int) -> list[Option]:
        found = delays(self.problem, number)
        if not self._allows(TOLD_DELAYS):
            found = [option for option in found if option.kind == QUIET]
        to_move, (low, high) = self.scope.to_move, self.scope.span
        if self._allows(NEW_TIMES) and (to_move is None or number in to_move):
            found += [
                option
                for option in new_times(self.problem, number)
                if to_move is None or low <= option.start <= high
            ]
        now = self.known.placed[number]
        if not self._allows(AGENTS):
            found = [option for option in found if not self.problem.agents[option.agent].on_call]
        if self.refine:
            most = self.value[MINUTES]
            ready = self.problem.sessions[number].ready
            found = [option for option in found if abs(option.start - ready) <= most]
        if now is not None and is_new_time(self.problem.sessions[number], now[1]):
            stays = Option(*now, NEW)
            found += [] if stays in found else [stays]
        return found

    def _decide(self, number: int) -> None:
        session = self.problem.sessions[number]
        literals = []
        for option in self._options(number):
            literal = self.model.new_bool_var("")
            literals.append((option, literal))
            begins = option.start - session.set_up
            ends = option.start + session.minutes
            self._spans[option.agent].append((literal, begins, ends + session.wrap_up))
            for person in session.participants:
                self._attended.setdefault(person, []).append((literal, option.start, ends))
            if option.kind == TOLD:
                self._terms[TOLD_DELAYS].append((literal, 1))
            elif option.kind == NEW:
                self._terms[NEW_TIMES].append((literal, 1))
            if option.start != session.ready:
                self._terms[MINUTES].append((literal, abs(option.start - session.ready)))
            if option.agent != session.nominal:
                self._terms[REBOUND].append((literal, 1))
            if self.problem.agents[option.agent].on_call:
                self.model.add_implication(literal, self._call(option.agent))
        self.chosen[number] = literals
        every = [literal for _, literal in literals]
        level = self._cost_of_none(number)
        if self._allows(level) or not every:
            none = self.model.new_bool_var("")
            self._terms[level].append((none, 2 if level == NEW_TIMES else 1))
            every.append(none)
        self.model.add_exactly_one(every)

    def _cost_of_none(self, number: int) -> int:
        """The level at which a session that finds no place counts: where a place is still to be looked for
        in other parts of the day, that of new times."""
        session = self.problem.sessions[number]
        if self.scope.to_move is None or self.refine or not session.is_movable:
            return session.rebooking_class
        return session.rebooking_class if number in self.scope.to_move else NEW_TIMES

    def _call(self, agent: int) -> cp_model.IntVar:
        if agent not in self._called:
            self._called[agent] = self.model.new_bool_var("")
            self._terms[AGENTS].append((self._called[agent], 1))
        return self._called[agent]

    def _keep(self, number: int) -> None:
        place, session = self.known.placed[number], self.problem.sessions[number]
        if place is None:
            return
        self._spans[place[0]].append((None, *self.known.occupation(session, place[1])))
        for person in session.participants:
            self._attended.setdefault(person, []).append((None, place[1], place[1] + session.minutes))
        if self.problem.agents[place[0]].on_call:
            self.model.add(self._call(place[0]) == 1)

    def _breaks(self) -> None:
        for place, agent in enumerate(self.problem.agents):
            for number, pause in enumerate(agent.breaks):
                if (place, number) not in self.scope.breaks:
                    if not self.scope.relaxed:
                        start = self.known.breaks[place, number]
                        self._spans[place].append((None, start, start + pause.minutes))
                    continue
                starts = [*pause.as_it_is, *self._moved(place, number)]
                literals = [(start, self.model.new_bool_var("")) for start in starts]
                self.model.add_exactly_one(literal for _, literal in literals)
                self.begun[place, number] = literals
                for start, literal in literals:
                    self._spans[place].append((literal, start, start + pause.minutes))
                    if is_moved(agent, number, start):
                        self._terms[AGENTS].append((literal, 1))

    def _moved(self, place: int, number: int) -> list[int]:
        """Where a break may be moved to, in a part of the day not far from where it is."""
        pause = self.problem.agents[place].breaks[number]
        if not self._allows(AGENTS):
            return []
        if self.scope.to_move is None or self.scope.relaxed:
            return list(pause.moved)
        at = self.known.breaks[place, number]
        return [t for t in pause.moved if abs(t - pause.due) <= FAR or t == at]

    def _law(self) -> None:
        """Breaks in their order, and no stretch between them longer than the regime allows."""
        for place, agent in enumerate(self.problem.agents):
            if not any((place, number) in self.begun for number in range(len(agent.breaks))):
                continue
            before: cp_model.LinearExpr | int | None = agent.since
            for number, pause in enumerate(agent.breaks):
                start = self._start(place, number)
                if before is not None and start is not None:
                    if number:
                        self.model.add(start >= before)
                    if agent.longest_stretch is not None:
                        self.model.add(start - before <= agent.longest_stretch)
                before = None if start is None else start + pause.minutes
            if before is not None and agent.longest_stretch is not None:
                self.model.add(agent.end - before <= agent.longest_stretch)

    def _start(self, place: int, number: int) -> cp_model.LinearExpr | int | None:
        """When a break begins; None where it is left out."""
        literals = self.begun.get((place, number))
        if literals is not None:
            return cp_model.LinearExpr.weighted_sum(
                [v for _, v in literals], [start for start, _ in literals]
            )
        return None if self.scope.relaxed else self.known.breaks[place, number]

    def _never_two(self, spans: Sequence[Span]) -> None:
        """Of what takes the same minute, one at most."""
        for clique in _cliques(spans):
            literals = [literal for literal in clique if literal is not None]
            if len(literals) == len(clique):
                if len(literals) > 1:
                    self.model.add_at_most_one(literals)
            else:
                for literal in literals:
                    self.model.add(literal == 0)

    def _hint(self) -> None:
        for number, literals in self.chosen.items():
            place = self.known.placed[number]
            for option, literal in literals:
                self.model.add_hint(literal, place == (option.agent, option.start))
        for key, begun in self.begun.items():
            for start, literal in begun:
                self.model.add_hint(literal, self.known.breaks[key] == start)

    def read(self, outcome: CpSatOutcome) -> Draft:
        """The plan that a search found."""
        draft = Draft(self.problem)
        for (place, number), start in self.known.breaks.items():
            begun = self.begun.get((place, number))
            if begun is not None:
                start = next(start for start, literal in begun if outcome.chosen(literal))
            draft.take_break(place, number, start)
        for number, before in enumerate(self.known.placed):
            if number not in self.chosen:
                if before is not None:
                    draft.place(number, *before)
                continue
            for option, literal in self.chosen[number]:
                if outcome.chosen(literal):
                    draft.place(number, option.agent, option.start)
        return draft


def part_of(known: Draft, scope: Scope) -> tuple[int, ...]:
    """The levels of a plan, of what the scope decides alone."""
    part = Draft(known.problem)
    for number in scope.sessions:
        part.placed[number] = known.placed[number]
    part.breaks = {key: start for key, start in known.breaks.items() if key in scope.breaks}
    value = list(flat(part.disruption()))
    decided = set(scope.sessions)
    for number, session in enumerate(known.problem.sessions):
        if number not in decided:
            value[session.rebooking_class] -= 1
    kept = {place[0] for n in scope.kept if (place := known.placed[n]) is not None}
    here = {place[0] for n in scope.sessions if (place := known.placed[n]) is not None}
    value[AGENTS] += sum(known.problem.agents[agent].on_call for agent in kept - here)
    return tuple(value)


def _cliques(spans: Sequence[Span]) -> list[list[cp_model.IntVar | None]]:
    """Literals of intervals that share a minute; each maximal set once."""
    events = sorted(spans, key=lambda span: span[1])
    found: list[list[cp_model.IntVar | None]] = []
    active: list[Span] = []
    grown = False
    place = 0
    while place < len(events):
        at = events[place][1]
        if any(span[2] <= at for span in active):
            if grown and len(active) > 1:
                found.append([span[0] for span in active])
            active = [span for span in active if span[2] > at]
            grown = False
        while place < len(events) and events[place][1] == at:
            active.append(events[place])
            place += 1
        grown = True
    if grown and len(active) > 1:
        found.append([span[0] for span in active])
    return found
