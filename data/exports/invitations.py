"""The appointment for the customer's calendar: iTIP requests and cancellations (RFC 5545, RFC 5546).

The issuer's mailer attaches the file to its e-mail. A customer appears only as the surrogate of the booking:
the mailer, which alone knows the billing contact (R16), puts its address in the place of the attendee's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from icalendar import Calendar, Event, vCalAddress

PRODUCT = "-//Pontual//Appointments//PT"
ATTENDEE_DOMAIN = "attendee.invalid"
"""No mail ever goes there (RFC 2606)."""

SUMMARY = "Videoconferência do certificado digital"
DESCRIPTION = (
    "O link será enviado por e-mail pouco antes do horário. "
    "Conecte-se alguns minutos antes para testar internet, câmera e microfone."
)
"""What customers read (R4, R5)."""


@dataclass(frozen=True)
class Organizer:
    """Who invites: the issuer's e-mail address, and its name or nothing."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Invitation:
    """One version of a booking's appointment.

    Attributes:
        booking_id: surrogate; the UID is made from it alone, so that every version is of the same event.
        sequence: grows with every version, cancellations included (RFC 5545, 3.8.7.4).
        made_at: when this version was made.
        start: aware; of a cancelled appointment, when it would have begun.
        cancelled: it does not take place.
    """

    booking_id: str
    sequence: int
    made_at: datetime
    start: datetime
    minutes: int
    cancelled: bool


def uid_of(booking_id: str) -> str:
    """The UID of a booking's appointment."""
    return f"appointment-{booking_id}@pontual"


def invitation_file(invitation: Invitation, organizer: Organizer) -> bytes:
    """The calendar file, as REQUEST or CANCEL; the same invitation gives the same bytes.

    Instants are in UTC, which needs no description of a time zone in the file (RFC 5545, 3.3.5).
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if invitation.cancelled else "REQUEST")
    start = invitation.start.astimezone(UTC)
    event = Event()
    event.add("uid", uid_of(invitation.booking_id))
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.made_at.astimezone(UTC))
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=invitation.minutes))
    event.add("organizer", _address(organizer.address, CN=organizer.name))
    event.add("attendee", _attendee(invitation))
    event.add("summary", SUMMARY)
    event.add("status", "CANCELLED" if invitation.cancelled else "CONFIRMED")
    if not invitation.cancelled:
        event.add("description", DESCRIPTION)
        event.add("transp", "OPAQUE")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _attendee(invitation: Invitation) -> vCalAddress:
    # The customer has agreed already: no answer is asked for.
    asked = {} if invitation.cancelled else {"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    return _address(f"{quote(invitation.booking_id)}@{ATTENDEE_DOMAIN}", CN=invitation.booking_id, **asked)


def _address(mail: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{mail}")
    for name, value in parameters.items():
        if value:
            address.params[name] = value
    return address
