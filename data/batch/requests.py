"""Request documents: what a program asks of `pontual batch`, one model a mode (docs/batch.md)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, model_validator

from data.batch.bookings import Awaited, Described, Held, Moved, Named, Part
from data.batch.fields import DAY_SECONDS, LONGEST_TEXT, Moment, Name, PlanName

REQUEST_SCHEMA = "pontual/batch-request@1.0"
MOST_ITEMS, MOST_ROWS = 1_000, 200_000
MOST_WORK, MOST_SECONDS = 100_000.0, float(7 * DAY_SECONDS)

Cell = str | int | float | bool | list[str] | None
Row = dict[Annotated[str, Field(max_length=LONGEST_TEXT)], Cell]


class OfBooking(Named):
    """One booking: by its surrogate, or by order number and CPF or CNPJ (R8, R14)."""

    @model_validator(mode="after")
    def _named_in_one_way(self) -> OfBooking:
        if (self.order_number is None) != (self.tax_id is None):
            raise ValueError("expected order_number and tax_id together")
        if self.booking is not None and self.order_number is not None:
            raise ValueError("expected booking or order_number, not both")
        return self

    @property
    def is_named(self) -> bool:
        """Whether a booking is meant, and not just a kind of booking."""
        return self.booking is not None or self.order_number is not None


class NamedBooking(OfBooking):
    """One booking, which must be named."""

    @model_validator(mode="after")
    def _named(self) -> NamedBooking:
        if not self.is_named:
            raise ValueError("expected booking, or order_number and tax_id")
        return self


class DescribedBooking(Described, OfBooking):
    """A booking that the plan may not know; then skill and duration are needed."""


class NamedDescribedBooking(DescribedBooking):
    """A booking that must be named, and that the plan may not know."""

    @model_validator(mode="after")
    def _named(self) -> NamedDescribedBooking:
        if not self.is_named:
            raise ValueError("expected booking, or order_number and tax_id")
        return self


class HoldItem(Held, NamedDescribedBooking):
    """A start to be kept while the customer chooses or pays."""


class RescheduleItem(Moved, NamedBooking):
    """A session that moves to another start; it keeps its own if that is not possible."""


class WaitItem(Awaited, NamedDescribedBooking):
    """A customer to be asked when a start in one of the windows becomes free."""


class _Request(Part):
    schema_: Literal["pontual/batch-request@1.0"] = Field(alias="schema")
    key: Name = Field(description="idempotency key: the same request sent again gets its first answer")
    plan: PlanName = Field(description="name of the plan in the store")
    now: Moment | None = Field(None, description="the present moment; null: the clock's, in whole seconds")
    deadline_seconds: float | None = Field(
        None,
        gt=0,
        le=MOST_SECONDS,
        allow_inf_nan=False,
        description="wall time for the answer: the best so far, with its gap",
    )
    why: str = Field("", max_length=500, description="reason of changes, for their history")


class _WithBookings(_Request):
    bookings: list[Row] = Field(
        [],
        max_length=MOST_ROWS,
        description="new bookings, or in the place of those with the same key: rows of the table of bookings "
        "by column (docs/tables.md), with order_number and tax_id instead of booking_id if wished",
    )
    participants: list[Row] = Field(
        [],
        max_length=MOST_ROWS,
        description="all participants of these bookings: rows of the table of participants, with cpf instead "
        "of participant_id if wished",
    )


class _Searching(_WithBookings):
    work: float | None = Field(
        None,
        gt=0,
        le=MOST_WORK,
        allow_inf_nan=False,
        description="work of the search, about seconds on a core; null: by what is to be decided",
    )
    seed: int = Field(1, ge=0, le=2**31 - 1)


class AllocateRequest(_Searching):
    """A start and an agent for each booking without a session; promised starts stay."""

    mode: Literal["allocate"]


class ReoptimiseRequest(_Searching):
    """The same, and as few sessions as possible move where that places more; fixed pins never do."""

    mode: Literal["reoptimise"]


class RosterRequest(_Searching):
    """Duties with breaks for every agent; sessions that are there stay, or move as in reoptimise."""

    mode: Literal["roster"]
    replan: bool = Field(False, description="few changes of the present roster")


class OffersRequest(_Request):
    """Which starts can be sold: of kinds of booking as a table that the store keeps, and of bookings."""

    mode: Literal["offers"]
    items: list[DescribedBooking] = Field([], max_length=MOST_ITEMS, description="bookings or kinds")
    table: bool = Field(True, description="the table of all kinds, kept in the store from now on")
    first_day: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    last_day: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    priority: int = Field(5, ge=1, le=9, description="of whom the table is for; 1 may use what is held back")


class HoldRequest(_WithBookings):
    """Keep starts while customers choose or pay."""

    mode: Literal["hold"]
    items: list[HoldItem] = Field(min_length=1, max_length=MOST_ITEMS)


class ConfirmRequest(_WithBookings):
    """Sell the starts that are held or proposed."""

    mode: Literal["confirm"]
    items: list[NamedBooking] = Field(min_length=1, max_length=MOST_ITEMS)


class ReleaseRequest(_Request):
    """Give up holds, or decline proposals."""

    mode: Literal["release"]
    items: list[NamedBooking] = Field(min_length=1, max_length=MOST_ITEMS)


class CancelRequest(_Request):
    """Give up sessions, holds and places on the waiting list (R14)."""

    mode: Literal["cancel"]
    items: list[NamedBooking] = Field(min_length=1, max_length=MOST_ITEMS)


class RescheduleRequest(_Request):
    """Move sessions to other starts (R14)."""

    mode: Literal["reschedule"]
    items: list[RescheduleItem] = Field(min_length=1, max_length=MOST_ITEMS)


class WaitRequest(_WithBookings):
    """Put customers on the waiting list."""

    mode: Literal["wait"]
    items: list[WaitItem] = Field(min_length=1, max_length=MOST_ITEMS)


GivingUpRequest = ReleaseRequest | CancelRequest
SellingRequest = HoldRequest | ConfirmRequest | GivingUpRequest | RescheduleRequest | WaitRequest
SearchingRequest = AllocateRequest | ReoptimiseRequest | RosterRequest
Request = SearchingRequest | OffersRequest | SellingRequest

REQUEST: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="mode")])
"""Reads a request of any mode."""

MODES = (
    "allocate",
    "reoptimise",
    "roster",
    "offers",
    "hold",
    "confirm",
    "release",
    "cancel",
    "reschedule",
    "wait",
)


def request_schema() -> dict[str, Any]:
    """The JSON Schema of request documents."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": REQUEST_SCHEMA,
        "title": "Request to pontual batch",
        **REQUEST.json_schema(by_alias=True, mode="validation"),
    }
