"""Whom to contact after decisions about the day, in which order, by when, with what to offer and to say."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.day import DayState, Decision
from data.files.added_bookings import with_added
from data.files.contact_messages import default_contact_messages
from data.model import Case, Contacts, PlanningAxis
from data.model.contact_messages import ContactMessages, Message
from optimizer.contacts.alternatives import Alternative, Alternatives, Offer
from optimizer.contacts.changes import AgentNotice, Change, follow
from optimizer.contacts.deadlines import Channel, Deadline, channels, deadline
from optimizer.contacts.documents import contacts_table, list_document
from optimizer.contacts.standing import HeldPlace, standing_of
from optimizer.contacts.wording import message_of
from optimizer.offers.wanted import ORDINARY

ISSUER_CAUSED = 1
"""Priority of sessions that the issuer moves (R15)."""


@dataclass(frozen=True)
class Contact:
    """One customer to contact about one change.

    Attributes:
        priority: 1 for a session that is moved; of a delay, the booking's.
        channel, second_channel: how to reach the billing contact (R16), and how if that fails (R27).
        zones: time zones in which those who must attend are.
        install_email_due: for the start instead or the first alternative (R6); None when there is neither.
    """

    change: Change
    deadline: Deadline
    priority: int
    channel: Channel
    second_channel: Channel
    offer: Offer
    zones: tuple[str, ...]
    install_email_due: date | None
    message: Message


@dataclass(frozen=True)
class ContactList:
    """Customers in the order in which to contact them, and agents to tell.

    Attributes:
        now: in minutes on the planning axis.
    """

    axis: PlanningAxis
    now: float
    contacts: tuple[Contact, ...]
    notices: tuple[AgentNotice, ...]

    @property
    def places(self) -> tuple[HeldPlace, ...]:
        """What is kept for customers from now on; the next list must not offer it to others."""
        return tuple(
            HeldPlace(contact.change.booking_id, one.agent_id, one.start, one.answer_by)
            for contact in self.contacts
            for one in contact.offer.alternatives
            if not one.decided
        )

    def document(self, language: str = "en") -> dict[str, Any]:
        """The list for programs, with a sentence for planners in a language; messages are in Portuguese."""
        return list_document(self, language)

    def table(self) -> Contacts:
        """The customers as a table."""
        return contacts_table(self)


def contact_list(
    case: Case,
    state: DayState,
    decisions: Iterable[Decision],
    now: float,
    *,
    messages: ContactMessages | None = None,
    held: Iterable[HeldPlace] = (),
    told: Collection[str] = (),
) -> ContactList:
    """Whom decisions concern.

    Args:
        case: with roster and schedule; bookings that events of the day have added need not be in it.
        state: the day as it stands before the decisions are carried out.
        decisions: in their order.
        now: minutes on the planning axis.
        messages: the issuer's texts; None: those that Pontual carries.
        held: places of earlier lists (`ContactList.places`).
        told: ids of contacts and notices that have been told before; they are left out.

    Raises:
        BadDataError: when a booking that an event has added can't be read.
    """
    case = with_added(case, state)
    texts = default_contact_messages() if messages is None else messages
    found, notices, after = follow(case.axis, state, decisions, now)
    changes = [one for one in found if one.contact_id not in told]
    fresh = tuple(notice for notice in notices if notice.notice_id not in told)
    if not changes:
        return ContactList(case.axis, now, (), fresh)
    search = Alternatives(standing_of(case, after, changes, held, now), now)
    zones = _zones(case, changes)
    contacts = [
        _contact(case, change, offer, zones[change.booking_id], texts, search, now)
        for change, offer in zip(changes, search.offers(changes), strict=True)
    ]
    return ContactList(case.axis, now, tuple(sorted(contacts, key=_urgency)), fresh)


def _contact(
    case: Case,
    change: Change,
    offer: Offer,
    zones: tuple[str, ...],
    texts: ContactMessages,
    search: Alternatives,
    now: float,
) -> Contact:
    first = offer.alternatives[0] if offer.alternatives else None
    found = deadline(change, first, case.plan.policy, texts, now)
    row = case.bookings.position.get(change.booking_id)
    own = ORDINARY if row is None else int(case.bookings.priority[row])
    channel, second = channels(change, found, texts, now)
    due = _install_email_due(change, first, search)
    return Contact(
        change=change,
        deadline=found,
        priority=own if change.kind == "delay" else ISSUER_CAUSED,
        channel=channel,
        second_channel=second,
        offer=offer,
        zones=zones,
        install_email_due=due,
        message=message_of(texts, case.axis, change, offer, zones, due),
    )


def _install_email_due(change: Change, first: Alternative | None, search: Alternatives) -> date | None:
    if first is not None:
        return first.install_email_due
    return None if change.after is None else search.due(change.after + change.session.duration)


def _urgency(contact: Contact) -> tuple[int, int, int, str]:
    """By deadline, then by priority, then by the start that the customer knows."""
    return contact.deadline.by, contact.priority, contact.change.before, contact.change.contact_id


def _zones(case: Case, changes: Iterable[Change]) -> dict[str, tuple[str, ...]]:
    """By booking, the time zones of those who must attend."""
    people = {change.booking_id: set(change.session.participants) for change in changes}
    found: dict[str, set[str]] = {booking: set() for booking in people}
    for booking, person, zone in zip(
        case.participants.booking_id.tolist(),
        case.participants.participant_id.tolist(),
        case.participants.time_zone.tolist(),
        strict=True,
    ):
        if person in people.get(booking, ()):
            found[booking].add(zone)
    return {booking: tuple(sorted(zones)) for booking, zones in found.items()}
