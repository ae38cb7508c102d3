"""Whether a new roster follows a published one as it should, and how much it changes; counted from tables."""

from __future__ import annotations

from collections.abc import Iterator

from data.model import MISSING, Case, Changes
from data.referee.violation import Clock, Violation

Days = dict[tuple[str, int], tuple[tuple[int, int], ...]]
"""By agent and day: start and end of the duties that start on it, and the breaks in them; in order."""

MEAL, PAUSE = -(2**40), -(2**40) - 1
"""Stand for breaks among the spans of a day; no duty starts so early."""

REPLANNING_RULES = {
    "FROZEN": "What began before the moment of planning stays, but for duties that touch an absence; "
    "nothing follows these on their day.",
    "CHANGES": "The table of changes lists every day on which the rosters differ, and no other.",
    "CHANGES-FLAGS": "The table of changes says what kind each change is, whether an absence is its cause, "
    "and whether it lies within the notice period.",
}


def judge_replanning(published: Case, planned: Case, changes: Changes) -> list[Violation]:
    """Every rule on replanning that a new roster and its table of changes break.

    Args:
        published: the case with the published roster.
        planned: the case with the new roster; its plan and absences hold.
        changes: the table that tells the two apart.
    """
    before, after = _days(published), _days(planned)
    differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    found = [Violation("FROZEN", where, what) for where, what in _thawed(planned, before, after, differing)]
    found += [Violation("CHANGES", where, what) for where, what in _misnamed(planned, before, after, changes)]
    found += [Violation("CHANGES-FLAGS", where, what) for where, what in _misjudged(planned, before, changes)]
    return found


def recount_changes(published: Case, planned: Case) -> int:
    """Days of agents on which the rosters differ, those not counted whose duty touches an absence."""
    before, after = _days(published), _days(planned)
    return sum(
        before.get(key) != after.get(key) and not _by_absence(planned, key[0], before.get(key, ()))
        for key in before.keys() | after.keys()
    )


def recount_moved_breaks(published: Case, planned: Case) -> int:
    """Of these days, those on which nothing but breaks differ."""
    before, after = _days(published), _days(planned)
    return sum(
        before[key] != after.get(key)
        and _duties(before[key]) == _duties(after.get(key, ()))
        and not _by_absence(planned, key[0], before[key])
        for key in before
    )


def _days(case: Case) -> Days:
    """A break stands as its kind, a negative number, beside its start and again beside its end."""
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    held: dict[str, list[tuple[int, int, int]]] = {}
    for row in case.duties.rows():
        day = case.axis.day_of(row["starts_at"])
        found.setdefault((row["agent_id"], day), []).append((row["starts_at"], row["ends_at"]))
        held.setdefault(row["agent_id"], []).append((row["starts_at"], row["ends_at"], day))
    for row in case.breaks.rows():
        kind = MEAL if row["kind"] == "meal" else PAUSE
        for start, end, day in held.get(row["agent_id"], []):
            if start <= row["starts_at"] and row["ends_at"] <= end:
                found[row["agent_id"], day] += [(kind, row["starts_at"]), (kind, row["ends_at"])]
    return {key: tuple(sorted(spans)) for key, spans in found.items()}


def _duties(spans: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    return [span for span in spans if span[0] not in (MEAL, PAUSE)]


def _by_absence(case: Case, agent: str, spans: tuple[tuple[int, int], ...]) -> bool:
    """Whether an absence of the agent shares a minute with one of these duties."""
    absences = case.absences
    mine = absences.agent_id == agent
    return any(
        bool((mine & (absences.starts_at < end) & (start < absences.ends_at)).any())
        for start, end in _duties(spans)
    )


def _thawed(
    case: Case, before: Days, after: Days, differing: set[tuple[str, int]]
) -> Iterator[tuple[str, str]]:
    now, clock = case.plan.as_of_minute, Clock(case.axis)
    for agent, day in sorted(differing):
        old, new = before.get((agent, day), ()), after.get((agent, day), ())
        begun = [start for start, _ in _duties(old) if start < now]
        if begun and not _by_absence(case, agent, old):
            yield f"agent {agent}, {clock.day(day)}", f"the duty of {clock.moment(begun[0])} had begun"
        if begun and any(start >= now for start, _ in _duties(new)):
            yield (
                f"agent {agent}, {clock.day(day)}",
                f"a duty follows on the day of the one begun at {clock.moment(begun[0])}",
            )
        for start, _ in _duties(new):
            if start < now and start not in begun:
                yield (
                    f"agent {agent}, {clock.day(day)}",
                    f"a duty begins at {clock.moment(start)}, in the past",
                )


def _misnamed(case: Case, before: Days, after: Days, changes: Changes) -> Iterator[tuple[str, str]]:
    clock = Clock(case.axis)
    listed: set[tuple[str, int]] = set()
    for row in changes.rows():
        key = row["agent_id"], row["day"]
        where = f"agent {key[0]}, {clock.day(key[1])}"
        old, new = before.get(key, ()), after.get(key, ())
        if key in listed:
            yield where, "the day is listed twice"
        listed.add(key)
        if old == new:
            yield where, "the rosters do not differ on this day"
        for side, spans in (("before", old), ("after", new)):
            held = _duties(spans)[0] if _duties(spans) else (MISSING, MISSING)
            if (row[f"{side}_starts_at"], row[f"{side}_ends_at"]) != held:
                yield where, f"the duty {side} is {clock.moment(held[0])} to {clock.moment(held[1])}"
    for agent, day in sorted(before.keys() | after.keys()):
        if before.get((agent, day)) != after.get((agent, day)) and (agent, day) not in listed:
            yield f"agent {agent}, {clock.day(day)}", "the rosters differ, expected a row of changes"


def _misjudged(case: Case, before: Days, changes: Changes) -> Iterator[tuple[str, str]]:
    clock = Clock(case.axis)
    today = case.axis.day_of(case.plan.as_of_minute)
    for row in changes.rows():
        where = f"agent {row['agent_id']}, {clock.day(row['day'])}"
        kind = _kind(
            row["before_starts_at"], row["before_ends_at"], row["after_starts_at"], row["after_ends_at"]
        )
        if row["change"] != kind:
            yield where, f"expected the change {kind}"
        absent = _by_absence(case, row["agent_id"], before.get((row["agent_id"], row["day"]), ()))
        if row["by_absence"] != absent:
            yield where, f"expected by_absence {str(absent).lower()}"
        soon = row["day"] - today < case.plan.notice_days
        if row["within_notice"] != soon:
            yield where, f"expected within_notice {str(soon).lower()}"


def _kind(old_start: int, old_end: int, new_start: int, new_end: int) -> str:
    if MISSING in (old_start, new_start):
        return "new" if old_start == MISSING else "cancelled"
    return "breaks" if (old_start, old_end) == (new_start, new_end) else "moved"
