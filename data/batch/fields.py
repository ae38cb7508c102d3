"""Fields that documents of programs share: names that are no personal data, moments with their offset."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from data.identity import masked

LONGEST_TEXT = 100
FIRST_YEAR, LAST_YEAR = 2000, 2099
DAY_SECONDS = 86_400


def _not_personal(text: str) -> str:
    if masked(text) != text or not text.isprintable() or text != text.strip() or not text:
        raise ValueError("expected a surrogate or an identifier without personal data or blanks at its ends")
    return text


def _in_our_time(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"expected a moment from {FIRST_YEAR} to {LAST_YEAR}, with its offset")
    return moment


Name = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_not_personal)]
"""A surrogate or an identifier."""

PlanName = Annotated[str, Field(max_length=200), AfterValidator(_not_personal)]
"""The name of a plan in the store."""

Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
"""An instant with its offset."""


class TimeWindow(BaseModel):
    """A time in which the session may take place."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    earliest: Moment = Field(description="earliest start")
    ends_by: Moment = Field(description="by when the session must have ended")
