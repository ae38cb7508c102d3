"""The answers of the page of forecast and requirement in sentences, from their documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dashboard.texts import Texts


def forecast_answer(document: Mapping[str, Any], texts: Texts) -> str:
    """How many bookings to expect in all, and the busiest day with its 90 % interval."""
    days = document["days"]
    busiest = max(days, key=lambda day: day["expected"])
    return texts.say(
        "capacity.forecast_answer",
        first=texts.day(date.fromisoformat(days[0]["day"])),
        last=texts.day(date.fromisoformat(days[-1]["day"])),
        n=texts.integer(sum(day["expected"] for day in days)),
        day=_day_name(busiest["day"], texts),
        most=texts.integer(busiest["expected"]),
        low=texts.integer(busiest["low"]),
        high=texts.integer(busiest["high"]),
    )


def requirement_answer(document: Mapping[str, Any], chosen: str, texts: Texts) -> str:
    """How many agents a day needs: at its peak, in all, and with those who will be missing.

    Args:
        document: of `pontual requirement`.
        chosen: the date, as the document writes it.
        texts: of the reader's language.
    """
    teams = [day for day in document["days"] if day["date"] == chosen]
    targets = targets_text(document, texts)
    if any(day["out_of_reach"] for day in teams):
        return texts.say("capacity.out_of_reach", day=_beginning(chosen, texts), targets=targets)
    floor: dict[str, int] = {}
    rostered: dict[str, int] = {}
    for day in teams:
        for interval in day["intervals"]:
            at = interval["starts_at"]
            floor[at] = floor.get(at, 0) + interval["agents"]
            rostered[at] = rostered.get(at, 0) + sum(interval["rostered"].values())
    peak = max(floor, key=lambda at: (floor[at], rostered[at]))
    hours = document["interval_minutes"] / 60.0
    return texts.say(
        "capacity.requirement_answer",
        day=_beginning(chosen, texts),
        peak=texts.integer(floor[peak]),
        clock=f"{datetime.fromisoformat(peak):%H:%M}",
        rostered=texts.integer(rostered[peak]),
        hours=texts.decimal(sum(floor.values()) * hours, 0),
        rostered_hours=texts.decimal(sum(rostered.values()) * hours, 0),
        targets=targets,
    )


def staffing_answer(document: Mapping[str, Any], texts: Texts) -> str:
    """Whom to hire, and at which cost against today's team; of a document with a mix."""
    return texts.say(
        "capacity.staffing_answer",
        targets=targets_text(document, texts),
        agents=texts.integer(document["agents"]),
        hire=texts.integer(sum(row["hire"] for row in document["classes"])),
        spare=texts.integer(sum(row["spare"] for row in document["classes"])),
        cost=texts.money(document["weekly_cost"], 0),
        present=texts.money(document["present_weekly_cost"], 0),
        bound=texts.money(document["weekly_cost_bound"], 0),
    )


def targets_text(document: Mapping[str, Any], texts: Texts) -> str:
    """The service targets as people say them; a form without words of its own stays as it is."""
    written = []
    for target in document["targets"]:
        text, share = str(target["text"]), texts.percent(target["most_served_badly"])
        if text.startswith("wait_over_"):
            minutes = text.removeprefix("wait_over_").partition("<=")[0]
            written.append(texts.say("capacity.target_wait", minutes=minutes, share=share))
        else:
            written.append(text)
    return ", ".join(written)


def _day_name(day: str, texts: Texts) -> str:
    on = date.fromisoformat(day)
    return f"{texts.weekday(on)}, {texts.day(on)}"


def _beginning(day: str, texts: Texts) -> str:
    """The name of a day as sentences begin."""
    name = _day_name(day, texts)
    return name[0].upper() + name[1:]
