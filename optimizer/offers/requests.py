"""Requests of the protocol: one JSON object a line, checked field by field; values are never repeated."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from data.batch.fields import DAY_SECONDS, LONGEST_TEXT, Moment, Name, TimeWindow
from data.identity import masked
from data.model import SessionKind


class RequestError(Exception):
    """A request that is not carried out.

    Attributes:
        code: bad_request, not_possible, unknown_booking, conflict or key_reused.
        field: the field that is wrong, or "".
        reason: with not_possible: why.
        events: what happened to others meanwhile.
    """

    def __init__(self, code: str, message: str, field: str = "", reason: str = "") -> None:
        self.code, self.field, self.reason = code, field, reason
        self.events: list[dict[str, Any]] = []
        super().__init__(message)


class BadRequestError(Exception):
    """A line that is no request; with every field that is wrong and what was expected of it."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{field}: {message}" for field, message in problems))


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    now: Moment | None = Field(None, description="the present moment; only for tests and replays")

    @property
    def fingerprint(self) -> dict[str, Any]:
        """What makes two requests the same; the moment and raw identifiers are left out."""
        return self.model_dump(mode="json", exclude={"now", "order_number", "tax_id"})


class _OfBooking(_Request):
    """About one booking: by its surrogate, or by order number and CPF or CNPJ (R8, R14)."""

    booking: Name | None = None
    order_number: str | None = Field(None, max_length=LONGEST_TEXT, repr=False)
    tax_id: str | None = Field(None, max_length=LONGEST_TEXT, repr=False)


class _Described(_OfBooking):
    """About a booking that the plan folder may not know; then skill and duration are needed."""

    skill: str | None = Field(None, max_length=LONGEST_TEXT)
    duration_minutes: int | None = Field(None, ge=1, le=240)
    session: SessionKind | None = None
    participants: int | list[Name] | None = Field(
        None, description="surrogates of those who must attend, or how many there are"
    )
    priority: int | None = Field(None, ge=1, le=9)


class _Idempotent(_OfBooking):
    key: Name | None = Field(None, description="a repeated request with the same key is done once")


class Check(_Described):
    """Can this booking have this start?"""

    op: Literal["check"]
    start: Moment


class ListOffers(_Described):
    """Which starts can this booking have?"""

    op: Literal["offers"]


class Hold(_Described):
    """Keep a start while the customer chooses or pays."""

    op: Literal["hold"]
    key: Name
    start: Moment
    seconds: int = Field(600, ge=1, le=DAY_SECONDS)


class Confirm(_Idempotent):
    """Sell the start that is held or proposed."""

    op: Literal["confirm"]


class Release(_Idempotent):
    """Give up a hold, or decline a proposal."""

    op: Literal["release"]


class Cancel(_Idempotent):
    """Give up a session, a hold, or a place on the waiting list."""

    op: Literal["cancel"]


class Reschedule(_Idempotent):
    """Move a session to another start; it keeps its own if that is not possible."""

    op: Literal["reschedule"]
    start: Moment
    priority: int | None = Field(None, ge=1, le=9)


class Wait(_Described):
    """Be asked when a start in one of the windows becomes free."""

    op: Literal["wait"]
    key: Name | None = None
    windows: list[TimeWindow] = Field(min_length=1, max_length=50)
    seconds: int = Field(900, ge=1, le=DAY_SECONDS, description="time to answer a proposal")


class GetStatus(_OfBooking):
    """What has become of a booking?"""

    op: Literal["status"]


class Tick(_Request):
    """Nothing but the time: holds end, and the waiting list is asked."""

    op: Literal["tick"]


Request = Check | ListOffers | Hold | Confirm | Release | Cancel | Reschedule | Wait | GetStatus | Tick
Changing = Hold | Confirm | Release | Cancel | Reschedule | Wait

_ANY: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="op")])

_TELLING = {
    "json_invalid": "expected one JSON object",
    "union_tag_not_found": "expected an op",
    "union_tag_invalid": "expected check, offers, hold, confirm, release, cancel, reschedule, wait, status "
    "or tick",
    "extra_forbidden": "this op has no such field",
    "missing": "this op needs it",
}


def parse_request(line: bytes) -> Request:
    """Read a line.

    Raises:
        BadRequestError: with every field that is wrong.
    """
    try:
        return _ANY.validate_json(line)
    except ValidationError as error:
        raise BadRequestError([_problem(found) for found in error.errors(include_url=False)]) from None


def _problem(found: Any) -> tuple[str, str]:
    kind = found["type"]
    # Of a union the first part of the place is the op; list positions and types are no fields.
    place = [part for part in found["loc"][1:] if isinstance(part, str) and part.isidentifier()]
    place = [part for part in place if part != "int"]
    field = "op" if kind.startswith("union_tag") else ".".join(place)
    if kind == "extra_forbidden":
        field = masked(field)
    message = _TELLING.get(kind, masked(found["msg"].removeprefix("Value error, ")))
    if kind in ("dict_type", "model_type"):
        message = "expected a JSON object"
    return field, message
