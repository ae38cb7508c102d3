"""Checks what a simulation recorded, from the records and the case alone."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise

from data.model import Case, Scenario
from simulation import OUTCOMES, SimulationResult

WALK_UPS = ("walk_up_served", "walk_up_failed", "walk_up_turned_away")
REBOOKED = ("rebooked_by_issuer", "rebooked_same_day")
STARTED = {"fulfilled", "failed_technical", "failed_documents"}


def check_day(case: Case, scenario: Scenario, result: SimulationResult) -> None:
    """Assert every rule of the day that records can show."""
    walk_ups = [record for record in result.records if math.isnan(record.appointed)]
    for walk_up in walk_ups:
        assert walk_up.outcome in WALK_UPS
        assert (walk_up.outcome != "walk_up_turned_away") == (walk_up.agent_id != "")
        if walk_up.outcome == "walk_up_turned_away":
            assert walk_up.ended - walk_up.arrived == walk_up.wait <= scenario.walk_up_limit + 1e-6
        else:
            assert walk_up.wait == walk_up.started - walk_up.arrived
    records = [record for record in result.records if not math.isnan(record.appointed)]
    assert sorted(r.booking_id for r in records) == sorted(case.sessions.booking_id)
    for record in records:
        assert record.outcome in set(OUTCOMES) - set(WALK_UPS)
        assert (not math.isnan(record.started)) == (record.agent_id != "")
        assert record.outcome not in STARTED or record.agent_id
        assert record.outcome in (*STARTED, *REBOOKED) or not record.agent_id
        assert not math.isnan(record.ended)
        if record.outcome == "cancelled":
            assert math.isnan(record.wait)
            assert math.isnan(record.arrived)
            assert record.ended <= record.appointed
        elif record.outcome == "no_show":
            assert math.isnan(record.wait)
            assert math.isnan(record.arrived) or record.arrived > record.appointed + scenario.late_tolerance
        else:
            assert record.arrived <= record.appointed + scenario.late_tolerance
            assert 0 <= record.wait <= scenario.rebooking_after + 1e-6
        if record.outcome in STARTED:
            assert record.arrived <= record.started <= record.ended
            assert scenario.allow_early_start or record.started >= record.appointed
            assert record.wait <= max(record.started - max(record.arrived, record.appointed), 0)
    _check_agents(case, scenario, result)
    _check_participants(case, result)
    _check_breaks(case, result)


def _check_agents(case: Case, scenario: Scenario, result: SimulationResult) -> None:
    """Nobody does two things at once, or works outside a duty, or without the skill, or for another pool."""
    rows = result.activities.frame().to_dict("records")
    by_agent = defaultdict(list)
    work = defaultdict(list)
    for row in rows:
        by_agent[row["agent_id"]].append((row["starts_at"], row["ends_at"]))
        if row["booking_id"]:
            work[row["booking_id"]].append(row)
    for agent, pieces in by_agent.items():
        pieces.sort()
        for (_, ends), (starts, _) in pairwise(pieces):
            assert ends <= starts, f"{agent} does two things at once"
        starts_of_duties = sorted(case.duties.starts_at[case.duties.agent_id == agent])
        assert pieces[0][0] >= starts_of_duties[0]
    nominal = dict(zip(case.sessions.booking_id, case.sessions.agent_id, strict=True))
    agents = {row["agent_id"]: row for row in case.agents.rows()}
    skill = dict(zip(case.bookings.booking_id, case.bookings.skill, strict=True))
    for record in result.records:
        if record.outcome in (*WALK_UPS, *REBOOKED):
            continue
        done = {row["activity"]: row for row in work[record.booking_id]}
        for row in done.values():
            doer = agents[row["agent_id"]]
            assert skill[record.booking_id] in doer["skills"].split("|")
            if result.policy == "own_list" or not doer["pool"]:
                assert doer["agent_id"] == nominal[record.booking_id]
            else:
                assert doer["pool"] == agents[nominal[record.booking_id]]["pool"]
        if record.outcome in STARTED:
            assert done["set_up"]["ends_at"] - done["set_up"]["starts_at"] == 5
            assert done["set_up"]["ends_at"] <= record.started
            assert done["wrap_up"]["starts_at"] == record.ended
            assert done["wrap_up"]["ends_at"] == record.ended + 3
            assert {done[a]["agent_id"] for a in ("session", "wrap_up")} == {record.agent_id}
            assert (done["session"]["starts_at"], done["session"]["ends_at"]) == (
                record.started,
                record.ended,
            )


def _check_participants(case: Case, result: SimulationResult) -> None:
    """No person is in two sessions at once."""
    held = {r.booking_id: (r.started, r.ended) for r in result.records if r.outcome in STARTED}
    by_person = defaultdict(list)
    for row in case.participants.rows():
        if row["booking_id"] in held:
            by_person[row["participant_id"]].append(held[row["booking_id"]])
    for pieces in by_person.values():
        pieces.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(pieces))


def _check_breaks(case: Case, result: SimulationResult) -> None:
    """Agents who come take each of their breaks whole, not before its time, unless they work too long for it
    to end by the end of the duty."""
    taken = defaultdict(list)
    work_ends: dict[str, float] = {}
    for row in result.activities.frame().to_dict("records"):
        if row["booking_id"]:
            work_ends[row["agent_id"]] = row["ends_at"]
        else:
            taken[row["agent_id"]].append(
                (row["ends_at"] - row["starts_at"], row["activity"], row["starts_at"])
            )
    if case.plan.days > 1:
        return
    end = dict(zip(case.duties.agent_id, case.duties.ends_at.tolist(), strict=True))
    for row in case.breaks.rows():
        agent, minutes = row["agent_id"], row["ends_at"] - row["starts_at"]
        if agent in work_ends:
            found = [start for *what, start in taken[agent] if what == [minutes, row["kind"]]]
            assert len(found) <= 1
            assert all(row["starts_at"] <= start <= end[agent] - minutes for start in found)
            assert found or work_ends[agent] > end[agent] - minutes
