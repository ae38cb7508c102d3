"""A plain model of rosters: one boolean for each agent, day and duty, every rule as rows over them.

It shares nothing with the engine but the domain model and CP-SAT. Duties are enumerated one by one, and the
referee says which of them are lawful by themselves; the rules on sequences of days are restated here. It is
slow, and meant for a few agents over a few days with duties of four or five hours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from ortools.sat.python import cp_model

from data.model import (
    MISSING,
    Case,
    LabourRegime,
    regime_on,
    tokens,
)
from tests.support.roster_options import DAY, HOUR, Option, lawful_options, normal_of

Linear = cp_model.LinearExprT


@dataclass
class Found:
    """Whether there is a roster, and the best of the levels, each with those before it."""

    feasible: bool
    levels: list[int] = field(default_factory=list)


class RosterOracle:
    """The model of a case; `anything` lets duties have any number of half hours, instead of the engine's."""

    def __init__(self, case: Case, *, anything: bool = False) -> None:
        self.case = case
        self.days = case.axis.days
        self.length = case.plan.demand_interval_minutes
        self.model = cp_model.CpModel()
        self.rows = case.agents.rows()
        self.contracts = {row["contract_id"]: row for row in case.contracts.rows()}
        self.weekday = case.plan.first_day.weekday()
        self.options, refused_pin = lawful_options(case, anything=anything)
        if refused_pin:
            self.model.add_bool_or([])
        self.chosen: list[dict[Option, cp_model.IntVar]] = []
        self.works: list[list[Linear]] = []
        for agent in range(len(self.rows)):
            self._add_agent(agent)
        budget = case.plan.work_minutes_budget
        if budget is not None:
            work = [o.sevenths * x for held in self.chosen for o, x in held.items()]
            self.model.add(cp_model.LinearExpr.sum(work) <= 7 * budget)

    def contract(self, agent: int) -> dict[str, Any]:
        """The contract of an agent."""
        return self.contracts[self.rows[agent]["contract_id"]]

    def regime(self, agent: int) -> LabourRegime:
        """The regime of an agent; one version holds for the whole horizon."""
        return regime_on(self.case.plan.labour, self.contract(agent)["regime"], self.case.plan.first_day)

    # The rules on an agent's days, one a method.

    def _add_agent(self, agent: int) -> None:
        held = {option: self.model.new_bool_var("") for option in self.options[agent]}
        self.chosen.append(held)
        works: list[Linear] = []
        for day in range(self.days):
            today = [x for option, x in held.items() if option.day == day]
            works.append(cp_model.LinearExpr.sum(today))
            self.model.add(cp_model.LinearExpr.sum(today) <= 1)
        for option, x in held.items():
            if option.pinned:
                self.model.add(x == 1)
        self.works.append(works)
        for rule in (
            self._rest, self._days_in_a_row, self._week, self._sundays, self._runs, self._weekends,
            self._weekly_rest, self._overtime_of_week,
        ):  # fmt: skip
            rule(agent)

    def _shifts(self, agent: int) -> dict[tuple[int, int, int], cp_model.LinearExpr]:
        """Whether an agent has a duty of this day, start and end."""
        grouped = defaultdict(list)
        for option, x in self.chosen[agent].items():
            grouped[option.day, option.start, option.end].append(x)
        return {shift: cp_model.LinearExpr.sum(listed) for shift, listed in grouped.items()}

    def _pairs(self, agent: int, rest: int, apart: Callable[[int, int], bool]) -> Iterator[list[Linear]]:
        """A shift, and the shifts of one later day that begin within the rest after it."""
        shifts = self._shifts(agent)
        for (day, _, end), first in shifts.items():
            for later in range(day + 1, min(day + 4, self.days)):
                if apart(day, later):
                    near = [x for (d, s, _), x in shifts.items() if d == later and s - end < rest]
                    if near:
                        yield [first, *near]

    def _rest(self, agent: int) -> None:
        rest, ended = self.regime(agent).rest_between_duties_minutes, self.rows[agent]["last_duty_end"]
        for listed in self._pairs(agent, rest, lambda _day, _later: True):
            self.model.add(cp_model.LinearExpr.sum(listed) <= 1)
        for (_, start, _), x in self._shifts(agent).items():
            if ended != MISSING and start - ended < rest:
                self.model.add(x == 0)

    def _days_in_a_row(self, agent: int) -> None:
        limits = [self.regime(agent).max_days_in_a_row]
        if self.contract(agent)["max_days_in_a_row"] != MISSING:
            limits.append(self.contract(agent)["max_days_in_a_row"])
        most, works = min(limits), self.works[agent]
        before = self.rows[agent]["days_worked_in_a_row"]
        for last in range(self.days):
            first = last - most
            # Of the days before the horizon, as many as the history tells were worked.
            if first >= -before:
                past = max(0, -first)
                self.model.add(past + cp_model.LinearExpr.sum(works[max(first, 0) : last + 1]) <= most)

    def _weeks(self) -> Iterator[tuple[int, int]]:
        """First and last day of every week that shares a day with the horizon, within it or not."""
        for monday in range(-self.weekday, self.days, 7):
            yield monday, monday + 6

    def _so_far(self, agent: int) -> int:
        row = self.rows[agent]
        return max(row["days_worked_in_week"], min(row["days_worked_in_a_row"], self.weekday))

    def _overtime(self, agent: int, option: Option) -> int:
        """Sevenths of a minute of a duty that are overtime."""
        return max(option.sevenths - 7 * normal_of(self.contract(agent), self.regime(agent)), 0)

    def _overtime_of_week(self, agent: int) -> None:
        most = self.regime(agent).overtime_weekly_max_minutes
        beyond = [(o, self._overtime(agent, o), x) for o, x in self.chosen[agent].items()]
        for monday, sunday in self._weeks():
            inside = [(n, x) for o, n, x in beyond if n and monday <= o.day <= sunday]
            before = 7 * self.rows[agent]["overtime_worked_in_week"] if monday < 0 else 0
            for _, x in inside if most is not None else ():
                total = cp_model.LinearExpr.sum([n * one for n, one in inside])
                self.model.add(before + total <= 7 * most).only_enforce_if(x)

    def _week(self, agent: int) -> None:
        regime, contract = self.regime(agent), self.contract(agent)
        normal = 7 * normal_of(contract, regime)
        most = min(contract["weekly_minutes"], regime.weekly_max_minutes)
        for monday, sunday in self._weeks():
            past = monday < 0
            minutes = self.rows[agent]["minutes_worked_in_week"] if past else 0
            for day in range(max(monday, 0), min(sunday, self.days - 1) + 1):
                # What was worked before binds those who work more.
                self.model.add(
                    7 * minutes
                    + cp_model.LinearExpr.sum(
                        [
                            min(o.sevenths, normal) * x
                            for o, x in self.chosen[agent].items()
                            if monday <= o.day <= sunday
                        ]
                    )
                    <= 7 * most
                ).only_enforce_if(self._worked(agent, day))
                self.model.add(
                    (self._so_far(agent) if past else 0)
                    + cp_model.LinearExpr.sum(self.works[agent][max(monday, 0) : sunday + 1])
                    <= regime.max_days_a_week
                ).only_enforce_if(self._worked(agent, day))

    def _worked(self, agent: int, day: int) -> cp_model.IntVar:
        """The sum of the day's duties as one boolean."""
        worked = self.model.new_bool_var("")
        self.model.add(worked == self.works[agent][day])
        return worked

    def _sundays(self, agent: int) -> None:
        if not self.regime(agent).sunday_rule:
            return
        row = self.rows[agent]
        every = row["sunday_off_every_weeks"]
        sundays: list[Linear] = [1] * row["sundays_worked_in_a_row"]
        sundays += [self.works[agent][s] for _, s in self._weeks() if s < self.days]
        past = row["sundays_worked_in_a_row"]
        for last in range(past, len(sundays)):
            first = last - every + 1
            if first >= 0:
                window = sundays[first : last + 1]
                fixed = sum(1 for place in range(first, last + 1) if place < past)
                inside = [x for place, x in enumerate(window, start=first) if place >= past]
                self.model.add(cp_model.LinearExpr.sum(inside) + fixed <= every - 1)

    def _runs(self, agent: int) -> None:
        contract, works = self.contract(agent), self.works[agent]
        for day in range(1, self.days):
            for further in range(1, max(contract["min_days_in_a_row"], 1)):
                if day + further < self.days:
                    self.model.add(works[day + further] >= works[day] - works[day - 1])
            for further in range(1, max(contract["min_days_off_in_a_row"], 1)):
                if day + further < self.days:
                    self.model.add(1 - works[day + further] >= works[day - 1] - works[day])

    def _weekends(self, agent: int) -> None:
        most = self.contract(agent)["max_weekends"]
        if most == MISSING:
            return
        begun = self.weekday == 6 and self.rows[agent]["days_worked_in_a_row"] > 0
        worked: list[Linear] = []
        for monday, sunday in self._weeks():
            days = [d for d in (monday + 5, sunday) if 0 <= d < self.days]
            if not days:
                continue
            weekend = self.model.new_bool_var("")
            for day in days:
                self.model.add(self.works[agent][day] <= weekend)
            if begun and sunday == 0:
                self.model.add(weekend == 1)
            worked.append(weekend)
            # The weekends so far are too many only when there is a duty on this one.
            for day in days:
                self.model.add(cp_model.LinearExpr.sum(worked) <= most).only_enforce_if(
                    self._worked(agent, day)
                )

    def _weekly_rest(self, agent: int) -> None:
        rest, row, works = self.regime(agent).weekly_rest_minutes, self.rows[agent], self.works[agent]
        if not rest:
            return
        good: dict[int, cp_model.IntVar] = {}
        eve_off = row["days_worked_in_a_row"] == 0
        for off in range(-1 if eve_off else 0, self.days):
            good[off] = self.model.new_bool_var("")
            if off >= 0:
                self.model.add(works[off] <= 1 - good[off])
            for listed in self._pairs(agent, rest, lambda day, later, off=off: day < off < later):
                self.model.add(cp_model.LinearExpr.sum(listed) <= 2 - good[off])
            for (day, start, _), x in self._shifts(agent).items():
                if day > off and row["last_duty_end"] != MISSING and start - row["last_duty_end"] < rest:
                    self.model.add(x <= 1 - good[off])
        for monday, sunday in self._weeks():
            if sunday < self.days and (
                monday >= 0 or row["weekly_rest_due"] or self._so_far(agent) == self.weekday
            ):
                self.model.add_bool_or([g for off, g in good.items() if monday <= off <= sunday])
        if self.weekday == 0 and row["weekly_rest_due"] and eve_off:
            self.model.add(good[-1] == 1)

    # What is to be made good.

    def solve(self, work: float = 30.0) -> Found:
        """The best of under + over (and overtime at its price), of the weight of wishes lost, and of unfair
        shares, in this order.

        A level that is not proven within the work ends the search; it and those after it are left out.
        """
        found = Found(True)
        for level in (self._under_plus_over(), self._wishes_lost(), self._unfair_shares()):
            self.model.minimize(level)
            status, best = self._solved(work)
            if status == cp_model.INFEASIBLE:
                return Found(False)
            while status == cp_model.OPTIMAL:
                # OR-Tools 9.15 has called a value optimal that its presolve had cut the optimum off from:
                # only when a better one is refused as a constraint, too, it is believed.
                value = best
                better = self.model.clone()
                better.add(level <= value - 1)
                status, best = self._solved(work, better)
            if status != cp_model.INFEASIBLE:
                break
            found.levels.append(value)
            self.model.add(level <= value)
        return found

    def _solved(self, work: float, model: cp_model.CpModel | None = None) -> tuple[Any, int]:
        """Status and value of the objective."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = work
        status = solver.solve(model or self.model)
        return status, round(solver.objective_value) if status == cp_model.OPTIMAL else 0

    def _under_plus_over(self) -> cp_model.LinearExpr:
        """By explicit assignment of those in service to the skills required."""
        asked: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in self.case.demand.rows():
            asked[row["starts_at"] // self.length][row["skill"]] += row["required"]
        serving: dict[int, dict[frozenset[str], list[cp_model.IntVar]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for agent, held in enumerate(self.chosen):
            skills = tokens(self.rows[agent]["skills"])
            for option, x in held.items():
                for interval in option.served(self.length):
                    serving[interval][skills].append(x)
        total: list[Linear] = []
        for interval in sorted({*asked, *serving}):
            total.extend(asked[interval].values())
            by_skill: dict[str, list[Linear]] = defaultdict(list)
            for skills, listed in serving[interval].items():
                there = cp_model.LinearExpr.sum(listed)
                total.append(there)
                assigned = []
                for skill in sorted(skills & asked[interval].keys()):
                    flow = self.model.new_int_var(0, len(listed), "")
                    assigned.append(flow)
                    by_skill[skill].append(flow)
                    total.append(-2 * flow)
                if assigned:
                    self.model.add(cp_model.LinearExpr.sum(assigned) <= there)
            for skill, flows in by_skill.items():
                self.model.add(cp_model.LinearExpr.sum(flows) <= asked[interval][skill])
        for agent, held in enumerate(self.chosen):
            for option, x in held.items():
                intervals = -(-self._overtime(agent, option) // (7 * self.length))
                total.append(self.case.plan.overtime_price * intervals * x)
        return cp_model.LinearExpr.sum(total)

    def _missed(self) -> Iterator[tuple[int, int, cp_model.IntVar]]:
        """Agent and weight of each wish, and whether it is not met."""
        for row in self.case.wishes.rows():
            agent = self.case.agents.position[row["agent_id"]]
            missed = self.model.new_bool_var("")
            touching = [
                x
                for option, x in self.chosen[agent].items()
                if option.start < row["ends_at"] and row["starts_at"] < option.end
            ]
            if row["kind"] == "work":
                self.model.add_bool_or([missed, *touching])
            else:
                for x in touching:
                    self.model.add_implication(x, missed)
            yield agent, row["weight"], missed

    def _wishes_lost(self) -> cp_model.LinearExpr:
        return cp_model.LinearExpr.sum([weight * missed for _, weight, missed in self._missed()])

    def _unfair_shares(self) -> cp_model.LinearExpr:
        """Away from the mean, rounded, among agents with equal skills in demand, regime and hours."""
        wished = list(self._missed())
        asked = frozenset(self.case.demand.skill.tolist())
        alike = defaultdict(list)
        for agent, row in enumerate(self.rows):
            key = (tokens(row["skills"]) & asked, self.contract(agent)["regime"])
            if key[0]:
                alike[*key, self.contract(agent)["weekly_minutes"]].append(agent)
        parts: list[Linear] = []
        for agents in alike.values():
            parts += self._away([self._weekend_days(agent) for agent in agents])
            parts += self._away([self._late_duties(agent) for agent in agents])
            wishing = sorted({agent for agent, _, _ in wished if agent in agents})
            lost = [[m for who, _, m in wished if who == agent] for agent in wishing]
            parts += self._away([cp_model.LinearExpr.sum(listed) for listed in lost])
        return cp_model.LinearExpr.sum(parts)

    def _weekend_days(self, agent: int) -> Linear:
        first = self.case.plan.first_day
        days = [d for d in range(self.days) if (first + timedelta(days=d)).weekday() >= 5]
        worked = cp_model.LinearExpr.sum([self.works[agent][d] for d in days])
        return worked + int(self.rows[agent]["weekend_days_worked"])

    def _late_duties(self, agent: int) -> Linear:
        hour = self.case.plan.late_duties_end_after
        until = HOUR * hour.hour + hour.minute
        late = [x for o, x in self.chosen[agent].items() if o.end - DAY * o.day > until]
        return cp_model.LinearExpr.sum(late) + int(self.rows[agent]["late_duties_worked"])

    def _away(self, counts: list[Linear]) -> Iterator[cp_model.IntVar]:
        if len(counts) < 2:
            return
        size, total = len(counts), cp_model.LinearExpr.sum(counts)
        floor, ceiling = (self.model.new_int_var(0, 2000, "") for _ in range(2))
        for rounded, sign in ((floor, 1), (ceiling, -1)):
            self.model.add(sign * (total - size * rounded) >= 0)
            self.model.add(sign * (total - size * rounded) <= size - 1)
        for count in counts:
            away = self.model.new_int_var(0, 2000, "")
            self.model.add(away >= count - ceiling)
            self.model.add(away >= floor - count)
            yield away
