"""A legal roster: duties with staggered breaks for every agent (the labour rules of DOMAIN 3.1 and 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from data.calendars import holiday_name
from data.generator.break_templates import NO_BREAK, lay_breaks
from data.generator.chance import Streams
from data.generator.team import PATTERNS, Team
from data.generator.workdays import Workdays
from data.model import MISSING, Breaks, Duties, Plan, regime_on
from data.model.columns import BoolArray, IntArray

START_STEP: Final = 15
"""Duties begin on the quarter of an hour, breaks anywhere on the grid."""

BREAK_KINDS_LAID: Final = np.array(["pause", "meal", "pause"], dtype=object)


@dataclass(frozen=True)
class PlantedRoster:
    """The duties of the roster as arrays, in order of agent and start, and the same as tables.

    Attributes:
        agent: row in the agents table of each duty.
        segment_agent, segment_start, segment_end: the intervals in service, in order of agent and start.
    """

    duties: Duties
    breaks: Breaks
    agent: IntArray
    segment_agent: IntArray
    segment_start: IntArray
    segment_end: IntArray

    @property
    def service_minutes(self) -> int:
        """Minutes in service of all duties."""
        return int((self.segment_end - self.segment_start).sum())


def plant_roster(plan: Plan, workdays: Workdays, team: Team, streams: Streams) -> PlantedRoster:
    """Draw a roster that obeys every labour rule."""
    rng = streams.of("roster")
    count = len(team.agents)
    limits = _weekly_limits(plan, team)
    free = ~_holidays(plan, workdays, team) & ~_absent(workdays, team) & _credentialled(workdays, team)
    in_a_row = team.agents.days_worked_in_a_row.copy()
    week_minutes = team.agents.minutes_worked_in_week.copy()
    week_days = team.agents.days_worked_in_week.copy()
    lateness = np.zeros(count)
    monday, yesterday = MISSING, -1
    parts: list[tuple[IntArray, IntArray, IntArray, IntArray, IntArray]] = []
    for open_day, (number, weekday) in enumerate(
        zip(workdays.number.tolist(), workdays.weekday.tolist(), strict=True)
    ):
        if number - weekday != monday:
            monday = number - weekday
            if monday >= 0:
                week_minutes[:] = week_days[:] = 0
            lateness = _usual_lateness(rng, count)
        if number != yesterday + 1:
            in_a_row[:] = 0
        work = team.pattern_values("saturday_minutes" if weekday == 5 else "weekday_minutes")
        works = (
            (work > 0)
            & (team.weekday_off != weekday)
            & free[open_day]
            & (in_a_row < limits["max_days_in_a_row"])
            & (week_days < limits["max_days_a_week"])
            & (week_minutes + work <= limits["weekly_minutes"])
        )
        in_a_row = np.where(works, in_a_row + 1, 0)
        week_days += works
        week_minutes += np.where(works, work, 0)
        yesterday = number
        who = np.flatnonzero(works)
        open_minutes = int(workdays.closes[open_day] - workdays.opens[open_day])
        meals, starts, ends = lay_breaks(rng, team.pattern[who], work[who])
        presence = work[who] + meals
        steps = (open_minutes - presence) // START_STEP
        offset = START_STEP * np.minimum(steps, np.floor(lateness[who] * (steps + 1)).astype(np.int64))
        begin = workdays.opens[open_day] + offset
        parts.append((who, begin, begin + presence, starts, ends))
    if not sum(len(who) for who, *_ in parts):
        raise ValueError(f"no agent can be on duty in the horizon, from {plan.first_day} on")
    return _assembled(team, parts)


def _usual_lateness(rng: np.random.Generator, count: int) -> np.ndarray:
    """How late in the day each agent's duties of a week begin: 0 at opening, 1 so as to end at closing."""
    lateness: np.ndarray = np.clip(1.7 * rng.random(count) - 0.35, 0.0, 1.0)
    return lateness


