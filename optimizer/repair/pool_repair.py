"""The repair of one pool.

A first plan is made better by the exact model: of the whole pool when it is small, else of one part of its
day after the other. The bounds hold for the whole pool.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from optimizer.budget import TUNING, Budget
from optimizer.repair.bounds import least
from optimizer.repair.draft import Draft, is_moved
from optimizer.repair.first_plan import Standing, first_plan, place_best
from optimizer.repair.model import (
    AGENTS,
    MINUTES,
    NEW_TIMES,
    TOLD_DELAYS,
    PoolModel,
    Scope,
    flat,
    part_of,
)
from optimizer.repair.options import new_times
from optimizer.repair.problem import PoolProblem
from optimizer.solve_result import SolveStatus

SMALL = 14
"""Sessions of a pool that are decided all at once."""

PARTS = (20, 36)
"""Sessions that are decided at once in a larger pool: at first, and where somebody would still notice."""

AROUND = (45, 75)
"""Minutes before and after what can't stand in which sessions are decided with it."""

SOON = 60
"""Minutes from now in which agents and minutes are looked at again."""

WORK_WHOLE, WORK_PART = 10.0, 0.2
"""Work for one model."""

WORK_OF_POOL = 0.7
"""Work for the parts of a large pool, all together."""

WORK_OF_SIZE = 3e-5
"""Work booked for a literal of a model: making it ready, which the solver does not count."""

LEAN = {**TUNING, "linearization_level": 2}
"""Of these models the linear relaxation, with all rows, is nearly exact."""


@dataclass(frozen=True)
class PoolAnswer:
    """A pool's plan.

    Attributes:
        bounds: of the levels in `flat`: no plan that is as good at the levels before is better than this.
        stopped: whether the search was cut short.
    """

    draft: Draft
    bounds: tuple[int, ...]
    stopped: bool


def repair_pool(standing: Standing, now: int, budget: Budget, share: float = 1.0) -> PoolAnswer:
    """Mend a pool's plan with a share of the work that is left."""
    return _PoolRepair(standing, now, budget, budget.work_left * (1 - share)).mend()


