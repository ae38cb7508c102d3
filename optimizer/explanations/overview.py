"""Everybody who is unplaced or not at the wish: counted by cause, and the worst."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.allocation.problem import NOBODY
from optimizer.allocation.reasons import reason
from optimizer.budget import Budget
from optimizer.explanations.causes import why_not
from optimizer.explanations.explain import off_the_grid
from optimizer.explanations.standing import Standing

WORST = 20
"""Bookings listed one by one."""

NOTHING = "free"
"""Stands for the cause of a booking that could have what it lacks without moving anybody."""

HELD_BACK = "held_back"
"""Stands for it where capacity is held back, which may be what stands in the way."""


@dataclass(frozen=True)
class Listed:
    """One booking that is unplaced or not at its wish; `deviation` in minutes, 0 when it is unplaced."""

    booking: int
    unplaced: bool
    cause: str
    deviation: int


@dataclass(frozen=True)
class Overview:
    """Counts by cause, and the worst: unplaced by priority, placed by deviation, and the not eligible."""

    placed: int
    at_the_wish: int
    without_a_wish: int
    unplaced: dict[str, int]
    off_the_wish: dict[str, int]
    worst: tuple[Listed, ...]


def overview(standing: Standing, budget: Budget) -> Overview:
    """Count the bookings of a plan by the first cause of each."""
    problem, sessions = standing.problem, standing.plan.sessions
    found: list[Listed] = []
    without_a_wish = 0
    for booking in range(problem.bookings):
        if booking not in sessions:
            why = reason(problem, booking)
            free = why == "capacity_full" and standing.free_start(booking) is not None
            found.append(Listed(booking, True, _nothing(standing) if free else why, 0))
        elif standing.wished_slot(booking) == NOBODY:
            without_a_wish += 1
        elif standing.deviation(booking):
            cause = _first_cause(standing, booking, budget)
            found.append(Listed(booking, False, cause, standing.deviation(booking)))
    unplaced = [case for case in found if case.unplaced]
    off = [case for case in found if not case.unplaced]
    worst = sorted(unplaced, key=lambda case: (int(problem.priority[case.booking]), case.booking))
    worst += sorted(off, key=lambda case: (-case.deviation, case.booking))
    worst.sort(key=lambda case: case.cause == "not_eligible")
    return Overview(
        placed=len(sessions),
        at_the_wish=len(sessions) - len(off) - without_a_wish,
        without_a_wish=without_a_wish,
        unplaced=_counts(unplaced),
        off_the_wish=_counts(off),
        worst=tuple(worst[:WORST]),
    )


def _first_cause(standing: Standing, booking: int, budget: Budget) -> str:
    if not standing.misses_wish(booking):
        return off_the_grid(standing, booking)[0].code
    causes = why_not(standing, booking, standing.wished_slot(booking), budget)
    return causes[0].code if causes else _nothing(standing)


def _nothing(standing: Standing) -> str:
    """What is said where nothing stands in the way but, perhaps, what is held back."""
    return HELD_BACK if standing.held_back else NOTHING


def _counts(cases: list[Listed]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for case in cases:
        counts[case.cause] = counts.get(case.cause, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
