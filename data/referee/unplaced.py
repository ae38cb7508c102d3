"""Whether the reasons of unplaced bookings are true, and their alternatives really free.

The reasons that claim that something is empty are recomputed: no start in the participants' windows, the
opening hours and the lead time; none left by the proxy's last day; nobody with the skill in service at any of
the starts there are. So the reasons exclude each other, and `capacity_full` is what remains.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.model import UNPLACED_REASONS, tokens
from data.model.columns import BoolArray, IntArray
from data.referee.facts import Facts
from data.referee.intervals import NONE
from data.referee.registry import Finding, rule


def _where(facts: Facts, row: int) -> str:
    return f"booking {facts.case.unplaced.booking_id[row]}, unplaced"


def _claims(facts: Facts, reason: str) -> BoolArray:
    """Rows of unplaced, of known bookings, that give this reason."""
    claimed = (facts.case.unplaced.reason == reason) & (facts.unplaced_booking != NONE)
    return np.asarray(claimed, dtype=np.bool_)


def _eligible(facts: Facts, rows: BoolArray) -> IntArray:
    """Positions of those of these rows whose booking is eligible."""
    places = np.flatnonzero(rows)
    return places[facts.eligible[facts.unplaced_booking[places]]]


def _reason_without_start(facts: Facts, row: int) -> str:
    """What to say where the booking has no start, which goes before all that depends on agents; else ""."""
    booking = facts.unplaced_booking[row]
    if not facts.openings.has_window[booking]:
        return "expected no_common_window: no start is possible at all"
    if facts.openings.proxy_expires[booking]:
        return "expected proxy_expires: the proxy leaves no start"
    return ""


@rule("REASON", "Every unplaced booking gives one of the known reasons.", "schedule")
def known_reasons(facts: Facts) -> Iterator[Finding]:
    """The reason is a word of the list."""
    for row in np.flatnonzero(~np.isin(facts.case.unplaced.reason, UNPLACED_REASONS)).tolist():
        booking = facts.unplaced_booking[row]
        where = _where(facts, row) if booking != NONE else f"row {row + 1} of unplaced"
        yield where, f"expected one of {', '.join(UNPLACED_REASONS)}"


@rule("REASON-NOT-ELIGIBLE", "Only bookings that break a rule are unplaced as not eligible.", "schedule")
def not_eligible_is_true(facts: Facts) -> Iterator[Finding]:
    """`not_eligible` needs a broken rule of eligibility."""
    for row in _eligible(facts, _claims(facts, "not_eligible")).tolist():
        yield _where(facts, row), "the booking breaks no rule of eligibility"


@rule("REASON-ELIGIBLE", "Bookings that break a rule are unplaced as not eligible.", "schedule")
def other_reasons_need_eligibility(facts: Facts) -> Iterator[Finding]:
    """The other reasons are for eligible bookings."""
    unplaced, booking = facts.case.unplaced, facts.unplaced_booking
    rows = np.flatnonzero((booking != NONE) & (unplaced.reason != "not_eligible"))
    for row in rows[~facts.eligible[booking[rows]]].tolist():
        codes = ", ".join(facts.rules_broken_by(booking[row]))
        yield _where(facts, row), f"expected not_eligible: the booking breaks {codes}"


@rule("REASON-RULES", "The rules listed are exactly those that the booking breaks.", "schedule")
def listed_rules_are_broken(facts: Facts) -> Iterator[Finding]:
    """With `not_eligible` the codes of the broken rules are listed, with other reasons none."""
    unplaced, booking = facts.case.unplaced, facts.unplaced_booking
    for row in np.flatnonzero(_claims(facts, "not_eligible") | (unplaced.rules != "")).tolist():
        if booking[row] == NONE:
            continue
        expected = []
        if unplaced.reason[row] == "not_eligible":
            expected = facts.rules_broken_by(booking[row])
        if tokens(unplaced.rules[row]) != set(expected):
            yield _where(facts, row), f"expected the rules {', '.join(expected) or '(none)'}"


@rule(
    "REASON-WINDOW",
    "`no_common_window` holds: windows, opening hours and lead time leave no start.",
    "schedule",
)
def no_common_window_is_true(facts: Facts) -> Iterator[Finding]:
    """Whatever the proxy and the agents, no start of the grid is possible."""
    rows = _eligible(facts, _claims(facts, "no_common_window"))
    for row in rows[facts.openings.has_window[facts.unplaced_booking[rows]]].tolist():
        yield _where(facts, row), "the participants, the opening hours and the lead time leave a start"


@rule(
    "REASON-PROXY",
    "`proxy_expires` holds: without the proxy's limit there are starts, with it none.",
    "schedule",
)
def proxy_expires_is_true(facts: Facts) -> Iterator[Finding]:
    """R23 alone takes all possible starts away."""
    rows = _eligible(facts, _claims(facts, "proxy_expires"))
    booking = facts.unplaced_booking[rows]
    for row in rows[~facts.openings.proxy_expires[booking]].tolist():
        yield _where(facts, row), "the limit of the proxy is not what leaves the booking without a start"


@rule(
    "REASON-SKILL",
    "`no_skilled_agent` holds: there are starts, and nobody with the skill is in service at any.",
    "schedule",
)
def no_skilled_agent_is_true(facts: Facts) -> Iterator[Finding]:
    """Even if all agents were free, none could hold the session at any of the starts that it has."""
    for row in _eligible(facts, _claims(facts, "no_skilled_agent")).tolist():
        without_start = _reason_without_start(facts, row)
        if without_start:
            yield _where(facts, row), without_start
        elif facts.openings.has_agent[facts.unplaced_booking[row]]:
            yield _where(facts, row), "an agent with the skill is in service at one of the possible starts"


@rule("REASON-CAPACITY", "`capacity_full` is given only where no other reason is true.", "schedule")
def capacity_is_what_remains(facts: Facts) -> Iterator[Finding]:
    """No window, an expired proxy and a missing skill are told as such."""
    for row in _eligible(facts, _claims(facts, "capacity_full")).tolist():
        without_start = _reason_without_start(facts, row)
        if without_start:
            yield _where(facts, row), without_start
        elif not facts.openings.has_agent[facts.unplaced_booking[row]]:
            yield _where(facts, row), "expected no_skilled_agent: nobody with the skill is in service"


@rule(
    "ALTERNATIVE",
    "Every alternative start is on the grid, open, lawful, and free with a skilled agent.",
    "schedule",
)
def alternatives_are_free(facts: Facts) -> Iterator[Finding]:
    """For eligible bookings; an alternative may lie outside the customers' windows, but keeps R2 and R23."""
    unplaced = facts.case.unplaced
    cells = unplaced.alternatives.tolist()
    count = np.fromiter((len(cell) for cell in cells), dtype=np.int64, count=len(cells))
    listed = _eligible(facts, (count > 0) & (facts.unplaced_booking != NONE))
    rows = np.repeat(listed, count[listed])
    start = np.array([minute for row in listed.tolist() for minute in cells[row]], dtype=np.int64)
    booking = facts.unplaced_booking[rows]
    table = facts.case.bookings
    opens, closes = facts.windows.opening(start)
    good = (start % facts.plan.grid_minutes == 0) & (start >= opens)
    good &= start + table.duration_minutes[booking] <= closes
    good &= (start >= facts.windows.earliest(booking)) & facts.windows.proxy_counts(booking, start)
    good &= facts.free_starts.any_between(
        table.skill[booking],
        facts.bookings.set_up[booking],
        facts.bookings.occupied(facts.bookings.kind[booking], table.duration_minutes[booking]),
        start,
        start,
    )
    for place in np.flatnonzero(~good).tolist():
        yield (
            _where(facts, rows[place]),
            (
                f"the alternative {facts.clock.moment(start[place])} cannot be offered: closed, too soon, "
                "after the proxy's last day, or no agent with the skill is free"
            ),
        )