class _PoolRepair:
    """One pool's plan while it is mended; `keep` is the work to leave for other pools."""

    def __init__(self, standing: Standing, now: int, budget: Budget, keep: float) -> None:
        self.standing = standing
        self.problem = standing.draft.problem
        self.now = now
        self.budget = budget
        large = len(self.problem.sessions) > SMALL
        self.keep = max(keep, budget.work_left - WORK_OF_POOL) if large else keep
        self.draft = first_plan(standing)
        self.stopped = False

    def mend(self) -> PoolAnswer:
        """The plan, with its bounds."""
        if len(self.problem.sessions) <= SMALL:
            bounds = self._all_at_once()
        else:
            for most in PARTS:
                for moments in _clusters(self._noticed()):
                    self._solve(self._part(moments, most=most), refine=False)
            self._find_new_times()
            noticed = self._bounds_of_noticed()
            self._refine()
            bounds = noticed + least(self.problem, self.draft)[MINUTES:]
        return PoolAnswer(self.draft, bounds, self.stopped)

    @property
    def value(self) -> tuple[int, ...]:
        """The levels of the present draft."""
        return flat(self.draft.disruption())

    def _solve(self, scope: Scope, refine: bool, work: float = WORK_PART) -> bool:
        """Make the draft better within a scope; whether no plan of the scope is better."""
        if self.budget.is_spent(self.keep):
            self.stopped = True
            return False
        model = PoolModel(self.problem, scope, self.draft, refine)
        self.budget.work_used += WORK_OF_SIZE * len(model.model.proto.variables)
        outcome = self.budget.solve(model.model, work, LEAN)
        if outcome.found:
            self.draft = model.read(outcome)
        optimal = outcome.status is SolveStatus.OPTIMAL
        self.stopped |= not optimal
        return optimal

    # The whole pool.

    def _all_at_once(self) -> tuple[int, ...]:
        scope = _whole(self.problem)
        bounds = least(self.problem, self.draft)
        if self.value[:MINUTES] != bounds[:MINUTES]:
            optimal = self._solve(scope, refine=False, work=WORK_WHOLE)
            noticed = self.value[:MINUTES] if optimal else bounds[:MINUTES]
            bounds = noticed + least(self.problem, self.draft)[MINUTES:]
        if self.value[MINUTES:] != bounds[MINUTES:] and self._solve(scope, refine=True, work=WORK_WHOLE):
            bounds = bounds[:MINUTES] + self.value[MINUTES:]
        return bounds

    # Parts of the day.

    def _noticed(self) -> list[int]:
        """Moments of sessions and breaks whose present place somebody notices."""
        moments = []
        for session, place in zip(self.problem.sessions, self.draft.placed, strict=True):
            calls = place is not None and self.problem.agents[place[0]].on_call
            if place is None or calls or not session.ready <= place[1] <= session.ready + session.slack:
                moments.append(session.ready)
        moments += [
            self.problem.agents[agent].breaks[number].due
            for (agent, number), start in self.draft.breaks.items()
            if is_moved(self.problem.agents[agent], number, start)
        ]
        return sorted(moments)

    def _part(self, moments: list[int], to_move: frozenset[int] = frozenset(), most: int = PARTS[0]) -> Scope:
        """The sessions and breaks around some moments, the nearest ones if they are many."""
        low, high = moments[0] - AROUND[0], moments[-1] + AROUND[1]
        middle = (low + high) // 2
        near = [
            (abs(at - middle), number)
            for number in range(len(self.problem.sessions))
            if number not in to_move and low <= (at := self._at(number)) <= high
        ]
        chosen = {number for _, number in sorted(near)[:most]} | to_move
        kept = (number for number in range(len(self.problem.sessions)) if number not in chosen)
        breaks = frozenset(
            (place, number)
            for place, agent in enumerate(self.problem.agents)
            for number, pause in enumerate(agent.breaks)
            if low <= pause.due <= high
        )
        return Scope(tuple(sorted(chosen)), tuple(kept), breaks, to_move=to_move, span=(low, high))

    def _at(self, number: int) -> int:
        place = self.draft.placed[number]
        return self.problem.sessions[number].ready if place is None else place[1]

    def _find_new_times(self) -> None:
        """Look for new times, in one part of the day after the other, for what found no place."""
        for number in sorted(self._without_place()):
            place_best(self.draft, number, new_times)
        end = max((agent.end for agent in self.problem.agents), default=self.now)
        for start in range(self.now + AROUND[0], end, sum(AROUND)):
            left = self._without_place()
            if not left:
                return
            self._solve(self._part([start], left), refine=False)

    def _without_place(self) -> frozenset[int]:
        """Sessions without a place that could be given another time today."""
        return frozenset(
            number
            for number, place in enumerate(self.draft.placed)
            if place is None and new_times(self.problem, number)
        )

    def _refine(self) -> None:
        """Fewer minutes, and fewer sessions with another agent: soon, or around the first change."""
        pairs = zip(self.problem.sessions, self.standing.draft.placed, self.draft.placed, strict=True)
        moments = sorted(s.ready for s, old, new in pairs if old != new and new is not None)
        for cluster in _clusters([at for at in moments if at < self.now + SOON] or moments[:1]):
            if self.value[MINUTES:] != least(self.problem, self.draft)[MINUTES:]:
                self._solve(self._part(cluster), refine=True)

    # Bounds.

    def _bounds_of_noticed(self) -> tuple[int, ...]:
        """Where nobody is rebooked or given a new time: with the rest of the day left out."""
        bounds = list(least(self.problem, self.draft)[:MINUTES])
        disturbed = self.value[TOLD_DELAYS : AGENTS + 1]
        clusters = _clusters(self._noticed())
        if any(self.value[: NEW_TIMES + 1]) or not any(disturbed) or self.budget.is_spent(self.keep):
            return tuple(bounds)
        scope = replace(self._part(clusters[0]), kept=(), relaxed=True, to_move=None)
        model = PoolModel(self.problem, scope, self.draft, refine=False)
        outcome = self.budget.solve(model.model, WORK_PART, LEAN)
        if outcome.status is SolveStatus.OPTIMAL:
            found = part_of(model.read(outcome), scope)
            bounds[TOLD_DELAYS] = max(bounds[TOLD_DELAYS], found[TOLD_DELAYS])
            if bounds[TOLD_DELAYS] == self.value[TOLD_DELAYS]:
                bounds[AGENTS] = max(bounds[AGENTS], found[AGENTS])
        return tuple(map(min, zip(bounds, self.value, strict=False)))


def _whole(problem: PoolProblem) -> Scope:
    """The whole pool."""
    breaks = frozenset((a, n) for a, agent in enumerate(problem.agents) for n in range(len(agent.breaks)))
    return Scope(tuple(range(len(problem.sessions))), (), breaks)


def _clusters(moments: Iterable[int]) -> list[list[int]]:
    """Moments close to each other, in order."""
    clusters: list[list[int]] = []
    for moment in moments:
        if clusters and moment - clusters[-1][0] <= AROUND[1] // 2:
            clusters[-1].append(moment)
        else:
            clusters.append([moment])
    return clusters
