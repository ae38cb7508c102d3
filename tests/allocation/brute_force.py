"""All schedules of a tiny case, tried one by one: the oracle of the exact path."""

from __future__ import annotations

from fractions import Fraction

from data.eligibility import Eligibility, evaluate, occupations, start_windows
from data.model import MISSING, Case, tokens

Value = tuple[tuple[int, ...], int, int, int, int, int]
Held = tuple[int, str, int, int]
"""Booking, agent, and when the agent's occupation begins and ends."""


def best_value(case: Case) -> Value:
    """The best value over all schedules.

    Placed of each priority, confirmations kept, minus the deviation, pairs back to back, minus the
    unfairness, minus the inversions.
    """
    eligibility = evaluate(case)
    windows = start_windows(case, eligibility)
    lengths = occupations(case, eligibility)
    bookings, people = case.bookings, case.participants
    needed: list[set[str]] = [set() for _ in range(len(bookings))]
    for row in range(len(people)):
        if eligibility.required[row]:
            needed[eligibility.booking_of[row]].add(people.participant_id[row])
    skills = {row["agent_id"]: tokens(row["skills"]) for row in case.agents.rows()}
    last_day = {
        row["agent_id"]: case.plan.days if row["credential_until"] == MISSING else row["credential_until"]
        for row in case.agents.rows()
    }
    grid = case.axis.grid_minutes
    options: list[list[tuple[int, str, int, int]]] = []
    for b in range(len(bookings)):
        listed = []
        for first, last in windows.of(b):
            for start in range(first, last + 1, grid):
                begin = start - int(lengths.set_up[b])
                end = begin + int(lengths.occupied[b])
                listed += [
                    (start, duty.agent_id, begin, end)
                    for duty in case.roster.duties
                    if bookings.skill[b] in skills[duty.agent_id]
                    and case.axis.day_of(start) <= last_day[duty.agent_id]
                    and any(s <= begin and end <= e for s, e in duty.segments)
                ]
        options.append(listed)
    lower = Lower(case, eligibility)
    found: list[Value] = [((0,) * 9, 0, 0, *lower.of([]))]
    chosen: list[tuple[int, int, str, int, int]] = []

    def clashes(b: int, start: int, agent: str, begin: int, end: int) -> bool:
        for other, at, who, low, high in chosen:
            if who == agent and begin < high and low < end:
                return True
            meet = start < at + bookings.duration_minutes[other] and at < start + bookings.duration_minutes[b]
            if meet and needed[b] & needed[other]:
                return True
        return False

    def extend(b: int, placed: tuple[int, ...], kept: int, deviation: int) -> None:
        if b == len(bookings):
            upper = (placed, kept, -deviation)
            if upper >= found[0][:3]:
                held = [(b, agent, begin, end) for b, _, agent, begin, end in chosen]
                found[0] = max(found[0], (*upper, *lower.of(held)))
            return
        rest = [0] * 9
        for later in range(b, len(bookings)):
            rest[int(bookings.priority[later]) - 1] += 1
        most = tuple(have + more for have, more in zip(placed, rest, strict=True))
        if (most, len(bookings), 0) < found[0][:3]:
            return
        for start, agent, begin, end in options[b]:
            if not clashes(b, start, agent, begin, end):
                more = list(placed)
                more[int(bookings.priority[b]) - 1] += 1
                wish = int(bookings.preferred_start[b])
                confirmed = (
                    bookings.pin[b] != ""
                    and bookings.pinned_start[b] == start
                    and bookings.pinned_agent[b] in ("", agent)
                )
                chosen.append((b, start, agent, begin, end))
                extend(
                    b + 1,
                    tuple(more),
                    kept + confirmed,
                    deviation + (0 if wish == MISSING else abs(start - wish)),
                )
                chosen.pop()
        if bookings.pin[b] != "fixed":
            extend(b + 1, placed, kept, deviation)

    extend(0, (0,) * 9, 0, 0)
    return found[0]


def value_of(case: Case) -> Value:
    """The same value, counted from the case's sessions."""
    placed, kept, deviation = [0] * 9, 0, 0
    for session in case.sessions.rows():
        booking = case.bookings.row(case.bookings.position[session["booking_id"]])
        placed[booking["priority"] - 1] += 1
        kept += (
            booking["pin"] != ""
            and booking["pinned_start"] == session["starts_at"]
            and booking["pinned_agent"] in ("", session["agent_id"])
        )
        if booking["preferred_start"] != MISSING:
            deviation += abs(session["starts_at"] - booking["preferred_start"])
    eligibility = evaluate(case)
    lengths = occupations(case, eligibility)
    held = []
    for session in case.sessions.rows():
        b = case.bookings.position[session["booking_id"]]
        begin = session["starts_at"] - int(lengths.set_up[b])
        held.append((b, session["agent_id"], begin, begin + int(lengths.occupied[b])))
    return tuple(placed), int(kept), -deviation, *Lower(case, eligibility).of(held)


def stated(value: Value) -> list[int]:
    """The value as a result states it, level by level."""
    placed, kept, minus_deviation, pairs, minus_unfairness, minus_inversions = value
    return [sum(placed), kept, -minus_deviation, pairs, -minus_unfairness, -minus_inversions]


class Lower:
    """The lower levels of any set of sessions."""

    def __init__(self, case: Case, eligibility: Eligibility) -> None:
        people = case.participants
        self.holder = {
            int(eligibility.booking_of[row]): people.participant_id[row]
            for row in range(len(people))
            if people.role[row] == "holder" and eligibility.required[row]
        }
        self.single = [kind == "single" for kind in eligibility.kind.tolist()]
        self.service = {row["agent_id"]: 0 for row in case.agents.rows()}
        for duty in case.roster.duties:
            self.service[duty.agent_id] += sum(end - start for start, end in duty.segments)
        self.pools: dict[str, list[str]] = {}
        for row in case.agents.rows():
            self.pools.setdefault(row["pool"], []).append(row["agent_id"])

    def of(self, held: list[Held]) -> tuple[int, int, int]:
        """Pairs back to back, minus the unfairness, minus the inversions."""
        pairs = inversions = 0
        ending = {(agent, end): b for b, agent, _, end in held}
        for b, agent, begin, _ in held:
            before = ending.get((agent, begin))
            if before is not None:
                pairs += b in self.holder and self.holder.get(before) == self.holder[b]
                inversions += self.single[b] and not self.single[before]
        return pairs, -self.unfairness(held), -inversions

    def unfairness(self, held: list[Held]) -> int:
        """Whole minutes, pool by pool, by fractions."""
        occupied = dict.fromkeys(self.service, 0)
        for _, agent, begin, end in held:
            occupied[agent] += end - begin
        total = 0
        for agents in self.pools.values():
            service = sum(self.service[agent] for agent in agents)
            load = Fraction(sum(occupied[agent] for agent in agents), max(1, service))
            total += int(sum(abs(occupied[agent] - load * self.service[agent]) for agent in agents))
        return total
