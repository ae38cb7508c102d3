"""All duties that agents may choose from in a small case, one by one; the referee says which are lawful."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from data.model import MISSING, Absences, Agents, Breaks, Case, Duties, LabourRegime, Wishes, regime_on
from data.referee import judge_roster

OF_ONE_DUTY = {
    "DUTY-ORDER", "DUTY-GRID", "DUTY-HORIZON", "BREAK", "BREAK-GRID", "BREAK-OVERLAP", "CLT-58", "CLT-71",
    "NR17-5.4", "NR17-EDGE", "STRETCH", "MIN-DUTY", "MAX-DUTY", "CLT-70", "ABSENCE", "CAR",
}  # fmt: skip
"""Rules that a duty keeps or breaks by itself."""

QUARTER, HOUR, DAY = 15, 60, 1440


@dataclass(frozen=True)
class Option:
    """A duty that an agent may have on a day; `pause` is the start of the one pause, if there is one.

    `sevenths` is its work as the law counts it, in sevenths of a minute.
    """

    day: int
    start: int
    end: int
    sevenths: int
    pause: int | None = None
    pinned: bool = False

    @property
    def span(self) -> tuple[int, int]:
        """Start and end."""
        return self.start, self.end

    def served(self, length: int) -> tuple[int, ...]:
        """The intervals in all of which the duty is in service."""
        found = []
        for interval in range(self.start // length, -(-self.end // length)):
            begin, end = length * interval, length * (interval + 1)
            away = self.pause is not None and self.pause < end and begin < self.pause + 10
            if self.start <= begin and end <= self.end and not away:
                found.append(interval)
        return tuple(found)


def spans_of_use(case: Case) -> list[tuple[int, int] | None]:
    """From the first to the last minute with demand on a day; through midnight, to the last of the next."""
    asked = {int(s) for s, r in zip(case.demand.starts_at, case.demand.required, strict=True) if r > 0}
    length = case.plan.demand_interval_minutes
    found: list[tuple[int, int] | None] = []
    for day in range(case.axis.days):
        here = sorted(s for s in asked if DAY * day <= s < DAY * (day + 1))
        if not here:
            found.append(None)
            continue
        end = here[-1] + length
        if end == DAY * (day + 1) and end in asked:
            end = max(s for s in asked if s < DAY * (day + 2)) + length
        found.append((here[0], end))
    return found


def normal_of(contract: dict[str, Any], regime: LabourRegime) -> int:
    """Minutes of a day that are no overtime."""
    return min(int(contract["daily_minutes"]), regime.daily_max_minutes)


def lengths_of(contract: dict[str, Any], regime: LabourRegime) -> list[int]:
    """Minutes of duties to choose from: from four hours on, or from the day without overtime if that is
    shorter, in full hours; a fifth and a sixth of the week; the day without overtime and half hours of that;
    and the longest.
    """
    normal = normal_of(contract, regime)
    longest = normal + min(contract["overtime_minutes"], regime.overtime_daily_max_minutes)
    if contract["max_duty_minutes"] != MISSING:
        longest = min(longest, contract["max_duty_minutes"])
    shortest = min(4 * HOUR, normal, longest)
    weekly = contract["weekly_minutes"]
    wanted = {longest, *range(shortest, longest, HOUR), *range(normal, longest, HOUR // 2)}
    wanted |= {weekly // 25 * 5, weekly // 30 * 5}
    return sorted(w for w in wanted if shortest <= w <= longest)


def night_of(start: int, end: int) -> int:
    """Minutes between 22:00 and 5:00 of a duty that is too short to hold a whole night."""
    nights = [(DAY * day - 2 * HOUR, DAY * day + 5 * HOUR) for day in range(start // DAY, end // DAY + 2)]
    return sum(max(0, min(end, dawn) - max(start, dusk)) for dusk, dawn in nights)


def longest_within(start: int, length: int, *, night_rule: bool) -> int:
    """The most minutes by the clock, on a grid of five, that the law counts as a length of work at most."""
    fitting = (n for n in range(length, 0, -5) if 7 * n + night_of(start, start + n) <= 7 * length)
    return next(fitting) if night_rule else length


def options_of(case: Case, agent: int, *, anything: bool) -> Iterator[Option]:
    """All duties of an agent, lawful or not; a pinned duty is the only one of its day.

    With `anything`, duties last any number of half hours, and count for what they are. The engine's fill a
    length of work as far as the night lets them, and count for all of it; the last may reach into an interval
    after those with demand.
    """
    row = case.agents.row(agent)
    name, contract = row["agent_id"], case.contracts.row(case.contracts.position[row["contract_id"]])
    length = case.plan.demand_interval_minutes
    regime = regime_on(case.plan.labour, contract["regime"], case.plan.first_day)
    rule = regime.night_rule

    def placed(first: int, last: int, step: int, wanted: list[int]) -> Iterator[tuple[int, int, int]]:
        for n, start in product(wanted, range(first, min(last, first // DAY * DAY + DAY), step)):
            minutes = n if anything else longest_within(start, n, night_rule=rule)
            exact = 7 * minutes + (night_of(start, start + minutes) if rule else 0)
            beyond = length - 1 if minutes % length else 0
            if start + minutes <= last + beyond:
                yield start, minutes, exact if anything else 7 * n

    pinned = {d.start // DAY: d for d in case.roster.duties if d.agent_id == name and d.pinned}
    for day, span in enumerate(spans_of_use(case)):
        if day in pinned:
            continue
        if span is None:
            # The shortest duty there is, on the hour.
            least = max(contract["min_duty_minutes"], 0)
            listed = [n for n in lengths_of(contract, regime) if n >= least][:1]
            places = placed(DAY * day, DAY * (day + 1), HOUR, listed)
        else:
            lengths = lengths_of(contract, regime)
            if anything:
                lengths = [*range(30, lengths[-1], 30), lengths[-1]]
            places = placed(*span, length, lengths)
        for start, minutes, sevenths in places:
            yield Option(day, start, start + minutes, sevenths)
            for pause in range(start, start + minutes, QUARTER):
                yield Option(day, start, start + minutes, sevenths, pause)
    for day, duty in pinned.items():
        night = night_of(duty.start, duty.end) if rule else 0
        sevenths = 7 * (duty.end - duty.start) + (night if anything else -7 * (-night // 7))
        pause = duty.breaks[0].start if duty.breaks else None
        yield Option(day, duty.start, duty.end, sevenths, pause, True)


def lawful_options(case: Case, *, anything: bool) -> tuple[list[list[Option]], bool]:
    """The duties of each agent that break no rule by themselves, and whether a pinned one does.

    To the referee each is the duty of an agent of its own.
    """
    rows = case.agents.rows()
    options = {agent: list(options_of(case, agent, anything=anything)) for agent in range(len(rows))}
    named = {f"{agent}/{n}": (agent, o) for agent, listed in options.items() for n, o in enumerate(listed)}
    away = defaultdict(list)
    for row in case.absences.rows():
        away[row["agent_id"]].append(row)
    agents, duties, breaks, absences = [], [], [], []
    for name, (agent, option) in named.items():
        agents.append(rows[agent] | {"agent_id": name})
        duties.append({"agent_id": name, "starts_at": option.start, "ends_at": option.end})
        if option.pause is not None:
            rest = {"starts_at": option.pause, "ends_at": option.pause + 10, "kind": "pause"}
            breaks.append({"agent_id": name} | rest)
        absences += [row | {"agent_id": name} for row in away[rows[agent]["agent_id"]]]
    judged = replace(
        case,
        agents=Agents.from_rows(agents),
        duties=Duties.from_rows(duties),
        breaks=Breaks.from_rows(breaks),
        absences=Absences.from_rows(absences),
        wishes=Wishes.empty(),
    )
    refused = {
        violation.where.split(",")[0].removeprefix("agent ")
        for violation in judge_roster(judged)
        if violation.rule in OF_ONE_DUTY
    }
    # Of those that differ only in where a pause lies within an interval, one is enough.
    kept: dict[int, dict[tuple[Any, ...], Option]] = {agent: {} for agent in options}
    for name, (agent, option) in named.items():
        if name not in refused:
            likes = (option.start, option.end, option.served(case.plan.demand_interval_minutes))
            kept[agent].setdefault(likes, option)
    refused_pin = any(option.pinned and name in refused for name, (_, option) in named.items())
    return [list(distinct.values()) for distinct in kept.values()], refused_pin
