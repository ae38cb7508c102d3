"""Shift types: the times of day at which an issuer works, where it does not choose them freely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from data.model.columns import Day, IntArray, Integer, Table, Text, TextArray, TimeOfDay, Tokens, column

MOST_PRICE: Final = 10_000
"""The highest price of a missing or a superfluous agent, and of a unit of weight of a wish."""


@dataclass(frozen=True, eq=False)
class ShiftTypes(Table):
    """The shift types of the issuer. When there are any, every duty is of exactly one of them.

    A duty is of a type when it starts at the type's time of day and lasts as long. Its breaks are those of
    the labour regime.
    """

    TABLE: ClassVar[str] = "shift_types"

    shift_type: TextArray = column(Text(), "name of the shift type", key=True)
    starts: IntArray = column(TimeOfDay(), "start of the duties, in the service's time zone; on the grid")
    minutes: IntArray = column(
        Integer(5, 1440), "from start to end, meals included; on the grid; may pass midnight"
    )
    not_followed_by: TextArray = column(
        Tokens(),
        "shift types that may not be worked on the day after this one, with | between them",
        optional=True,
    )


@dataclass(frozen=True, eq=False)
class ShiftLimits(Table):
    """How many duties of a shift type the agents of a contract may have; no row, no limit."""

    TABLE: ClassVar[str] = "shift_limits"

    contract_id: TextArray = column(Text(), "the contract", key=True, refers_to="contracts.contract_id")
    shift_type: TextArray = column(Text(), "the shift type", key=True, refers_to="shift_types.shift_type")
    most: IntArray = column(Integer(0, 62), "most duties of the type that start in the horizon; 0: never")


@dataclass(frozen=True, eq=False)
class ShiftDemand(Table):
    """Agents required to work a duty of a shift type, whatever their skills; no row, nothing is asked."""

    TABLE: ClassVar[str] = "shift_demand"

    date: IntArray = column(Day(), "day on which the duties start", key=True)
    shift_type: TextArray = column(Text(), "the shift type", key=True, refers_to="shift_types.shift_type")
    required: IntArray = column(Integer(0, 100_000), "agents required")
    under_price: IntArray = column(
        Integer(0, MOST_PRICE), "price of each agent missing", optional=True, default=1
    )
    over_price: IntArray = column(
        Integer(0, MOST_PRICE), "price of each agent beyond those required", optional=True, default=1
    )
