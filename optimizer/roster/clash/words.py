"""Clashes in words and as documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from data.model import PlanningAxis
from optimizer.roster.clash.items import Item
from optimizer.roster.clash.sets import ClashingSet
from optimizer.roster.clash.texts import CATALOGUES


@dataclass(frozen=True)
class Words:
    """Dates and lengths of time as people read them, in one language."""

    axis: PlanningAxis
    language: str

    def day(self, number: int) -> str:
        """Weekday and date."""
        on = self.axis.date_of(number)
        return f"{CATALOGUES[self.language]['weekdays'].split('|')[on.weekday()]} {on:%Y-%m-%d}"

    def moment(self, minute: int) -> str:
        """Weekday, date and time."""
        return f"{self.day(self.axis.day_of(minute))} {self.axis.instant_of(minute):%H:%M}"

    def span(self, start: int, end: int) -> str:
        """An interval; the day is said once when both ends share it."""
        first, last = self.moment(start), self.moment(end)
        return f"{first}-{last[-5:]}" if first[:-5] == last[:-5] else f"{first} - {last}"

    @staticmethod
    def hours(minutes: int) -> str:
        """A length of time."""
        whole, rest = divmod(minutes, 60)
        return f"{whole} h {rest} min" if rest else f"{whole} h"


def sentence(clash: ClashingSet, axis: PlanningAxis, language: str = "en") -> str:
    """One clash in words: the agent, then item by item what can't hold together."""
    told = [item_words(item, axis, language) for item in clash.items]
    if not clash.smallest:
        told.append(CATALOGUES[language]["unproven"])
    return CATALOGUES[language]["clash"].format(agent=clash.agent, items="; ".join(told))


def sentences(clashes: Iterable[ClashingSet], axis: PlanningAxis) -> tuple[str, ...]:
    """Each clash in English words."""
    return tuple(sentence(clash, axis) for clash in clashes)


def item_words(item: Item, axis: PlanningAxis, language: str = "en") -> str:
    """One item in words."""
    words, catalogue = Words(axis, language), CATALOGUES[language]
    told: dict[str, str | int] = {"rule": item.rule, **item.values}
    if "end" in item.values:
        told["span"] = words.span(item.values["start"], item.values["end"])
    if "start" in item.values:
        told["start"] = words.moment(item.values["start"])
    if "day" in item.values:
        told["day"] = words.day(item.values["day"])
    if "minutes" in item.values:
        told["minutes"] = words.hours(item.values["minutes"])
    return catalogue.get(item.code, catalogue["limit.other"]).format(**told)


def clash_documents(
    clashes: Iterable[ClashingSet], axis: PlanningAxis, language: str = "en"
) -> list[dict[str, Any]]:
    """The clashes for programs: agent, rules, and each item with its numbers and its words."""
    return [
        {
            "agent": clash.agent,
            "rules": list(clash.rules),
            "smallest": clash.smallest,
            "items": [_item(item, axis, language) for item in clash.items],
            "sentence": sentence(clash, axis, language),
        }
        for clash in clashes
    ]


def _item(item: Item, axis: PlanningAxis, language: str) -> dict[str, Any]:
    document: dict[str, Any] = {"kind": item.kind, "code": item.code, "rule": item.rule or None}
    for name, value in item.values.items():
        match name:
            case "start" | "end":
                document[name] = axis.instant_of(value).isoformat()
            case "day":
                document[name] = axis.date_of(value).isoformat()
            case _:
                document[name] = value
    return document | {"words": item_words(item, axis, language)}
