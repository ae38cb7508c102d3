"""Requests of the protocol: one JSON object a line, checked field by field; values are never repeated."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from data.batch.bookings import Awaited, Described, Held, Moved, Named, Part
from data.batch.fields import Moment, Name
from data.identity import masked


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


class _Request(Part):
    now: Moment | None = Field(None, description="the present moment; only for tests and replays")

    @property
    def fingerprint(self) -> dict[str, Any]:
        """What makes two requests the same; the moment and raw identifiers are left out."""
        return self.model_dump(mode="json", exclude={"now", "order_number", "tax_id"})


class _OfBooking(Named, _Request):
    """About one booking: by its surrogate, or by order number and CPF or CNPJ (R8, R14)."""


class _Described(Described, _OfBooking):
    """About a booking that the plan folder may not know; then skill and duration are needed."""


class _Idempotent(_OfBooking):
    key: Name | None = Field(None, description="a repeated request with the same key is done once")


class Check(_Described):
    """Can this booking have this start?"""

    op: Literal["check"]
    start: Moment


class ListOffers(_Described):
    """Which starts can this booking have?"""

    op: Literal["offers"]


class _Keyed(_Described):
    key: Name


class Hold(Held, _Keyed):
    """Keep a start while the customer chooses or pays."""

    op: Literal["hold"]


class Confirm(_Idempotent):
    """Sell the start that is held or proposed."""

    op: Literal["confirm"]


class Release(_Idempotent):
    """Give up a hold, or decline a proposal."""

    op: Literal["release"]


class Cancel(_Idempotent):
    """Give up a session, a hold, or a place on the waiting list."""

    op: Literal["cancel"]


class Reschedule(Moved, _Idempotent):
    """Move a session to another start; it keeps its own if that is not possible."""

    op: Literal["reschedule"]


class Wait(Awaited, _Described):
    """Be asked when a start in one of the windows becomes free."""

    op: Literal["wait"]
    key: Name | None = None


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
