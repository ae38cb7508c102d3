"""Messages to customers in Portuguese: the issuer's texts with days, hours and options filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from data.model import PlanningAxis
from data.model.contact_messages import ContactMessages, Message, fill
from optimizer.contacts.alternatives import Offer
from optimizer.contacts.changes import Change

WEEKDAYS = (
    "segunda-feira",
    "terça-feira",
    "quarta-feira",
    "quinta-feira",
    "sexta-feira",
    "sábado",
    "domingo",
)

CITIES = {
    "America/Noronha": "Fernando de Noronha",
    "America/Sao_Paulo": "Brasília",
    "America/Bahia": "Salvador",
    "America/Fortaleza": "Fortaleza",
    "America/Recife": "Recife",
    "America/Maceio": "Maceió",
    "America/Belem": "Belém",
    "America/Santarem": "Santarém",
    "America/Araguaina": "Araguaína",
    "America/Manaus": "Manaus",
    "America/Porto_Velho": "Porto Velho",
    "America/Boa_Vista": "Boa Vista",
    "America/Cuiaba": "Cuiabá",
    "America/Campo_Grande": "Campo Grande",
    "America/Rio_Branco": "Rio Branco",
    "America/Eirunepe": "Eirunepé",
}
"""By which city's clock a customer knows the time of each zone."""


@dataclass(frozen=True)
class LocalTime:
    """What the clocks of a zone show at an instant."""

    zone: str
    at: datetime


def local_times(instant: datetime, zones: Sequence[str]) -> list[LocalTime]:
    """In zones whose clocks differ from the service's at an instant, what they show."""
    offset = instant.utcoffset()
    shown = [LocalTime(zone, instant.astimezone(ZoneInfo(zone))) for zone in sorted(set(zones))]
    return [one for one in shown if one.at.utcoffset() != offset]


def start_words(axis: PlanningAxis, minute: int, zones: Sequence[str]) -> str:
    """A start: day and hour in Brasília and, where clocks differ, by the clocks of those who attend."""
    instant = axis.instant_of(minute)
    told = [f"horário de {CITIES.get(axis.time_zone, axis.time_zone)}"]
    cities: dict[str, list[str]] = {}
    for local in local_times(instant, zones):
        other_day = local.at.date() != instant.date()
        clock = f"{local.at:%H:%M}{f' de {local.at:%d/%m}' if other_day else ''}"
        cities.setdefault(clock, []).append(CITIES.get(local.zone, local.zone))
    told += [f"{clock} em {' e '.join(listed)}" for clock, listed in cities.items()]
    return f"{day_words(instant.date())}, {instant:%H:%M} ({'; '.join(told)})"


def day_words(day: date) -> str:
    """A day."""
    return f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"


def message_of(
    messages: ContactMessages,
    axis: PlanningAxis,
    change: Change,
    offer: Offer,
    zones: Sequence[str],
    install_email_due: date | None,
) -> Message:
    """What one customer is told."""
    values = {"old_start": start_words(axis, change.before, zones)}
    if change.after is not None:
        values["new_start"] = start_words(axis, change.after, zones)
        values["delay_minutes"] = str(change.after - change.before)
    if install_email_due is not None:
        values["install_email_due"] = day_words(install_email_due)
    if offer.alternatives:
        values["options"] = "\n".join(_options(messages, axis, offer, zones))
        values["answer_by"] = start_words(axis, offer.alternatives[0].answer_by, zones)
    if offer.proxy_last_day is not None:
        values["proxy_last_day"] = day_words(offer.proxy_last_day)
    found = messages.messages[name_of_message(change, offer)]
    return Message(fill(found.subject, values), fill(found.email, values), fill(found.phone, values))


def name_of_message(change: Change, offer: Offer) -> str:
    """Which of the messages a customer gets."""
    if change.kind != "rebook" or offer.alternatives:
        return change.kind
    return "new_proxy" if offer.reason == "proxy_expires" else "no_option"


def _options(messages: ContactMessages, axis: PlanningAxis, offer: Offer, zones: Sequence[str]) -> list[str]:
    return [
        fill(
            messages.option,
            {
                "number": str(number),
                "start": start_words(axis, alternative.start, zones),
                "install_email_due": day_words(alternative.install_email_due),
            },
        )
        for number, alternative in enumerate(offer.alternatives, start=1)
    ]
