"""What all duties together may cost in hours."""

from __future__ import annotations

from collections.abc import Iterator

from data.referee.facts import Facts
from data.referee.registry import Finding, rule
from data.referee.violation import hours


@rule("BUDGET", "All duties together have no more work than the plan's budget.", "roster")
def work_within_budget(facts: Facts) -> Iterator[Finding]:
    """Work as the law counts it, whoever does it; without a budget there is no limit."""
    budget, work = facts.plan.work_minutes_budget, -(-int(facts.roster.counted_sevenths.sum()) // 7)
    if budget is not None and work > budget:
        yield (
            f"roster from {facts.clock.day(0)}",
            f"{hours(work)} of work in all duties, expected {hours(budget)} at most",
        )
