"""The rules R1 to R26 of DOMAIN 1 in one list: what each asks for, and what enforces it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from data.calendars import install_email_due, opening_intervals
from data.eligibility.attendance import r19_holder_attends_alone
from data.eligibility.deceased import r25_court_decision_missing, r26_executor_certificate_missing
from data.eligibility.duration import occupations, r11_duration_outside_limits
from data.eligibility.facts import BookingFacts
from data.eligibility.identification import r07_not_identifiable
from data.eligibility.order import r01_unpaid, r02_earliest_start
from data.eligibility.proxy import (
    r22_proxy_incomplete,
    r23_proxy_days,
    r23_proxy_expired,
    r24_holder_replaced,
)
from data.eligibility.representation import (
    r13_holder_absent,
    r20_co_representative_absent,
    r21_holder_not_registered,
)
from data.identity import SurrogateKey, normalise_order_number, normalise_tax_id
from data.model.columns import BoolArray


class Stage(StrEnum):
    """Where a rule is enforced."""

    BOUNDARY = "boundary"
    """When data come in: keys, and what is never taken in."""

    ELIGIBILITY = "eligibility"
    """Before planning: the booking can't be served by video as it stands."""

    PLACEMENT = "placement"
    """While placing sessions: at which starts, for how long, with whom."""

    SIMULATION = "simulation"
    """On the day, as the simulation plays it."""

    NOTIFICATION = "notification"
    """In messages to customers, and by when they are due."""


@dataclass(frozen=True)
class Rule:
    """One rule of the issuer's.

    Attributes:
        number: its number in DOMAIN 1.
        title: what it asks for.
        stages: where it is enforced.
        check: for rules of eligibility, the function that tells which bookings break it.
        functions: other functions of this package that carry it out, if any.
    """

    number: int
    title: str
    stages: tuple[Stage, ...]
    check: Callable[[BookingFacts], BoolArray] | None = None
    functions: tuple[Callable[..., Any], ...] = ()

    @property
    def code(self) -> str:
        """Its name in results and messages, such as ``R7``."""
        return f"R{self.number}"


_BOUNDARY, _ELIGIBILITY, _PLACEMENT = Stage.BOUNDARY, Stage.ELIGIBILITY, Stage.PLACEMENT
_SIMULATION, _NOTIFICATION = Stage.SIMULATION, Stage.NOTIFICATION

RULES: tuple[Rule, ...] = (
    Rule(1, "Only paid orders are served", (_ELIGIBILITY,), check=r01_unpaid),
    Rule(
        2,
        "A session starts no earlier than the lead time after booking and planning",
        (_PLACEMENT,),
        functions=(r02_earliest_start,),
    ),
    Rule(3, "Documents are sent after booking; they may be missing on the day", (_SIMULATION, _NOTIFICATION)),
    Rule(
        4,
        "The link goes out shortly before the start, in the time of Brasília",
        (_PLACEMENT, _NOTIFICATION),
        functions=(opening_intervals,),
    ),
    Rule(5, "Customers come a little early, and may be served early", (_SIMULATION,)),
    Rule(
        6,
        "The e-mail for the installation comes within business days",
        (_NOTIFICATION,),
        functions=(install_email_due,),
    ),
    Rule(7, "All who attend have a CNH or biometrics", (_ELIGIBILITY,), check=r07_not_identifiable),
    Rule(
        8,
        "A booking is known by order number and CPF or CNPJ",
        (_BOUNDARY,),
        functions=(normalise_order_number, normalise_tax_id, SurrogateKey.booking),
    ),
    Rule(9, "Who comes without an identity document is not served", (_SIMULATION,)),
    Rule(10, "Customers attend from a quiet, well-lit place", (_SIMULATION,)),
    Rule(
        11,
        "A session lasts as long as its kind allows",
        (_ELIGIBILITY, _PLACEMENT),
        check=r11_duration_outside_limits,
    ),
    Rule(12, "One certificate a session, and one session an order", (_BOUNDARY, _PLACEMENT)),
    Rule(13, "The holder attends, and no other person instead", (_ELIGIBILITY,), check=r13_holder_absent),
    Rule(
        14,
        "Cancelling and rescheduling take the same two keys, however they are written",
        (_BOUNDARY,),
        functions=(normalise_order_number, SurrogateKey.booking),
    ),
    Rule(15, "Whom the issuer kept waiting is rebooked first", (_PLACEMENT, _SIMULATION)),
    Rule(16, "Messages go to the order's e-mail address, which never comes in", (_BOUNDARY, _NOTIFICATION)),
    Rule(
        17,
        "The agent is ready at the start: the set-up goes before it",
        (_PLACEMENT, _SIMULATION),
        functions=(occupations,),
    ),
    Rule(18, "A mobile device will do; its set-up may fail on the day", (_SIMULATION,)),
    Rule(
        19,
        "A holder whom the articles name administrator attends alone",
        (_ELIGIBILITY,),
        functions=(r19_holder_attends_alone,),
    ),
    Rule(
        20,
        "Those who represent a company jointly attend together",
        (_ELIGIBILITY, _PLACEMENT),
        check=r20_co_representative_absent,
    ),
    Rule(
        21,
        "A company's holder is the representative registered with the Receita",
        (_ELIGIBILITY,),
        check=r21_holder_not_registered,
    ),
    Rule(
        22,
        "A company's proxy attends together with the holder",
        (_ELIGIBILITY, _PLACEMENT),
        check=r22_proxy_incomplete,
    ),
    Rule(
        23,
        "The proxy is not too old on the day of the session",
        (_ELIGIBILITY, _PLACEMENT),
        check=r23_proxy_expired,
        functions=(r23_proxy_days,),
    ),
    Rule(24, "A proxy never replaces the holder", (_ELIGIBILITY,), check=r24_holder_replaced),
    Rule(
        25,
        "For a holder who has died, a representative comes with the court's decision",
        (_ELIGIBILITY,),
        check=r25_court_decision_missing,
    ),
    Rule(
        26,
        "For a company whose holder died unregistered, the executor comes with the certificate",
        (_ELIGIBILITY,),
        check=r26_executor_certificate_missing,
    ),
)
"""All rules, in the order of their numbers."""
