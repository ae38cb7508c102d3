"""Result documents: what `pontual batch` answers (docs/batch.md)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

RESULT_SCHEMA = "pontual/batch-result@1.0"

Outcome = Literal["done", "infeasible", "no_plan", "refused", "enqueued"]
"""infeasible: proven that nothing can satisfy the rules, and nothing was changed; no_plan: none was found in
time; refused: the request was not carried out; enqueued: it will be answered by `--pending`."""

Change = Literal["placed", "moved", "agent_changed", "length_changed", "removed"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(_Part):
    """One thing that is wrong with the request, or with what it refers to."""

    file: str = Field("", description="request, bookings, participants, or a table of the store")
    row: int | None = Field(None, description="the first row is 2")
    column: str = ""
    value: str = Field("", description="personal data masked")
    expected: str = ""
    sentence: str


class Error(_Part):
    """Why a request was refused."""

    exit_code: int
    kind: str
    message: str
    problems: list[Problem] = []


class Level(_Part):
    """A level of the objective with its proven bound, the most important first."""

    name: str
    sense: Literal["minimise", "maximise"]
    objective: float
    bound: float
    gap: float


class Search(_Part):
    """How a search went."""

    status: str = Field(description="optimal, feasible, interrupted, infeasible or no_solution_in_time")
    engine: str
    limited_by: str
    levels: list[Level]
    clashes: list[str] = Field(description="what cannot hold together")


class SessionState(_Part):
    """A session."""

    start: str
    agent_id: str
    duration_minutes: int


class SessionChanged(_Part):
    """What became of a booking's session, and why."""

    booking: str
    change: Change
    before: SessionState | None = None
    after: SessionState | None = None
    why: str


class UnplacedBooking(_Part):
    """A booking without a session, and why."""

    booking: str
    reason: str
    rules: list[str] = []
    alternatives: list[str] = Field([], description="nearest starts that could still be offered")


class StartOffered(_Part):
    """A start that can be sold, and how many times."""

    start: str
    count: int
    exact: bool = Field(description="false: there may be more")


class OfferOfKind(_Part):
    """What can be sold of a kind of booking."""

    skill: str
    session: str
    duration_minutes: int
    participants: int
    starts: list[StartOffered]
    undecided: list[str] = Field([], description="not decided within the limits, and so not offered")


class ItemAnswer(_Part):
    """What became of one item of the request, in their order."""

    ok: bool
    booking: str | None = None
    status: str | None = Field(
        None, description="sold, held, proposed, waiting, released, expired, cancelled or unsold"
    )
    start: str | None = None
    until: str | None = None
    position: int | None = Field(None, description="on the waiting list")
    repeated: bool = Field(False, description="it was so before")
    error: str | None = Field(
        None, description="bad_request, not_possible, unknown_booking or conflict; deadline: not looked at"
    )
    reason: str | None = None
    field: str | None = None
    message: str | None = None
    starts: list[StartOffered] | None = None
    undecided: list[str] | None = None


class EventOfOthers(_Part):
    """What happened to a booking that the request does not name: pass it on to the customer."""

    event: str = Field(description="expired or proposed")
    booking: str
    start: str | None = None
    until: str | None = None


class RosterMade(_Part):
    """The roster in figures."""

    agents: int
    duties: int
    required: int
    covered: int
    under: int
    over: int
    search: Search


class Timings(_Part):
    """Seconds; all that differs between runs of the same request on the same store."""

    total: float
    steps: dict[str, float]


class BatchResult(_Part):
    """The answer to a request."""

    schema_: Literal["pontual/batch-result@1.0"] = Field("pontual/batch-result@1.0", alias="schema")
    outcome: Outcome
    exit_code: int = Field(description="of the process that answered first")
    key: str | None = None
    mode: str | None = None
    plan: str | None = None
    input_hash: str | None = Field(None, description="SHA-256 of the request, personal data replaced")
    now: str | None = Field(None, description="the moment for which the answer holds")
    reproducible: bool = Field(
        True, description="the same request, at this moment on the same store, gets the same answer"
    )
    solver_version: str = ""
    run_id: str | None = Field(None, description="of the run that the store remembers")
    revision: int | None = Field(None, description="of the plan, once the request was carried out")
    search: Search | None = None
    roster: RosterMade | None = None
    changes: list[SessionChanged] = Field([], description="by booking")
    unplaced: list[UnplacedBooking] = Field([], description="all that the plan leaves out, by booking")
    answers: list[ItemAnswer] = []
    events: list[EventOfOthers] = []
    offers: list[OfferOfKind] = []
    not_computed: list[str] = Field([], description="days of which the deadline left no time for offers")
    error: Error | None = None
    timings: Timings


def result_schema() -> dict[str, Any]:
    """The JSON Schema of result documents."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": RESULT_SCHEMA,
        **BatchResult.model_json_schema(by_alias=True, mode="serialization"),
        "title": "Result of pontual batch",
    }
