"""Shift types: whether every duty is of one, which follow each other, and how many an agent may have.

A duty is of a type when it starts at the type's time of day, in the service's zone, and lasts as long. A duty
of no type is reported once, and then counts for no limit and no succession.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from data.model import tokens
from data.referee.facts import Facts
from data.referee.intervals import NONE
from data.referee.registry import Finding, rule
from data.referee.violation import hours


@rule("SHIFT-TYPE", "Where there are shift types, every duty is of one.", "roster")
def duties_of_a_type(facts: Facts) -> Iterator[Finding]:
    """Its start, as a time of day, and its length are those of a type."""
    duties = facts.case.duties
    for row in (
        np.flatnonzero(facts.roster.shift_type == NONE).tolist() if len(facts.case.shift_types) else ()
    ):
        length = int(duties.ends_at[row] - duties.starts_at[row])
        yield facts.duty(row), f"no shift type starts then and lasts {hours(length)}"


@rule("SUCCESSION", "No shift type is worked on the day after one that it may not follow.", "roster")
def no_forbidden_succession(facts: Facts) -> Iterator[Finding]:
    """Days outside the horizon are off."""
    table, roster = facts.case.shift_types, facts.roster
    forbidden = [tokens(cell) for cell in table.not_followed_by.tolist()]
    typed = np.flatnonzero((roster.agent != NONE) & (roster.shift_type != NONE))
    on_day: dict[tuple[int, int], list[int]] = {}
    for row in typed.tolist():
        on_day.setdefault((int(roster.agent[row]), int(roster.day[row])), []).append(row)
    for (agent, day), rows in on_day.items():
        for row in rows:
            name = str(table.shift_type[roster.shift_type[row]])
            for before in on_day.get((agent, day - 1), ()):
                if name in forbidden[roster.shift_type[before]]:
                    eve = table.shift_type[roster.shift_type[before]]
                    yield facts.duty(row), f"a duty of type {name} on the day after one of type {eve}"


@rule("SHIFT-LIMIT", "No agent has more duties of a shift type than the contract allows.", "roster")
def few_enough_of_a_type(facts: Facts) -> Iterator[Finding]:
    """Counted over the horizon."""
    limits = {(row["contract_id"], row["shift_type"]): row["most"] for row in facts.case.shift_limits.rows()}
    if not limits:
        return
    roster, names = facts.roster, facts.case.shift_types.shift_type
    had: Counter[tuple[int, int]] = Counter()
    order = np.lexsort((facts.case.duties.starts_at, roster.agent))
    for row in order[(roster.agent[order] != NONE) & (roster.shift_type[order] != NONE)].tolist():
        agent, kind = int(roster.agent[row]), int(roster.shift_type[row])
        had[agent, kind] += 1
        most = limits.get((facts.case.agents.contract_id[agent], names[kind]))
        if most is not None and had[agent, kind] > most:
            yield facts.duty(row), f"duty {had[agent, kind]} of type {names[kind]}, expected {most} at most"
