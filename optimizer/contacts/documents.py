"""A contact list as a document, as a table, and read back as far as the next list needs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from data.model import MISSING, Contacts, PlanningAxis, joined
from optimizer.contacts.alternatives import Alternative
from optimizer.contacts.changes import AgentNotice
from optimizer.contacts.standing import HeldPlace
from optimizer.contacts.texts import CATALOGUES, say
from optimizer.contacts.wording import local_times

if TYPE_CHECKING:
    from optimizer.contacts.contact_list import Contact, ContactList

SCHEMA = "pontual/contact-list@1.0"


def list_document(listed: ContactList, language: str) -> dict[str, Any]:
    """The whole list; instants have offsets."""
    return {
        "schema": SCHEMA,
        "now": listed.axis.instant_of(int(listed.now)).isoformat(),
        "language": language,
        "contacts": [_contact(listed.axis, contact, language) for contact in listed.contacts],
        "agents": [_notice(listed.axis, notice, language) for notice in listed.notices],
    }


def held_places(documents: Iterable[Mapping[str, Any]], axis: PlanningAxis) -> list[HeldPlace]:
    """The places that entries of `contacts` in documents keep for their customers."""

    def minute(text: str) -> int:
        return axis.minute_of(datetime.fromisoformat(text))

    return [
        HeldPlace(contact["booking"], one["agent"], minute(one["start"]), minute(one["answer_by"]))
        for contact in documents
        for one in contact["alternatives"]
        if not one["decided"]
    ]


def contacts_table(listed: ContactList) -> Contacts:
    """The customers, one a row, in order."""
    return Contacts.from_rows(_row(listed.axis, contact) for contact in listed.contacts)


def _row(axis: PlanningAxis, contact: Contact) -> dict[str, Any]:
    change, offer = contact.change, contact.offer
    due, last = contact.install_email_due, offer.proxy_last_day
    return {
        "contact_id": change.contact_id,
        "booking_id": change.booking_id,
        "change": change.kind,
        "by": contact.deadline.by,
        "by_reason": contact.deadline.occasion,
        "priority": contact.priority,
        "channel": contact.channel,
        "second_channel": contact.second_channel,
        "before_starts_at": change.before,
        "after_starts_at": MISSING if change.after is None else change.after,
        "alternatives": tuple(one.start for one in offer.alternatives),
        "install_email_due": MISSING if due is None else axis.day_number(due),
        "no_alternative": offer.reason,
        "rules": joined(offer.rules),
        "proxy_last_day": MISSING if last is None else axis.day_number(last),
    }


def _contact(axis: PlanningAxis, contact: Contact, language: str) -> dict[str, Any]:
    change, offer = contact.change, contact.offer
    due, last = contact.install_email_due, offer.proxy_last_day
    return {
        "contact_id": change.contact_id,
        "booking": change.booking_id,
        "change": change.kind,
        "by": _instant(axis, contact.deadline.by),
        "by_reason": contact.deadline.occasion,
        "priority": contact.priority,
        "channel": contact.channel,
        "second_channel": contact.second_channel,
        "before": _instant(axis, change.before),
        "after": None if change.after is None else _instant(axis, change.after),
        "agent": change.agent_id or None,
        "connected": bool(change.session.connected),
        "install_email_due": None if due is None else due.isoformat(),
        "alternatives": [_alternative(axis, one, contact.zones) for one in offer.alternatives],
        "no_alternative": offer.reason or None,
        "rules": list(offer.rules),
        "proxy_last_day": None if last is None else last.isoformat(),
        "message": {
            "language": "pt-BR",
            "subject": contact.message.subject,
            "email": contact.message.email,
            "phone": contact.message.phone,
        },
        "sentence": contact_sentence(axis, contact, language),
    }


def _alternative(axis: PlanningAxis, one: Alternative, zones: tuple[str, ...]) -> dict[str, Any]:
    return {
        "start": _instant(axis, one.start),
        "local": [
            {"zone": local.zone, "start": local.at.isoformat()}
            for local in local_times(axis.instant_of(one.start), zones)
        ],
        "agent": one.agent_id,
        "answer_by": _instant(axis, one.answer_by),
        "install_email_due": one.install_email_due.isoformat(),
        "decided": one.decided,
    }


def _notice(axis: PlanningAxis, notice: AgentNotice, language: str) -> dict[str, Any]:
    return {
        "notice_id": notice.notice_id,
        "agent": notice.agent_id,
        "notice": notice.kind,
        "by": _instant(axis, notice.by),
        "start": _instant(axis, notice.start),
        "end": _instant(axis, notice.end),
        "before": None if notice.before is None else _instant(axis, notice.before),
        "sentence": notice_sentence(axis, notice, language),
    }


def contact_sentence(axis: PlanningAxis, contact: Contact, language: str) -> str:
    """One contact as a planner reads it."""
    change = contact.change
    told = [
        say(
            language,
            f"change.{change.kind}",
            before=_moment(axis, change.before, language),
            after="" if change.after is None else _moment(axis, change.after, language),
            minutes=0 if change.after is None else change.after - change.before,
        ),
        *_offer_words(axis, contact, language),
    ]
    return say(
        language,
        "contact",
        channel=say(language, f"channel.{contact.channel}"),
        booking=change.booking_id,
        by=_moment(axis, contact.deadline.by, language),
        occasion=say(language, f"occasion.{contact.deadline.occasion}"),
        change="; ".join(told),
    )


def _offer_words(axis: PlanningAxis, contact: Contact, language: str) -> Iterator[str]:
    offer = contact.offer
    if offer.alternatives:
        starts = ", ".join(_moment(axis, one.start, language) for one in offer.alternatives)
        yield say(language, "alternatives", starts=starts)
    elif offer.reason:
        reason = say(
            language,
            f"reason.{offer.reason}",
            rules=", ".join(offer.rules),
            day="" if offer.proxy_last_day is None else offer.proxy_last_day.isoformat(),
        )
        yield say(language, "reason", horizon=axis.date_of(axis.days - 1).isoformat(), reason=reason)


def notice_sentence(axis: PlanningAxis, notice: AgentNotice, language: str) -> str:
    """What to tell an agent, as a planner reads it."""
    return say(
        language,
        f"notice.{notice.kind}",
        agent=notice.agent_id,
        by=_clock(axis, notice.by),
        before="" if notice.before is None else _clock(axis, notice.before),
        start=_clock(axis, notice.start),
        end=_clock(axis, notice.end),
    )


def _moment(axis: PlanningAxis, minute: int, language: str) -> str:
    at = axis.instant_of(minute)
    return f"{CATALOGUES[language]['weekdays'].split('|')[at.weekday()]} {at:%Y-%m-%d %H:%M}"


def _clock(axis: PlanningAxis, minute: int) -> str:
    return f"{axis.instant_of(minute):%H:%M}"


def _instant(axis: PlanningAxis, minute: int) -> str:
    return axis.instant_of(minute).isoformat()
