"""Bounds that hold for every legal roster that follows a published one, not only for those searched.

A relaxation: of each agent and day, a share of the published duty is changed. The share that stays is in
service exactly as published. What replaces the rest is in service for no more intervals than a duty has, in
the agent's weekly minutes and days, wherever agents with the same skills are of use that day. Start times,
breaks, rest, runs of days and what no demand asks for are left out, and agents may be split, so no legal
roster needs fewer changes, or has less under + over, than the relaxation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

import numpy as np
from ortools.math_opt.python import mathopt

from data.model import Case
from data.model.columns import IntArray
from optimizer.roster.bound import longest_presence, longest_service, may_work, of_week
from optimizer.roster.replanning.search import GONE
from optimizer.roster.rules import Rule
from optimizer.roster.search import Tour
from optimizer.roster.team import DayChoice, Team
from optimizer.roster.tours import OFF
from optimizer.watched import watched

TOLERANCE = 1e-4
"""Relative; taken off an optimum before it is rounded up."""

SHARP = 4 / 3
"""A bound by the linear relaxation is made sharper only where more than so many times of it were changed: of
ten changes or more, the root of the branch and bound takes as long as all the rest."""

_NOTHING: mathopt.VariableFilter = mathopt.SparseVectorFilter(skip_zero_values=True, filtered_items=())
_ONLY_THE_BOUND = mathopt.ModelSolveParameters(
    variable_values_filter=_NOTHING,
    dual_values_filter=mathopt.SparseVectorFilter(skip_zero_values=True, filtered_items=()),
    reduced_costs_filter=_NOTHING,
)
"""Values of variables and rows are not read, and reading them takes a tenth of the time."""

MOST_NODES = 500
"""Nodes of the branch and bound for the fewest changes; so the bound does not depend on the clock."""


class Relaxation:
    """The model of one replanning.

    Args:
        case: the planning case.
        team: its agents.
        kept: for each agent the tour by which nothing changes (`Replanning.kept`).
        counts: for each agent and day whether a change counts.
        must_change: agents whose published duties break a rule when all of them stay.
        now: minute before which nothing begins.
        rules: of which those on single duties are looked at.
    """

    def __init__(
        self,
        case: Case,
        team: Team,
        kept: Sequence[Tour],
        counts: Sequence[Sequence[bool]],
        must_change: Collection[int],
        now: int,
        rules: Sequence[Rule],
    ) -> None:
        self._requirement = team.requirement
        self._team = team
        self._length = team.requirement.interval_minutes
        self._edges: IntArray = case.axis.day_starts
        self._now = now
        self._rules = rules
        self._model = mathopt.Model()
        intervals = len(self._requirement.per_interval)
        self._staying = np.zeros((self._requirement.classes, intervals), dtype=np.int64)
        self._serving: dict[tuple[int, int], list[mathopt.LinearTypes]] = {}
        self._newly: dict[tuple[int, int, int], list[tuple[mathopt.Variable, mathopt.Variable]]] = {}
        self._changed: list[mathopt.Variable] = []
        self._unavoidable = 0
        for agent, (tour, counted) in enumerate(zip(kept, counts, strict=True)):
            before = len(self._changed)
            self._add_agent(agent, tour, counted)
            if agent in must_change and self._requirement.class_of_agent[agent]:
                self._model.add_linear_constraint(mathopt.fast_sum(self._changed[before:]) >= 1)
        for (skill_set, day, presence), pairs in self._newly.items():
            self._add_service(skill_set, day, presence, pairs)
        self._under, self._over = self._uncovered()

    def _add_agent(self, agent: int, kept: Tour, counts: Sequence[bool]) -> None:
        """Shares of changed days, within the agent's weeks."""
        team, model, edges = self._team, self._model, self._edges
        terms, choices = team.terms[agent], team.patterns[agent].choices
        skill_set = int(self._requirement.class_of_agent[agent])
        weeks: dict[int, list[int]] = {}
        for day, weekday in enumerate(terms.weekdays):
            weeks.setdefault(day - weekday, []).append(day)
        for days in weeks.values():
            minutes: list[mathopt.LinearTypes] = []
            worked: list[mathopt.LinearTypes] = []
            for day in days:
                choice = choices[day]
                if choice.pinned is not None:
                    when, service = team.pinned_service(choice.pinned)
                    self._staying[skill_set, when] += service
                    minutes.append(min(choice.pinned.work_minutes, choice.normal_minutes))
                    worked.append(1)
                    continue
                may = skill_set > 0 and int(edges[day + 1]) > self._now
                may = may and may_work(terms, day, edges, self._rules)
                changed = self._changed_share(kept[day], counts[day], may)
                if changed is None:
                    continue
                if kept[day] >= 0:
                    minutes.append(self._let_stay(choice, kept[day], skill_set, changed))
                    worked.append(1 - changed)
                if may:
                    regime = terms.regimes[day]
                    most = longest_service(regime, terms.longest_duty(day)) // self._length
                    works = changed
                    if kept[day] >= 0:
                        works = model.add_variable(lb=0.0, ub=1.0)
                        model.add_linear_constraint(works <= changed)
                    served = model.add_variable(lb=0.0)
                    model.add_linear_constraint(served <= most * works)
                    minutes.append(self._length * served - terms.overtime_limit(day) * works)
                    worked.append(works)
                    place = (skill_set, day, longest_presence(regime, terms.longest_duty(day)))
                    self._newly.setdefault(place, []).append((works, served))
            if not all(isinstance(term, int) for term in minutes):
                model.add_linear_constraint(mathopt.fast_sum(minutes) <= terms.week_limits[days[0]])
                model.add_linear_constraint(
                    mathopt.fast_sum(worked) <= of_week(terms, days[0], "max_days_a_week")
                )

    def _changed_share(self, kept: int, counts: bool, may: bool) -> mathopt.Variable | None:
        """The share of a day that is changed; None where it can't be of use."""
        if kept == GONE:
            self._unavoidable += counts
            return self._model.add_variable(lb=0.0, ub=1.0) if may else None
        if kept == OFF and not may:
            return None
        changed = self._model.add_variable(lb=0.0, ub=1.0)
        if counts:
            self._changed.append(changed)
        return changed

    def _let_stay(
        self, choice: DayChoice, kept: int, skill_set: int, changed: mathopt.Variable
    ) -> mathopt.LinearTypes:
        """The share of a published duty that is not changed is in service as published; its minutes."""
        assert choice.menu is not None  # noqa: S101 - a duty that may stay is on the menu
        service, when = choice.menu.service[kept], choice.menu.when
        self._staying[skill_set, when] += service
        for interval in (np.flatnonzero(service) + when.start).tolist():
            self._serving.setdefault((skill_set, interval), []).append(-1.0 * changed)
        work = min(int(choice.menu.clock_work[choice.menu.shift_of[kept]]), choice.normal_minutes)
        return work - work * changed

    def _add_service(
        self, skill_set: int, day: int, presence: int, pairs: list[tuple[mathopt.Variable, mathopt.Variable]]
    ) -> None:
        """Where new duties of a day are in service: in an interval no more of them than there are."""
        model, length = self._model, self._length
        duties = model.add_variable(lb=0.0)
        model.add_linear_constraint(duties == mathopt.fast_sum(works for works, _ in pairs))
        first = max(int(self._edges[day]), self._now) // length
        last = min((int(self._edges[day + 1]) + presence) // length, len(self._requirement.per_interval))
        used = []
        for interval in range(first, last):
            if self._requirement.per_interval[interval]:
                here = model.add_variable(lb=0.0)
                model.add_linear_constraint(here <= duties)
                used.append(here)
                self._serving.setdefault((skill_set, interval), []).append(here)
        model.add_linear_constraint(mathopt.fast_sum(used) <= mathopt.fast_sum(served for _, served in pairs))

    def _uncovered(self) -> tuple[mathopt.LinearExpression, mathopt.LinearExpression]:
        """Agent-intervals missing, and in excess; by Ore's formula (`optimizer.roster.requirement`)."""
        model, requirement = self._model, self._requirement
        covered: list[mathopt.LinearTypes] = []
        in_service: list[mathopt.LinearTypes] = [int(self._staying.sum())]
        known = 0
        sums = requirement.outside + requirement.meets.T.astype(np.int64) @ self._staying
        moving: dict[int, dict[int, mathopt.Variable]] = {}
        for (skill_set, interval), terms in sorted(self._serving.items(), key=lambda item: item[0]):
            beyond = model.add_variable(lb=-math.inf)
            model.add_linear_constraint(beyond == mathopt.fast_sum(terms))
            moving.setdefault(interval, {})[skill_set] = beyond
            in_service.append(beyond)
        for interval, required in enumerate(requirement.per_interval.tolist()):
            if interval not in moving:
                known += int(sums[:, interval].min())
                continue
            met = model.add_variable(lb=-math.inf, ub=float(required))
            for total, meets in zip(sums[:, interval].tolist(), requirement.meets.T, strict=True):
                able = [v for skill_set, v in moving[interval].items() if meets[skill_set]]
                model.add_linear_constraint(met <= mathopt.fast_sum(able) + total)
            covered.append(met)
        all_covered = mathopt.fast_sum(covered) + known
        return requirement.total - all_covered, mathopt.fast_sum(in_service) - all_covered

    def least_uncovered(self, seconds: float | None, watch: Callable[[], None]) -> int:
        """Agent-intervals under + over that no legal roster can go below; 0 when the time was too short."""
        self._model.minimize(self._under + self._over)
        return max(0, self._solved(seconds, watch))

    def fewest_changes(
        self, under: int, over: int, enough: int, seconds: float | None, watch: Callable[[], None]
    ) -> int:
        """Changes that every legal roster needs to have no more agent-intervals missing and in excess.

        Call it last: it narrows the model. When it comes near `enough`, a number of changes that suffices,
        it looks no further.
        """
        model = self._model
        model.add_linear_constraint(self._under <= under)
        model.add_linear_constraint(self._over <= over)
        model.minimize(mathopt.fast_sum(self._changed))
        bound = max(0, self._solved(seconds, watch)) + self._unavoidable
        if SHARP * bound < enough:
            for changed in self._changed:
                changed.integer = True
            bound = max(bound, self._solved(seconds, watch) + self._unavoidable)
        return bound

    def _solved(self, seconds: float | None, watch: Callable[[], None]) -> int:
        """The dual bound that was proven, rounded up; below 0 when there is none."""
        whole = any(variable.integer for variable in self._changed)
        settings = mathopt.SolveParameters(
            time_limit=None if seconds is None else timedelta(seconds=max(seconds, 0.01)),
            node_limit=MOST_NODES if whole else None,
        )
        outcome = watched(
            lambda: mathopt.solve(
                self._model, mathopt.SolverType.HIGHS, params=settings, model_params=_ONLY_THE_BOUND
            ),
            watch,
        )
        proven = outcome is not None and (
            whole or outcome.termination.reason == mathopt.TerminationReason.OPTIMAL
        )
        if outcome is None or not proven:
            return -1
        found = float(outcome.termination.objective_bounds.dual_bound)
        if not math.isfinite(found):
            return -1
        return math.ceil(found - TOLERANCE * (1.0 + abs(found)))
