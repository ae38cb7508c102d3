"""Duties, breaks and time in service, as numbers; nothing here assumes that the roster is legal."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from data.model import MISSING, Case, regime_on, tokens
from data.model.columns import BoolArray, IntArray, TextArray
from data.referee.booking_facts import positions_of
from data.referee.intervals import NONE, Intervals, cut


class RosterFacts:
    """What follows from agents, contracts, duties and breaks; arrays over duties unless said."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.axis = case.axis
        self.agents = case.agents
        self.duties = case.duties
        self.breaks = case.breaks

    @cached_property
    def agent(self) -> IntArray:
        """Agent of each duty."""
        return positions_of(self.duties.agent_id, self.agents.position)

    @cached_property
    def day(self) -> IntArray:
        """Day on which each duty starts."""
        return self.axis.days_of(self.duties.starts_at)

    @cached_property
    def shift_type(self) -> IntArray:
        """Shift type of each duty (position in shift types), or `NONE`."""
        types, duties = self.case.shift_types, self.duties
        times = zip(types.starts.tolist(), types.minutes.tolist(), strict=True)
        place = {key: n for n, key in enumerate(times)}
        found = np.full(len(duties), NONE, dtype=np.int64)
        spans = zip(duties.starts_at.tolist(), duties.ends_at.tolist(), strict=True)
        for row, (start, end) in enumerate(spans if place else ()):
            found[row] = place.get((self.axis.minute_of_day(start), end - start), NONE)
        return found

    @cached_property
    def spans(self) -> Intervals:
        """The duties as intervals of agents."""
        return Intervals(self.agent, self.duties.starts_at, self.duties.ends_at)

    @cached_property
    def break_agent(self) -> IntArray:
        """Agent of each break."""
        return positions_of(self.breaks.agent_id, self.agents.position)

    @cached_property
    def duty_of_break(self) -> IntArray:
        """The duty that contains each break, or `NONE`."""
        return self.spans.containing(self.break_agent, self.breaks.starts_at, self.breaks.ends_at)

    @cached_property
    def break_minutes(self) -> IntArray:
        """Length of each break."""
        minutes: IntArray = np.maximum(self.breaks.ends_at - self.breaks.starts_at, 0)
        return minutes

    @cached_property
    def is_meal(self) -> BoolArray:
        """Over breaks: an unpaid meal that lies in a duty."""
        return np.asarray((self.breaks.kind == "meal") & (self.duty_of_break != NONE), dtype=np.bool_)

    @cached_property
    def is_pause(self) -> BoolArray:
        """Over breaks: a paid pause that lies in a duty."""
        return np.asarray((self.breaks.kind == "pause") & (self.duty_of_break != NONE), dtype=np.bool_)

    def per_duty(self, of_breaks: BoolArray) -> IntArray:
        """How many of these breaks each duty has."""
        return np.bincount(self.duty_of_break[of_breaks], minlength=len(self.duties)).astype(np.int64)

    @cached_property
    def work(self) -> IntArray:
        """Presence less meals, in minutes by the clock."""
        presence = np.maximum(self.duties.ends_at - self.duties.starts_at, 0)
        meals = np.bincount(
            self.duty_of_break[self.is_meal],
            weights=self.break_minutes[self.is_meal],
            minlength=len(self.duties),
        )
        return np.asarray(presence - meals, dtype=np.int64)

    @cached_property
    def night(self) -> IntArray:
        """Of each duty's work, the minutes by the clock that are night hours by the regime (CLT 73).

        Night lasts from 22:00 to 5:00; a duty that has covered a whole night goes on as night until its end.
        Parts of meals that overlap each other count twice, as they do in `work`.
        """
        minutes = self._minutes_at_night(
            self.duties.starts_at, self.duties.ends_at, np.arange(len(self.duties))
        )
        meal = np.flatnonzero(self.is_meal)
        eaten = self._minutes_at_night(
            self.breaks.starts_at[meal], self.breaks.ends_at[meal], self.duty_of_break[meal]
        )
        meals = np.bincount(self.duty_of_break[meal], weights=eaten, minlength=len(self.duties))
        return np.where(self.limit("night_rule") > 0, minutes - meals.astype(np.int64), 0)

    def _minutes_at_night(self, begins: IntArray, ends: IntArray, duty: IntArray) -> IntArray:
        """Minutes at night of intervals that lie in these duties: night ends with the clock or the duty."""
        total = np.zeros(len(duty), dtype=np.int64)
        counted_to = begins.copy()
        for day in range(-1, self.axis.days):
            dusk, dawn = self.axis.at(day, 22 * 60), self.axis.at(day + 1, 5 * 60)
            whole = (self.duties.starts_at[duty] <= dusk) & (self.duties.ends_at[duty] >= dawn)
            low = np.maximum(counted_to, dusk)
            high = np.where(whole, ends, np.minimum(ends, dawn))
            total += np.maximum(high - low, 0)
            counted_to = np.maximum(counted_to, high)
        return total

    @cached_property
    def counted_sevenths(self) -> IntArray:
        """Work of each duty as the law counts it, in sevenths of a minute: 7 at night count as 8 by day."""
        return 7 * self.work + self.night

    @cached_property
    def normal_limit(self) -> IntArray:
        """Over duties: minutes of work of the day beyond which it is overtime (CLT 58)."""
        return np.minimum(self.limit("daily_max_minutes"), self.contract_limit("daily_minutes"))

    @cached_property
    def overtime_sevenths(self) -> IntArray:
        """Overtime of each agent's day, in sevenths of a minute: of its first duty; 0 for the others.

        Should the limits of a day's duties differ, the lowest holds.
        """
        rows = np.flatnonzero(self.judged)
        rows = rows[np.lexsort((self.duties.starts_at[rows], self.day[rows], self.agent[rows]))]
        overtime = np.zeros(len(self.duties), dtype=np.int64)
        if len(rows):
            agent, day = self.agent[rows], self.day[rows]
            first = np.flatnonzero(np.r_[True, (agent[1:] != agent[:-1]) | (day[1:] != day[:-1])])
            worked = np.add.reduceat(self.counted_sevenths[rows], first)
            allowed = np.minimum.reduceat(self.normal_limit[rows], first)
            overtime[rows[first]] = np.maximum(worked - 7 * allowed, 0)
        return overtime

    @cached_property
    def overtime_minutes(self) -> IntArray:
        """The same in whole minutes, rounded up."""
        return -(-self.overtime_sevenths // 7)

    @cached_property
    def contract(self) -> IntArray:
        """Over agents: the contract, or `NONE`."""
        return positions_of(self.agents.contract_id, self.case.contracts.position)

    @cached_property
    def regime(self) -> IntArray:
        """Version of the labour regime in force on each duty's day (position in the plan), or `NONE`."""
        contracts, labour = self.case.contracts, self.case.plan.labour
        place = {id(version): n for n, version in enumerate(labour)}
        contract = np.where(self.agent != NONE, self._of_agent(self.contract), NONE)
        day = np.clip(self.day, 0, self.axis.days - 1)
        width = self.axis.days
        pairs, inverse = np.unique(contract * width + day, return_inverse=True)
        versions = np.full(len(pairs), NONE, dtype=np.int64)
        for n, pair in enumerate(pairs.tolist()):
            row, on = divmod(pair, width)
            if row >= 0:
                try:
                    version = regime_on(labour, str(contracts.regime[row]), self.axis.date_of(on))
                except LookupError:
                    continue
                versions[n] = place[id(version)]
        return versions[inverse] if len(pairs) else np.empty(0, dtype=np.int64)

    def _of_agent(self, values: IntArray) -> IntArray:
        """A number of each duty's agent; 0 for unknown agents."""
        if not len(values):
            return np.zeros(len(self.agent), dtype=np.int64)
        return np.where(self.agent != NONE, values[np.maximum(self.agent, 0)], 0)

    def of_agent(self, name: str) -> IntArray:
        """A whole-number column of agents, over duties; 0 for unknown agents."""
        return self._of_agent(getattr(self.agents, name))

    @cached_property
    def judged(self) -> BoolArray:
        """The duty's agent, contract and regime are known, so that labour rules can be applied."""
        return np.asarray(self.regime != NONE, dtype=np.bool_)

    def limit(self, name: str) -> IntArray:
        """A number or flag of the regime in force, over duties; 0 where no regime is known.

        A limit that the regime does not have is higher than any number of minutes.
        """
        given = [getattr(version, name) for version in self.case.plan.labour]
        values = np.array([2**40 if value is None else int(value) for value in given], dtype=np.int64)
        return np.where(self.judged, values[np.maximum(self.regime, 0)], 0)

    def contract_limit(self, name: str) -> IntArray:
        """A number of the agent's contract, over duties; 0 where no regime is known."""
        values = getattr(self.case.contracts, name)
        if not len(values):
            return np.zeros(len(self.duties), dtype=np.int64)
        return np.where(self.judged, values[np.maximum(self._of_agent(self.contract), 0)], 0)

    @cached_property
    def _break_rule(self) -> tuple[list[dict[str, int]], IntArray]:
        nothing_due = {
            "meal_minutes_min": 0, "meal_minutes_max": 0, "pauses": 0, "pause_minutes": 0, "edge_minutes": 0,
        }  # fmt: skip
        listed = [nothing_due]
        chosen = np.zeros(len(self.duties), dtype=np.int64)
        for n, version in enumerate(self.case.plan.labour):
            for rule in version.breaks:
                applies = (self.regime == n) & (self.work > rule.work_over) & (self.work <= rule.work_up_to)
                chosen[applies & (chosen == 0)] = len(listed)
                listed.append({name: getattr(rule, name) for name in nothing_due})
        return listed, chosen

    def break_limit(self, name: str) -> IntArray:
        """A number of the break rule that applies to each duty's work; 0 where none is due."""
        listed, chosen = self._break_rule
        return np.array([rule[name] for rule in listed], dtype=np.int64)[chosen]

    @cached_property
    def segments(self) -> tuple[IntArray, IntArray, IntArray]:
        """Duty, start and end of every interval in service: the duties cut at their breaks."""
        held = np.flatnonzero(self.duty_of_break != NONE)
        return cut(
            self.duties.starts_at,
            self.duties.ends_at,
            self.duty_of_break[held],
            self.breaks.starts_at[held],
            self.breaks.ends_at[held],
        )

    @cached_property
    def skills(self) -> tuple[dict[str, int], BoolArray]:
        """Number of each skill that an agent has, and agents x skills: who has it."""
        cells, codes = np.unique(self.agents.skills.astype(str), return_inverse=True)
        sets = [tokens(cell) for cell in cells.tolist()]
        numbers = {name: n for n, name in enumerate(sorted(frozenset().union(*sets)))}
        has = np.zeros((len(sets), len(numbers)), dtype=np.bool_)
        for row, names in enumerate(sets):
            has[row, [numbers[name] for name in names]] = True
        return numbers, has[codes] if len(sets) else np.zeros((0, 0), dtype=np.bool_)

    def holders_of(self, skill: str) -> BoolArray:
        """Over agents: who has a skill."""
        numbers, has = self.skills
        number = numbers.get(skill)
        return np.zeros(len(self.agents), dtype=np.bool_) if number is None else has[:, number]

    def has_skill(self, agent: IntArray, skill: TextArray) -> BoolArray:
        """Whether each (known) agent has each skill."""
        numbers, has = self.skills
        wanted = positions_of(skill, numbers)
        if not has.size:
            return np.zeros(len(agent), dtype=np.bool_)
        return np.where(wanted != NONE, has[agent, np.maximum(wanted, 0)], False)

    def credential_valid(self, agent: IntArray, day: IntArray) -> BoolArray:
        """Whether the credential of each (known) agent is valid on each day."""
        first, last = self.agents.credential_from[agent], self.agents.credential_until[agent]
        valid = ((first == MISSING) | (first <= day)) & ((last == MISSING) | (day <= last))
        return np.asarray(valid, dtype=np.bool_)
