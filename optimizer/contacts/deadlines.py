"""By when a customer is to be reached, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from data.model import ServicePolicy
from data.model.contact_messages import ContactMessages
from optimizer.contacts.alternatives import Alternative
from optimizer.contacts.changes import Change

Channel = Literal["phone", "email"]
Occasion = Literal["answer", "link_mail", "start", "leaves", "at_once"]


@dataclass(frozen=True)
class Deadline:
    """The latest moment at which it is of use to reach somebody, in minutes, and what happens then."""

    by: int
    occasion: Occasion


def deadline(
    change: Change,
    first: Alternative | None,
    policy: ServicePolicy,
    messages: ContactMessages,
    now: float,
) -> Deadline:
    """By when the customer is to be reached.

    Before a customer who is there would leave; else before the e-mail with the link (R4), when the session is
    moved and the link has not gone out yet; else before it would begin. Of a session that is moved to an
    earlier time that start counts. The first alternative is of use only while it can be agreed to.
    """
    found = _before_it_is_noticed(change, policy, messages, now)
    if first is not None and int(now) < first.answer_by < found.by:
        return Deadline(first.answer_by, "answer")
    return found


def _before_it_is_noticed(
    change: Change, policy: ServicePolicy, messages: ContactMessages, now: float
) -> Deadline:
    session = change.session
    candidates: list[Deadline]
    if session.connected:
        since = session.start if session.connected_at is None else max(session.start, session.connected_at)
        candidates = [Deadline(int(since) + messages.patience_minutes, "leaves")]
    elif change.kind == "delay":
        candidates = [Deadline(change.before, "start")]
    else:
        soonest = sooner_start(change)
        candidates = [
            Deadline(soonest - policy.link_lead_minutes, "link_mail"),
            Deadline(soonest, "start"),
        ]
    return next((one for one in candidates if one.by > now), Deadline(int(now), "at_once"))


def channels(
    change: Change, found: Deadline, messages: ContactMessages, now: float
) -> tuple[Channel, Channel]:
    """The first and the second channel: the telephone first where the start or the deadline is near."""
    near = min(sooner_start(change), found.by) - now < messages.phone_within_minutes
    return ("phone", "email") if near else ("email", "phone")


def sooner_start(change: Change) -> int:
    """The sooner of the start that the customer knows and the one instead."""
    return change.before if change.after is None else min(change.before, change.after)
