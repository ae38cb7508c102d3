"""What the referee says of each answer, and who wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.allocation.peers.derive import schedule_of
from benchmarks.allocation.peers.instance import Instance, Placement
from benchmarks.allocation.peers.run import OURS, Outcome
from data.model import Unplaced
from data.referee import judge_schedule, recount
from optimizer.allocation import Problem


@dataclass(frozen=True)
class Figures:
    """One line of the table.

    Attributes:
        unplaced: eligible bookings without a session.
        unplaced_by_priority: the same, the most urgent priority first.
        kept: pins whose session is where it was confirmed.
        deviation: minutes between starts and wishes, over all sessions.
        deviation_both: over the bookings that both this peer and ours place; None where ours did not run.
        our_deviation_both: ours, over the same bookings.
        violations: rules broken, as the referee counts them; an answer with any does not count.
        bound: placed bookings that the peer proves that no plan exceeds.
    """

    peer: str
    placed: int
    unplaced: int
    unplaced_by_priority: tuple[int, ...]
    kept: int
    deviation: int
    deviation_both: int | None
    our_deviation_both: int | None
    build_seconds: float
    total_seconds: float
    cpu_seconds: float
    violations: int
    bound: int | None
    note: str


def deviation_over(instance: Instance, placements: Sequence[Placement], bookings: set[int]) -> int:
    """Minutes of deviation over these bookings."""
    return sum(
        instance.deviation(instance.bookings[booking], slot)
        for booking, slot, _ in placements
        if booking in bookings
    )


def figures_of(
    peer: str,
    outcome: Outcome,
    problem: Problem,
    instance: Instance,
    reasons: Unplaced,
    ours: Sequence[Placement] | None,
) -> Figures:
    """Judge and count an answer."""
    assert outcome.answer is not None
    placements = outcome.answer.placements
    case = problem.case.with_schedule(schedule_of(problem, instance, placements, reasons))
    counted = recount(case)
    placed = {booking for booking, _, _ in placements}
    left = [b.priority for place, b in enumerate(instance.bookings) if place not in placed]
    priorities = sorted({booking.priority for booking in instance.bookings})
    both = placed & {booking for booking, _, _ in ours} if ours is not None else set()
    return Figures(
        peer=peer,
        placed=counted.placed,
        unplaced=counted.eligible - counted.placed,
        unplaced_by_priority=tuple(left.count(priority) for priority in priorities),
        kept=counted.pins_kept,
        deviation=counted.deviation_minutes,
        deviation_both=None if ours is None else deviation_over(instance, placements, both),
        our_deviation_both=None if ours is None else deviation_over(instance, ours, both),
        build_seconds=round(outcome.build_seconds, 1),
        total_seconds=round(outcome.total_seconds, 1),
        cpu_seconds=round(outcome.cpu_seconds, 1),
        violations=len(judge_schedule(case)),
        bound=outcome.answer.bound,
        note=outcome.answer.note,
    )


def verdict(lines: Mapping[str, Figures], placeable: int) -> dict[str, object]:
    """Whether ours wins: fewer unplaced than every peer, or as many and no more deviation.

    Peers without an answer, or with one that breaks a rule, do not count and are named by the table.
    """
    ours = lines.get(OURS)
    if ours is None or ours.violations:
        return {"wins": None, "text": "ours was not run" if ours is None else "ours breaks rules"}
    peers = [line for name, line in lines.items() if name != OURS and not line.violations]
    lost = [line.peer for line in peers if (ours.unplaced, ours.deviation) > (line.unplaced, line.deviation)]
    bound = placeable if ours.bound is None else min(placeable, ours.bound)
    every = ours.placed >= bound
    text = (
        f"ours leaves {ours.unplaced} (bound allows {ours.placed + ours.unplaced - bound}) "
        f"at {ours.deviation:,} min: " + (f"behind {', '.join(lost)}" if lost else "ahead of every peer")
    )
    return {"wins": not lost, "behind": lost, "at_bound": every, "bound": bound, "text": text}


HEADER = (
    f"{'peer':<16}{'placed':>7}{'unpl.':>6}{'kept':>5}{'deviation':>10}{'both':>9}{'ours':>9}"
    f"{'build s':>8}{'total s':>8}{'cpu s':>7}{'viol.':>6}{'bound':>7}  note"
)


def row_of(line: Figures) -> str:
    """One line of the printed table."""

    def cell(value: int | None, width: int) -> str:
        return f"{'-' if value is None else format(value, ','):>{width}}"

    return (
        f"{line.peer:<16}{line.placed:>7}{line.unplaced:>6}{line.kept:>5}{line.deviation:>10,}"
        f"{cell(line.deviation_both, 9)}{cell(line.our_deviation_both, 9)}"
        f"{line.build_seconds:>8.1f}{line.total_seconds:>8.1f}{line.cpu_seconds:>7.1f}"
        f"{line.violations:>6}{cell(line.bound, 7)}  {line.note}"
    )
