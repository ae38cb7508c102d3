"""What `pontual requirement` found as tables and sentences that people read, from its document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from dashboard.texts import Texts, skill_order

TableOfAgents = tuple[str, list[str], list[tuple[str, ...]]]


def days_table(document: Mapping[str, Any], texts: Texts) -> TableOfAgents:
    """Title, headings and rows: each day, or each team of a day."""
    names = ("day", "skills", "bookings", "floor", "rostered", "peak", "erlang_c", "erlang_a", "square_root")
    hours = document["interval_minutes"] / 60.0
    rows = []
    for day in document["days"]:
        intervals = day["intervals"]
        sums = {name: sum(i[name] for i in intervals) for name in ("agents", "erlang_c", "erlang_a")}
        rows.append(
            (
                texts.short_day(date.fromisoformat(day["date"])),
                _skills(day, texts),
                texts.integer(sum(sum(i["expected"].values()) for i in intervals)),
                texts.decimal(sums["agents"] * hours),
                texts.decimal(sum(sum(i["rostered"].values()) for i in intervals) * hours),
                texts.integer(max(i["agents"] for i in intervals)),
                texts.decimal(sums["erlang_c"] * hours),
                texts.decimal(sums["erlang_a"] * hours),
                texts.decimal(sum(i["square_root"] for i in intervals) * hours),
                *(_worst(day, place, texts) for place in range(len(document["targets"]))),
            )
        )
    headings = [texts.label("requirement_column", name) for name in names]
    worst = texts.label("requirement_column", "worst")
    headings += [f"{worst}: {target['text']}" for target in document["targets"]]
    return texts.say("requirement.days", n=document["replications"]), headings, rows


def skills_table(document: Mapping[str, Any], texts: Texts) -> TableOfAgents:
    """Title, headings and rows: share served badly of each skill, day by day, by the first target."""
    skills = skill_order({skill for day in document["days"] for skill in day["by_skill"]})
    headings = [texts.label("requirement_column", "day"), *(texts.label("skill", name) for name in skills)]
    rows = [
        (
            texts.short_day(date.fromisoformat(day["date"])),
            *(_share(day["by_skill"].get(skill, [None])[0], texts) for skill in skills),
        )
        for day in document["days"]
        if day["by_skill"]
    ]
    return texts.say("requirement.skills"), headings, rows


def interval_tables(document: Mapping[str, Any], texts: Texts) -> Iterator[TableOfAgents]:
    """For each day: agents by skill in each interval, their worth, and what the period's share is."""
    for day in document["days"]:
        skills = skill_order(day["skills"])
        names = ["starts", "load", "agents"]
        headings = [texts.label("requirement_column", name) for name in names]
        headings += [texts.label("skill", name) for name in skills]
        headings += [
            texts.label("requirement_column", name) for name in ("one_more", "one_fewer", "served_badly")
        ]
        rows = []
        for interval in day["intervals"]:
            at = datetime.fromisoformat(interval["starts_at"])
            rows.append(
                (
                    texts.clock(at.hour * 60 + at.minute),
                    texts.decimal(interval["load"]),
                    texts.integer(interval["agents"]),
                    *(texts.integer(interval["on_the_floor"][skill]) for skill in skills),
                    texts.decimal(interval["one_more"], 2),
                    texts.decimal(interval["one_fewer"], 2),
                    _share(_period(day, interval, 0), texts),
                )
            )
        on = texts.day(date.fromisoformat(day["date"]))
        title = on if len(document["days"]) == 1 else f"{on} ({_skills(day, texts)})"
        yield texts.say("requirement.intervals", day=title), headings, rows


def verdict(document: Mapping[str, Any], texts: Texts) -> list[str]:
    """What was confirmed, and what is not kept, in sentences."""
    targets = ", ".join(target["text"] for target in document["targets"])
    said = []
    for day in document["days"]:
        if day["out_of_reach"]:
            periods = ", ".join(
                f"{datetime.fromisoformat(miss['starts_at']):%H:%M}: {texts.percent(miss['share'])}"
                for miss in day["out_of_reach"]
            )
            on = texts.day(date.fromisoformat(day["date"]))
            said.append(texts.say("requirement.out_of_reach", day=on, targets=targets, periods=periods))
    found = document["confirmation"]
    if found["periods"]:
        said.append(
            texts.say(
                "requirement.reached",
                targets=targets,
                kept=texts.integer(found["periods"] - found["missed"]),
                all=texts.integer(found["periods"]),
                surely=texts.integer(found["surely_missed"]),
            )
        )
        said.append(
            texts.say(
                "requirement.absences",
                kept=texts.integer(found["periods"] - found["missed_with_absences"]),
                all=texts.integer(found["periods"]),
            )
        )
    return said + [
        texts.say(
            "requirement.skill_misses",
            skill=texts.label("skill", miss["skill"]),
            share=texts.percent(miss["share"]),
            limit=texts.percent(miss["limit"]),
        )
        for miss in document["skills_that_miss"]
    ]


def _skills(day: Mapping[str, Any], texts: Texts) -> str:
    return ", ".join(texts.label("skill", skill) for skill in skill_order(day["skills"]))


def _period(day: Mapping[str, Any], interval: Mapping[str, Any], target: int) -> Mapping[str, float] | None:
    periods = day["periods"]
    shares: list[Mapping[str, float]] = periods[interval["period"]]["served_badly"] if periods else []
    return shares[target] if shares else None


def _worst(day: Mapping[str, Any], target: int, texts: Texts) -> str:
    shares = [period["served_badly"][target] for period in day["periods"] if period["served_badly"]]
    return _share(max(shares, key=lambda share: share["mean"]), texts) if shares else ""


def _share(share: Mapping[str, float] | None, texts: Texts) -> str:
    if share is None:
        return ""
    half = (share["high"] - share["low"]) / 2.0
    return f"{texts.percent(share['mean'])} ± {texts.percent(half)}"
