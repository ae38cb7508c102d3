"""What programs say of a booking: of this, batch items and requests of `pontual offers` are made."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from data.batch.fields import DAY_SECONDS, LONGEST_TEXT, Moment, Name, TimeWindow
from data.model import SessionKind


class Part(BaseModel):
    """A part of a document: nothing but its fields, each of its own type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Named(Part):
    """By what a booking is named (R8, R14)."""

    booking: Name | None = Field(None, description="surrogate")
    order_number: str | None = Field(None, max_length=LONGEST_TEXT, repr=False)
    tax_id: str | None = Field(None, max_length=LONGEST_TEXT, repr=False, description="CPF or CNPJ")


class Described(Part):
    """What a booking is like that the plan may not know; then skill and duration are needed."""

    skill: str | None = Field(None, max_length=LONGEST_TEXT)
    duration_minutes: int | None = Field(None, ge=1, le=240)
    session: SessionKind | None = None
    participants: int | list[Name] | None = Field(
        None, description="surrogates of those who must attend, or how many there are"
    )
    priority: int | None = Field(None, ge=1, le=9)


class Held(Part):
    """A start to be kept for a while."""

    start: Moment
    seconds: int = Field(600, ge=1, le=DAY_SECONDS)


class Moved(Part):
    """Another start."""

    start: Moment
    priority: int | None = Field(None, ge=1, le=9)


class Awaited(Part):
    """Windows in which a start is waited for."""

    windows: list[TimeWindow] = Field(min_length=1, max_length=50)
    seconds: int = Field(900, ge=1, le=DAY_SECONDS, description="time to answer a proposal")
