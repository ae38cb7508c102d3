"""What customers are told when their session changes: texts of the issuer with placeholders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from types import MappingProxyType

OPTION = "option"
"""One start that is offered, as a line of `{options}`; it has a `text` only."""

PARTS = ("subject", "email", "phone")
"""What each other message consists of: subject and text of the e-mail, and what to say on the telephone."""

LIMITS = ("phone_within_minutes", "patience_minutes")

MAILING: frozenset[str] = frozenset({"customer_name", "order_number", "issuer_name", "issuer_phone"})
"""Placeholders that stay as they are: only the issuer's own mailing knows the billing contact (R16)."""

FILLED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        OPTION: frozenset({"number", "start", "install_email_due"}),
        "delay": frozenset({"old_start", "new_start", "delay_minutes", "install_email_due"}),
        "new_time": frozenset({"old_start", "new_start", "options", "answer_by", "install_email_due"}),
        "rebook": frozenset({"old_start", "options", "answer_by"}),
        "no_option": frozenset({"old_start"}),
        "new_proxy": frozenset({"old_start", "proxy_last_day"}),
    }
)
"""For each message, the placeholders that are filled in."""

NEEDED: Mapping[str, str] = MappingProxyType(
    {
        OPTION: "start",
        "delay": "new_start",
        "new_time": "options",
        "rebook": "options",
        "new_proxy": "proxy_last_day",
    }
)
"""The placeholder without which a text says nothing; asked of everything but subjects."""


@dataclass(frozen=True)
class Message:
    """One message: subject and text of the e-mail, and what to say on the telephone."""

    subject: str
    email: str
    phone: str


@dataclass(frozen=True)
class ContactMessages:
    """How customers are contacted, and what they are told.

    Attributes:
        phone_within_minutes: a customer whose session begins sooner is called by telephone first.
        patience_minutes: how long after the appointment a customer who is there waits.
        option: one start that is offered.
        messages: by name, all of `FILLED` but the option.
    """

    phone_within_minutes: int
    patience_minutes: int
    option: str
    messages: Mapping[str, Message]


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with these placeholders filled in; those of the issuer's mailing stay.

    Raises:
        KeyError: for a placeholder that is neither given nor one of the mailing.
    """
    told = []
    for literal, name, _, _ in Formatter().parse(text):
        told.append(literal)
        if name is not None:
            told.append("{" + name + "}" if name in MAILING and name not in values else values[name])
    return "".join(told)
