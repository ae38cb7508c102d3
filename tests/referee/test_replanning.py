"""The referee on replanning: each mutation of a lawful replanning is reported, and by its own rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from data.model import MISSING, Absences, Break, Case, Changes, Duty, Roster
from data.referee import (
    REPLANNING_RULES,
    judge_replanning,
    judge_roster,
    recount_changes,
    recount_moved_breaks,
)
from tests.support.cases import HOUR, agent, case

DAY = 24 * HOUR
NOON = 12 * HOUR
MEAL = (Break(13 * HOUR, 14 * HOUR, "meal"),)
Replanned = tuple[Case, Case, Changes]


def duty(name: str, day: int, hour: int, hours: int = 4) -> Duty:
    """A duty of so many hours without breaks."""
    return Duty(name, DAY * day + HOUR * hour, DAY * day + HOUR * (hour + hours))


def with_meal(meal: tuple[Break, ...]) -> Duty:
    """The duty of A4 on the second day."""
    breaks = tuple(Break(DAY + b.start, DAY + b.end, b.kind) for b in meal)
    return Duty("A4", DAY + 9 * HOUR, DAY + 18 * HOUR, breaks)


def row(
    agent_id: str, day: int, change: str, old: Duty | None, new: Duty | None, **flags: bool
) -> dict[str, Any]:
    """A row of changes; the notice period ends with the second day."""
    return {
        "agent_id": agent_id,
        "day": day,
        "change": change,
        "before_starts_at": MISSING if old is None else old.start,
        "before_ends_at": MISSING if old is None else old.end,
        "after_starts_at": MISSING if new is None else new.start,
        "after_ends_at": MISSING if new is None else new.end,
        "by_absence": flags.get("by_absence", False),
        "within_notice": day < 2,
    }


PUBLISHED = [
    duty("A1", 0, 8),
    duty("A1", 1, 8),
    duty("A1", 2, 8),
    duty("A2", 1, 8),
    duty("A3", 0, 9),
    with_meal(MEAL),
]
LATER_MEAL = (Break(14 * HOUR, 15 * HOUR, "meal"),)
PLANNED = [
    duty("A1", 0, 8),
    duty("A1", 2, 9),
    duty("A2", 1, 8),
    duty("A2", 2, 8),
    duty("A3", 1, 8),
    with_meal(LATER_MEAL),
]
CHANGES = [
    row("A1", 1, "cancelled", duty("A1", 1, 8), None, by_absence=True),
    row("A1", 2, "moved", duty("A1", 2, 8), duty("A1", 2, 9)),
    row("A2", 2, "new", None, duty("A2", 2, 8)),
    row("A3", 0, "cancelled", duty("A3", 0, 9), None, by_absence=True),
    row("A3", 1, "new", None, duty("A3", 1, 8)),
    row("A4", 1, "breaks", with_meal(MEAL), with_meal(LATER_MEAL)),
]


def replanned(
    published: list[Duty] = PUBLISHED, planned: list[Duty] = PLANNED, changes: list[dict[str, Any]] = CHANGES
) -> Replanned:
    """A lawful replanning at noon of the first day: A1 is away on the second day, and A3, on duty by then,
    on the first; A3 steps in for A1.
    """
    built = case(agents=[agent(f"A{n}") for n in range(1, 5)], days=3, notice_days=2)
    noon = built.plan.model_copy(update={"as_of": built.axis.instant_of(NOON)})
    absences = [
        {"agent_id": "A1", "starts_at": DAY, "ends_at": 2 * DAY},
        {"agent_id": "A3", "starts_at": 11 * HOUR, "ends_at": DAY},
    ]
    built = replace(built, plan=noon, absences=Absences.from_rows(absences))
    return (
        built.with_roster(Roster.of(published)),
        built.with_roster(Roster.of(planned)),
        Changes.from_rows(changes),
    )


def listed(index: int, **cells: Any) -> Callable[[], Replanned]:
    """Other cells in one row of changes."""
    return lambda: replanned(changes=[r | (cells if n == index else {}) for n, r in enumerate(CHANGES)])


def moved_in_the_past() -> Replanned:
    """The duty of A1 that had begun at 8 is said to begin at 9."""
    planned = [duty("A1", 0, 9), *PLANNED[1:]]
    moved = row("A1", 0, "moved", duty("A1", 0, 8), duty("A1", 0, 9))
    return replanned(planned=planned, changes=[moved, *CHANGES])


def begins_in_the_past() -> Replanned:
    """A2 gets a duty that begins an hour before the moment."""
    added = duty("A2", 0, 11)
    return replanned(planned=[added, *PLANNED], changes=[row("A2", 0, "new", None, added), *CHANGES])


def follows_one_begun() -> Replanned:
    """A3, who had begun at 9 and is absent from 11, begins again at 14 on the same day."""
    again = duty("A3", 0, 14)
    moved = row("A3", 0, "moved", duty("A3", 0, 9), again, by_absence=True)
    return replanned(
        planned=[*PLANNED, again], changes=[r if n != 3 else moved for n, r in enumerate(CHANGES)]
    )


MUTATIONS: dict[str, tuple[str, Callable[[], Replanned]]] = {
    "a duty that had begun is moved": ("FROZEN", moved_in_the_past),
    "a duty that had begun is cancelled": (
        "FROZEN",
        lambda: replanned(
            planned=PLANNED[1:], changes=[row("A1", 0, "cancelled", duty("A1", 0, 8), None), *CHANGES]
        ),
    ),
    "a new duty begins in the past": ("FROZEN", begins_in_the_past),
    "a duty follows one that had begun": ("FROZEN", follows_one_begun),
    "a change is not listed": ("CHANGES", lambda: replanned(changes=CHANGES[:-1])),
    "a day is listed that is as it was": (
        "CHANGES",
        lambda: replanned(changes=[*CHANGES, row("A2", 1, "breaks", duty("A2", 1, 8), duty("A2", 1, 8))]),
    ),
    "a day is listed twice": ("CHANGES", lambda: replanned(changes=[*CHANGES, CHANGES[0]])),
    "the duty before is another": ("CHANGES", listed(1, before_starts_at=2 * DAY + 7 * HOUR)),
    "the duty after is another": ("CHANGES", listed(1, after_ends_at=2 * DAY + 14 * HOUR)),
    "another kind": ("CHANGES-FLAGS", listed(1, change="breaks")),
    "no absence is named": ("CHANGES-FLAGS", listed(0, by_absence=False)),
    "an absence is named that is not the cause": ("CHANGES-FLAGS", listed(1, by_absence=True)),
    "the notice period is longer than it is": ("CHANGES-FLAGS", listed(1, within_notice=True)),
    "the notice period is shorter than it is": ("CHANGES-FLAGS", listed(4, within_notice=False)),
}


def test_the_lawful_replanning_is_accepted() -> None:
    """Absences, a duty that steps in, a moved one and moved breaks break no rule, and are counted."""
    published, planned, changes = replanned()
    assert judge_replanning(published, planned, changes) == []
    assert recount_changes(published, planned) == 4
    assert recount_moved_breaks(published, planned) == 1


def test_every_rule_has_a_mutation() -> None:
    """No rule on replanning goes untried."""
    assert {code for code, _ in MUTATIONS.values()} == set(REPLANNING_RULES)


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_mutation_is_reported(name: str) -> None:
    """The edit breaks its rule, and no other."""
    code, mutated = MUTATIONS[name]
    assert {violation.rule for violation in judge_replanning(*mutated())} == {code}


def test_an_absent_agent_on_duty_is_reported() -> None:
    """A new duty of an absent agent is for the rule on absences, as in any roster."""
    _, planned, _ = replanned(planned=[*PLANNED, duty("A1", 1, 20)])
    assert "ABSENCE" in {violation.rule for violation in judge_roster(planned)}


def test_whether_a_duty_is_pinned_is_no_change() -> None:
    """A pin set or lifted changes nothing for the agent."""
    published, _, _ = replanned()
    pinned = published.with_roster(Roster.of(replace(held, pinned=True) for held in published.roster.duties))
    assert recount_changes(published, pinned) == 0
    assert judge_replanning(published, pinned, Changes.empty()) == []
