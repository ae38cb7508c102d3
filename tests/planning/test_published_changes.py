"""Changing a published plan: few duties change, customers keep their starts, and the referee agrees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.files import BusyError, CannotWriteError, PlanFolder
from data.model import Absences, Bookings, Case, Participants
from data.referee import judge, judge_replanning
from optimizer.planning.edited_rosters import AddAbsence, SwapDuties, with_edits
from optimizer.planning.explaining import UnknownBookingError
from optimizer.planning.faults import IllegalRosterError
from optimizer.planning.published_changes import ChangedPlan, rebooked, replanned, with_starts_kept
from optimizer.planning.publishing import publish
from optimizer.roster.replanning import changes_of
from tests.dashboard.planned import LIMITS, planned_case, planned_folder


def starts(case: Case) -> dict[str, int]:
    return dict(zip(case.sessions.booking_id.tolist(), case.sessions.starts_at.tolist(), strict=True))


def absent_agent(case: Case) -> str:
    """Somebody who is on duty on the first day and has sessions then."""
    first = case.sessions.agent_id[case.sessions.starts_at < 1440]
    return str(first[0])


@pytest.fixture(scope="module")
def after_absence() -> ChangedPlan:
    case = planned_case()
    edits = [AddAbsence(absent_agent(case), 0, 1440)]
    return replanned(case, edits, case.plan.as_of, LIMITS)


def test_after_an_absence(after_absence: ChangedPlan) -> None:
    """No rule is broken, the absent agent is off, and whoever still can keeps the start."""
    case, changed = planned_case(), after_absence.case
    assert changed is not None
    assert judge(changed) == []
    gone = absent_agent(case)
    assert not any(duty.agent_id == gone and duty.start < 1440 for duty in changed.roster.duties)
    before, after = starts(case), starts(changed)
    assert set(after_absence.moved) == {
        name for name in before if after.get(name, before[name]) != before[name]
    }
    assert set(after_absence.dropped) == before.keys() - after.keys()
    assert set(after_absence.gained) == after.keys() - before.keys()
    kept = [name for name in before if after.get(name) == before[name]]
    assert len(kept) > 0.9 * len(before)
    lost = int(((case.sessions.agent_id == gone) & (case.sessions.starts_at < 1440)).sum())
    assert len(after_absence.moved) + len(after_absence.dropped) <= lost


def test_the_documents_tell_the_changes(after_absence: ChangedPlan) -> None:
    """Changes are told against the published roster, and the referee of replanning agrees with them."""
    case, changed = planned_case(), after_absence.case
    assert changed is not None
    told = after_absence.results["roster"]["changes"]
    table = changes_of(changed, case.roster, changed.roster)
    assert told["total"] + told["by_absence"] == len(table)
    assert judge_replanning(case, changed, table) == []
    assert "changes.csv" in after_absence.documents
    assert after_absence.results["allocate"]["placed"] == len(changed.sessions)
    assert changed.plan == case.plan


def test_a_lawful_swap_moves_sessions_to_other_agents() -> None:
    """The roster stays as edited; sessions whose agent has gone are held by others at the same time."""
    case = planned_case()
    agents = case.agents.agent_id.tolist()
    pairs = [(a, b) for a in agents for b in agents if a < b]
    lawful = None
    for a, b in pairs:
        edited = with_edits(case, [SwapDuties(a, b, 0)]) if case.roster.by_agent.get(a) else case
        faults = {found.rule for found in judge(edited)}
        if edited is not case and faults and faults <= {"DUTY", "BREAK-CROSSED", "SKILL"}:
            lawful = edited
            break
    assert lawful is not None
    found = with_starts_kept(case, lawful)
    assert found.case is not None
    assert judge(found.case) == []
    assert found.case.roster == lawful.roster


def test_every_alternative_can_be_booked() -> None:
    """What the schedule offers an unplaced booking can be had, and nobody else is moved for it."""
    case = planned_case()
    offered = [(row["booking_id"], start) for row in case.unplaced.rows() for start in row["alternatives"]]
    assert offered
    for booking, start in offered[:4]:
        found = rebooked(case, booking, start)
        assert found.case is not None
        assert judge(found.case) == []
        assert starts(found.case)[booking] == start
        assert found.moved == found.dropped == ()
        assert booking in found.gained
        row = found.case.bookings.position[booking]
        assert (found.case.bookings.pin[row], found.case.bookings.pinned_start[row]) == ("fixed", start)


def test_a_start_that_is_taken_is_refused() -> None:
    """At night nobody is on duty: there is no such plan, and the clash names the booking."""
    case = planned_case()
    booking = case.unplaced.booking_id[[bool(a) for a in case.unplaced.alternatives.tolist()]][0]
    found = rebooked(case, booking, 120)
    assert found.case is None
    assert found.clashes == (booking,)
    with pytest.raises(UnknownBookingError):
        rebooked(case, "b-nobody", 600)


@settings(max_examples=6)
@given(st.sets(st.integers(0, 9), min_size=1, max_size=2), st.integers(0, 1))
def test_sessions_after_any_loss_of_duties(lost: set[int], day: int) -> None:
    """Whatever duties go, the sessions found break no rule, and none moves whose agent stays."""
    case = planned_case()
    gone = {case.agents.agent_id[place] for place in lost}
    kept = [d for d in case.roster.duties if not (d.agent_id in gone and case.axis.day_of(d.start) == day)]
    planned = case.with_roster(replace(case.roster, duties=tuple(kept)))
    found = with_starts_kept(case, planned)
    if found.case is None:
        pins = dict(zip(case.bookings.booking_id.tolist(), case.bookings.pin.tolist(), strict=True))
        assert {pins[name] for name in found.clashes} == {"fixed"}
        return
    assert judge(found.case) == []
    held = {
        name: agent
        for name, agent, start in zip(
            case.sessions.booking_id.tolist(),
            case.sessions.agent_id.tolist(),
            case.sessions.starts_at.tolist(),
            strict=True,
        )
        if not (agent in gone and case.axis.day_of(start) == day)
    }
    assert not set(found.moved) & held.keys()


def test_publishing_an_absence(tmp_path: Path, after_absence: ChangedPlan) -> None:
    """The run is the current one; the absence is in the inputs, so that the next solve knows it."""
    folder = PlanFolder(planned_folder(tmp_path / "plan"))
    base = folder.current_run()
    assert after_absence.case is not None
    run = publish(
        folder,
        base,
        after_absence.case,
        "roster",
        after_absence.results,
        after_absence.documents,
        inputs=(Absences,),
    )
    assert folder.current_run() == run
    read = folder.read()
    assert read.absences.rows() == after_absence.case.absences.rows()
    assert starts(read) == starts(after_absence.case)
    assert judge(read) == []
    with pytest.raises(BusyError, match="somebody else"):
        publish(folder, base, after_absence.case, "roster", {})
    assert folder.current_run() == run


def test_publishing_a_booking(tmp_path: Path) -> None:
    """The start agreed with a customer survives: the next reading has the pin and the wider window."""
    case = planned_case()
    folder = PlanFolder(planned_folder(tmp_path / "plan"))
    row = next(row for row in case.unplaced.rows() if row["alternatives"])
    found = rebooked(case, row["booking_id"], row["alternatives"][0])
    assert found.case is not None
    publish(
        folder,
        folder.current_run(),
        found.case,
        "allocate",
        found.results,
        inputs=(Bookings, Participants),
    )
    read = folder.read()
    assert starts(read)[row["booking_id"]] == row["alternatives"][0]
    assert judge(read) == []


def test_nothing_unlawful_is_published(tmp_path: Path) -> None:
    case = planned_case()
    folder = PlanFolder(planned_folder(tmp_path / "plan"))
    base = folder.current_run()
    absent = AddAbsence(absent_agent(case), 0, 1440)(case)
    with pytest.raises(IllegalRosterError, match="ABSENCE"):
        publish(folder, base, absent, "roster", {}, inputs=(Absences,))
    assert folder.current_run() == base
    assert len(folder.read().absences) == len(case.absences)


def test_inputs_keep_their_format(tmp_path: Path) -> None:
    """A table that lies there as Parquet stays one; JSON is only read, so it is refused."""
    case = planned_case()
    folder = PlanFolder(planned_folder(tmp_path / "plan"))
    (folder.path / "absences.csv").unlink()
    (folder.path / "absences.parquet").write_bytes(b"")
    folder.replace_inputs(case, [Absences])
    assert not (folder.path / "absences.csv").exists()
    assert folder.read().absences.rows() == case.absences.rows()
    (folder.path / "absences.parquet").rename(folder.path / "absences.json")
    with pytest.raises(CannotWriteError, match=r"absences\.json"):
        folder.replace_inputs(case, [Absences])
