"""Events: what the booking system and the video platform tell of the day, one JSON object each.

Events are numbered by who sends them, 1, 2, 3 and so on, in the order in which things happened; so one that
comes late finds its place, one that comes twice is known, and one that is lost leaves a gap.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from data.day.records import Status

SCHEMA = "pontual/day-events@1.0"

Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(ge=1, description="place in the stream: 1, 2, 3 and so on, none left out")
    at: AwareDatetime = Field(description="when it happened")


class CustomerConnected(_Event):
    """A participant has entered the access code (R17)."""

    kind: Literal["customer_connected"]
    booking_id: Name
    participant_id: Name | None = Field(None, description="null: all who must attend are there")


class CustomerLeft(_Event):
    """The customer has gone again before the session began."""

    kind: Literal["customer_left"]
    booking_id: Name
    by_issuer: bool = Field(
        False, description="the issuer could not begin in time and rebooks the customer (R15)"
    )


class SessionStarted(_Event):
    """An agent has begun the session."""

    kind: Literal["session_started"]
    booking_id: Name
    agent_id: Name


class SessionEnded(_Event):
    """The session is over; the agent's wrap-up begins."""

    kind: Literal["session_ended"]
    booking_id: Name
    outcome: Literal["fulfilled", "failed_technical", "failed_documents"] | None = Field(
        None, description="how it ended; null: not told"
    )
    interrupted_minutes: float = Field(
        0.0, ge=0, le=480, allow_inf_nan=False, description="lost to a failure that was overcome"
    )


class SessionOverrunning(_Event):
    """The agent expects the session to go on for so long."""

    kind: Literal["session_overrunning"]
    booking_id: Name
    remaining_minutes: float = Field(ge=0, le=600, allow_inf_nan=False)


class NoShow(_Event):
    """The customer has not come within the tolerance."""

    kind: Literal["no_show"]
    booking_id: Name


class AgentGone(_Event):
    """An agent is not there who should be: ill, cut off, late. A session that runs is interrupted."""

    kind: Literal["agent_gone"]
    agent_id: Name
    until: AwareDatetime | None = Field(None, description="expected return; null: not known")


class AgentBack(_Event):
    """An agent who had gone is there again."""

    kind: Literal["agent_back"]
    agent_id: Name


class BreakStarted(_Event):
    """An agent has begun the next break."""

    kind: Literal["break_started"]
    agent_id: Name


class BreakEnded(_Event):
    """An agent is back from the break."""

    kind: Literal["break_ended"]
    agent_id: Name


class BookingCancelled(_Event):
    """The customer has cancelled (R14)."""

    kind: Literal["booking_cancelled"]
    booking_id: Name


class BookingAdded(_Event):
    """A booking with an appointment today that the plan does not have."""

    kind: Literal["booking_added"]
    booking: dict[str, Any] = Field(description="its row of bookings, by column")
    participants: tuple[dict[str, Any], ...] = Field(min_length=1, description="its rows of participants")
    start: AwareDatetime
    agent_id: str = Field("", description="empty: whoever is free")


class BookingRescheduled(_Event):
    """A booking has a new appointment, today or on another day."""

    kind: Literal["booking_rescheduled"]
    booking_id: Name
    start: AwareDatetime
    agent_id: str = Field("", description="empty: whoever is free")


class PlatformDown(_Event):
    """The video platform has failed for everybody. Sessions that run are interrupted."""

    kind: Literal["platform_down"]
    until: AwareDatetime | None = Field(None, description="expected end; null: not known")


class PlatformUp(_Event):
    """The video platform works again."""

    kind: Literal["platform_up"]


class SessionSnapshot(BaseModel):
    """A session of the day as the booking system knows it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    booking_id: Name
    start: AwareDatetime = Field(description="the appointment as the customer knows it")
    planned_start: AwareDatetime = Field(description="the appointment of the plan")
    duration_minutes: int = Field(ge=1, le=240)
    participants: tuple[Name, ...]
    agent_id: str = ""
    status: Status
    connected: tuple[Name, ...] = Field((), description="participants who are there")
    connected_at: AwareDatetime | None = None
    started_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    expected_end: AwareDatetime | None = None
    interrupted: bool = False


class BreakSnapshot(BaseModel):
    """A break as it is planned now."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: AwareDatetime
    end: AwareDatetime
    kind: Name


class AgentSnapshot(BaseModel):
    """An agent of the day as the booking system knows it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent_id: Name
    start: AwareDatetime | None = Field(None, description="of the duty; null: no duty today")
    end: AwareDatetime | None = None
    breaks: tuple[BreakSnapshot, ...] = ()
    breaks_taken: int = Field(0, ge=0)
    called: bool = False
    on_break_since: AwareDatetime | None = None
    gone_since: AwareDatetime | None = None
    gone_until: AwareDatetime | None = None


class AddedSnapshot(BaseModel):
    """A booking that the plan does not have: its row of bookings, and its rows of participants."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    booking: dict[str, Any]
    participants: tuple[dict[str, Any], ...]


class Snapshot(_Event):
    """The whole day as it stands: whatever was lost before does not matter any more."""

    kind: Literal["snapshot"]
    sessions: tuple[SessionSnapshot, ...]
    agents: tuple[AgentSnapshot, ...]
    added: tuple[AddedSnapshot, ...] = ()
    platform_down_since: AwareDatetime | None = None
    platform_down_until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Snapshot:
        holding = [s.agent_id for s in self.sessions if s.status is Status.RUNNING]
        for what, listed in (
            ("booking", [s.booking_id for s in self.sessions]),
            ("agent", [a.agent_id for a in self.agents]),
            ("running session of an agent", holding),
        ):
            if len(listed) != len(set(listed)):
                raise ValueError(f"expected each {what} once")
        return self


Event = Annotated[
    CustomerConnected
    | CustomerLeft
    | SessionStarted
    | SessionEnded
    | SessionOverrunning
    | NoShow
    | AgentGone
    | AgentBack
    | BreakStarted
    | BreakEnded
    | BookingCancelled
    | BookingAdded
    | BookingRescheduled
    | PlatformDown
    | PlatformUp
    | Snapshot,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads an event, and shows what is wrong with one that is none."""