def _weekly_limits(plan: Plan, team: Team) -> dict[str, IntArray]:
    """The limits of the week for each agent: the contract's and the regime's, the stricter one."""
    regimes = [regime_on(plan.labour, p.regime, plan.first_day) for p in PATTERNS]
    contracts = {row["contract_id"]: row["weekly_minutes"] for row in team.contracts.rows()}
    values = {
        "max_days_in_a_row": [r.max_days_in_a_row for r in regimes],
        "max_days_a_week": [r.max_days_a_week for r in regimes],
        "weekly_minutes": [
            min(r.weekly_max_minutes, contracts[p.contract]) for r, p in zip(regimes, PATTERNS, strict=True)
        ],
    }
    return {name: np.array(listed, dtype=np.int64)[team.pattern] for name, listed in values.items()}


def _holidays(plan: Plan, workdays: Workdays, team: Team) -> BoolArray:
    """Whether each open day is a holiday of each agent's establishment (CLT 70, 75-B): days x agents."""
    places = list(zip(team.agents.state.tolist(), team.agents.city.tolist(), strict=True))
    known: dict[tuple[str, str], list[bool]] = {}
    for state, city in places:
        if (state, city) not in known:
            known[state, city] = [
                holiday_name(plan.axis.date_of(day), state, city, plan.calendar.holiday_overrides) is not None
                for day in workdays.number.tolist()
            ]
    return np.array([known[place] for place in places], dtype=np.bool_).T


def _absent(workdays: Workdays, team: Team) -> BoolArray:
    """Whether an absence of the agent touches the opening hours of each open day: days x agents."""
    absent = np.zeros((len(workdays), len(team.agents)), dtype=np.bool_)
    position = team.agents.position
    for row in team.absences.rows():
        touched = (row["starts_at"] < workdays.closes) & (row["ends_at"] > workdays.opens)
        absent[touched, position[row["agent_id"]]] = True
    return absent


def _credentialled(workdays: Workdays, team: Team) -> BoolArray:
    """Whether the agent's credential is valid on each open day: days x agents."""
    first, last = team.agents.credential_from, team.agents.credential_until
    day = workdays.number[:, None]
    valid: BoolArray = ((first == MISSING) | (first <= day)) & ((last == MISSING) | (day <= last))
    return valid


def _assembled(
    team: Team, parts: list[tuple[IntArray, IntArray, IntArray, IntArray, IntArray]]
) -> PlantedRoster:
    """Put the duties of all days in order of agent and start, and cut them at their breaks."""
    agent, begin, end, starts, ends = (
        np.concatenate([part[i] for part in parts]).astype(np.int64) for i in range(5)
    )
    order = np.lexsort((begin, agent))
    agent, begin, end, starts, ends = agent[order], begin[order], end[order], starts[order], ends[order]
    taken = starts != NO_BREAK
    starts, ends = np.where(taken, starts + begin[:, None], 0), np.where(taken, ends + begin[:, None], 0)
    names = team.agents.agent_id
    duty, slot = np.nonzero(taken)
    cut_from, cut_to = _pieces(begin, end, starts, ends, taken)
    holder, piece = np.nonzero(cut_to > cut_from)
    return PlantedRoster(
        duties=Duties.from_columns(
            {"agent_id": names[agent], "starts_at": begin, "ends_at": end}, len(agent)
        ),
        breaks=Breaks.from_columns(
            {
                "agent_id": names[agent[duty]],
                "starts_at": starts[duty, slot],
                "ends_at": ends[duty, slot],
                "kind": BREAK_KINDS_LAID[slot],
            },
            len(duty),
        ),
        agent=agent,
        segment_agent=agent[holder],
        segment_start=cut_from[holder, piece],
        segment_end=cut_to[holder, piece],
    )


def _pieces(
    begin: IntArray, end: IntArray, starts: IntArray, ends: IntArray, taken: BoolArray
) -> tuple[IntArray, IntArray]:
    """Starts and ends of the up to four pieces of each duty; empty ones where a break is not due."""
    at = begin
    piece_starts, piece_ends = [], []
    for slot in range(starts.shape[1]):
        piece_starts.append(at)
        piece_ends.append(np.where(taken[:, slot], starts[:, slot], at))
        at = np.where(taken[:, slot], ends[:, slot], at)
    return np.stack([*piece_starts, at], axis=1), np.stack([*piece_ends, end], axis=1)
