"""The whole day as an event, and back."""

from __future__ import annotations

from datetime import datetime

from data.day.events import AddedSnapshot, AgentSnapshot, BreakSnapshot, SessionSnapshot, Snapshot
from data.day.minutes import instant_of, minutes_of
from data.day.records import AddedBooking, AgentNow, DayState, SessionNow
from data.model import Break, PlanningAxis


def from_snapshot(axis: PlanningAxis, state: DayState, snapshot: Snapshot) -> None:
    """Make the state what a snapshot says; only the hours of agents on standby are kept."""

    def maybe(instant: datetime | None) -> float | None:
        return None if instant is None else minutes_of(axis, instant)

    def whole(instant: datetime) -> int:
        return round(minutes_of(axis, instant))

    state.put_all(
        SessionNow(
            booking_id=s.booking_id,
            start=whole(s.start),
            planned_start=whole(s.planned_start),
            duration=s.duration_minutes,
            agent_id=s.agent_id,
            participants=s.participants,
            status=s.status,
            connected=s.connected,
            connected_at=maybe(s.connected_at),
            started_at=maybe(s.started_at),
            ended_at=maybe(s.ended_at),
            expected_end=maybe(s.expected_end),
            interrupted=s.interrupted,
        )
        for s in snapshot.sessions
    )
    known = state.agents
    state.agents = {
        a.agent_id: AgentNow(
            agent_id=a.agent_id,
            start=None if a.start is None else whole(a.start),
            end=None if a.end is None else whole(a.end),
            breaks=tuple(Break(whole(b.start), whole(b.end), b.kind) for b in a.breaks),
            breaks_taken=a.breaks_taken,
            standby=known[a.agent_id].standby if a.agent_id in known else None,
            called=a.called,
            on_break_since=maybe(a.on_break_since),
            gone_since=maybe(a.gone_since),
            gone_until=maybe(a.gone_until),
        )
        for a in snapshot.agents
    }
    state.added = {
        str(added.booking.get("booking_id", "")): AddedBooking(added.booking, added.participants)
        for added in snapshot.added
    }
    state.platform_down_since = maybe(snapshot.platform_down_since)
    state.platform_down_until = maybe(snapshot.platform_down_until)
    state.anomalies = []


def snapshot_of(axis: PlanningAxis, state: DayState, number: int) -> Snapshot:
    """The state as an event with a number."""

    def instant(minute: float) -> datetime:
        return instant_of(axis, minute)

    def maybe(minute: float | None) -> datetime | None:
        return None if minute is None else instant_of(axis, minute)

    return Snapshot(
        kind="snapshot",
        number=number,
        at=instant(state.now),
        sessions=tuple(
            SessionSnapshot(
                booking_id=s.booking_id,
                start=instant(s.start),
                planned_start=instant(s.planned_start),
                duration_minutes=s.duration,
                participants=s.participants,
                agent_id=s.agent_id,
                status=s.status,
                connected=s.connected,
                connected_at=maybe(s.connected_at),
                started_at=maybe(s.started_at),
                ended_at=maybe(s.ended_at),
                expected_end=maybe(s.expected_end),
                interrupted=s.interrupted,
            )
            for s in state.sessions.values()
        ),
        agents=tuple(
            AgentSnapshot(
                agent_id=a.agent_id,
                start=maybe(a.start),
                end=maybe(a.end),
                breaks=tuple(
                    BreakSnapshot(start=instant(b.start), end=instant(b.end), kind=b.kind) for b in a.breaks
                ),
                breaks_taken=a.breaks_taken,
                called=a.called,
                on_break_since=maybe(a.on_break_since),
                gone_since=maybe(a.gone_since),
                gone_until=maybe(a.gone_until),
            )
            for a in state.agents.values()
        ),
        added=tuple(
            AddedSnapshot(booking=dict(a.booking), participants=tuple(dict(p) for p in a.participants))
            for a in state.added.values()
        ),
        platform_down_since=maybe(state.platform_down_since),
        platform_down_until=maybe(state.platform_down_until),
    )
