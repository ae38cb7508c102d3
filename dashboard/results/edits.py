"""What a planner is changing: edits that are not published yet, in words and against the referee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dashboard.results.summary import share_of
from dashboard.texts import Texts
from data.coverage import coverage
from data.model import Case, Changes, Roster
from data.referee import Violation, judge_roster, judge_schedule
from optimizer.planning.edited_rosters import AddAbsence, Edit, MoveDuty, PinDuty, SwapDuties, with_edits
from optimizer.roster.replanning.changes import touches


@dataclass(frozen=True)
class Draft:
    """Edits of one reader.

    Attributes:
        base: the run that they are made to; None: the plan folder has none.
        edits: in order.
    """

    base: Path | None
    edits: tuple[Edit, ...] = ()

    def with_edit(self, edit: Edit) -> Draft:
        """One more edit."""
        return replace(self, edits=(*self.edits, edit))

    def without_last(self) -> Draft:
        """The last edit taken back."""
        return replace(self, edits=self.edits[:-1])


@dataclass(frozen=True)
class JudgedDraft:
    """A draft as the referee sees it.

    Attributes:
        case: after the edits.
        of_roster, of_sessions: rules that its roster and its sessions break.
        covered_before, covered_after: shares of the requirement, of the published roster and this one.
    """

    case: Case
    of_roster: tuple[Violation, ...]
    of_sessions: tuple[Violation, ...]
    covered_before: float
    covered_after: float


def judged_draft(case: Case, draft: Draft) -> JudgedDraft:
    """Apply the edits and have the outcome judged.

    Raises:
        EditError: when an edit does not fit the case any more.
    """
    edited = with_edits(case, draft.edits)
    return JudgedDraft(
        edited,
        tuple(judge_roster(edited)),
        tuple(judge_schedule(edited)),
        covered_share(case),
        covered_share(edited),
    )


def covered_share(case: Case) -> float:
    """Share of the requirement that is covered by those who come, cut off; 1 where nothing is required."""
    found = coverage(_without_absent(case))
    return share_of(found.covered, found.required) if found.required else 1.0


def _without_absent(case: Case) -> Case:
    """The case without the duties whose agent is absent for some of the time."""
    absences: dict[str, list[tuple[int, int]]] = {}
    for row in case.absences.rows():
        absences.setdefault(row["agent_id"], []).append((row["starts_at"], row["ends_at"]))
    kept = [duty for duty in case.roster.duties if not touches(duty, absences.get(duty.agent_id, ()))]
    return case.with_roster(Roster.of(kept))


def edit_words(edit: Edit, case: Case, texts: Texts) -> str:
    """One edit in a sentence."""

    def moment(minute: int) -> str:
        return texts.instant(case.axis.instant_of(minute))

    def day(number: int) -> str:
        return texts.short_day(case.axis.date_of(number))

    match edit:
        case MoveDuty(agent, on, start):
            return texts.say("edit.said_move", agent=agent, day=day(on), start=moment(start))
        case SwapDuties(agent, other, on):
            return texts.say("edit.said_swap", agent=agent, other=other, day=day(on))
        case PinDuty(agent, on, pinned):
            key = "edit.said_pin" if pinned else "edit.said_unpin"
            return texts.say(key, agent=agent, day=day(on))
        case AddAbsence(agent, start, end):
            return texts.say("edit.said_absence", agent=agent, start=moment(start), end=moment(end))


def duty_words(case: Case, agent_id: str, day: int, texts: Texts) -> str:
    """What an agent has on a day."""
    axis = case.axis
    for duty in case.roster.by_agent.get(agent_id, ()):
        if axis.day_of(duty.start) == day:
            ends = (texts.clock(axis.minute_of_day(minute)) for minute in (duty.start, duty.end))
            key = "edit.has_pinned_duty" if duty.pinned else "edit.has_duty"
            return texts.say(key, agent=agent_id, span="\u2013".join(ends))
    return texts.say("edit.has_no_duty", agent=agent_id)


def change_rows(changes: Changes, case: Case, texts: Texts) -> list[tuple[str, str, str, str, str, str]]:
    """Changed duties: agent, day, what changes, before, after, and a mark where the agent must be told."""
    axis = case.axis

    def span(start: int, end: int) -> str:
        if start < 0:
            return ""
        return "\u2013".join(texts.clock(axis.minute_of_day(minute)) for minute in (start, end))

    def told(row: Mapping[str, Any]) -> bool:
        gone_by_absence = row["by_absence"] and row["after_starts_at"] < 0
        return row["within_notice"] and not gone_by_absence

    return [
        (
            row["agent_id"],
            texts.short_day(axis.date_of(row["day"])),
            texts.label("change", row["change"]),
            span(row["before_starts_at"], row["before_ends_at"]),
            span(row["after_starts_at"], row["after_ends_at"]),
            "\u2713" if told(row) else "",
        )
        for row in changes.rows()
    ]
