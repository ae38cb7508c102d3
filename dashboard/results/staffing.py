"""What `pontual staff` found as tables and sentences that people read, from its document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.texts import Texts, skill_order

TableOfClasses = tuple[str, list[str], list[tuple[str, ...]]]


def classes_table(document: Mapping[str, Any], texts: Texts) -> TableOfClasses:
    """Title, headings and rows: agents needed, there, to hire and to spare, by contract and skills."""
    counts = ("needed", "present", "hire", "spare")
    names = ("contract", "skills", *counts, "weekly_cost")
    rows = [
        (
            row["contract"],
            _skills(row["skills"], texts),
            *(texts.integer(row[name]) for name in counts),
            texts.money(row["needed"] * row["weekly_cost"]),
        )
        for row in document["classes"]
    ]
    totals = [texts.integer(sum(row[name] for row in document["classes"])) for name in counts]
    rows.append((texts.say("staffing.total"), "", *totals, texts.money(document["weekly_cost"])))
    return texts.say("staffing.classes"), [texts.label("staffing_column", name) for name in names], rows


def fewer_table(document: Mapping[str, Any], texts: Texts) -> TableOfClasses:
    """Title, headings and rows: one agent fewer of each class."""
    names = ("contract", "skills", "verdict", "missing", "missing_bound", "periods_missed", "served_badly")
    rows: list[tuple[str, ...]] = [
        (
            row["contract"],
            _skills(row["skills"], texts),
            texts.label("staffing_verdict", row["verdict"]),
            texts.integer(row["missing"]),
            texts.integer(row["missing_bound"]),
            texts.integer(row["service"]["surely_missed"] if row["service"] else None),
            _share(row["service"]["overall"][0], texts) if row["service"] else "",
        )
        for row in document["one_fewer"]
    ]
    return texts.say("staffing.one_fewer"), [texts.label("staffing_column", name) for name in names], rows


def verdict(document: Mapping[str, Any], texts: Texts) -> list[str]:
    """What was confirmed and what is proven, in sentences."""
    targets = ", ".join(target["text"] for target in document["targets"])
    if document["service"] is None:
        key = "no_mix" if document["requirement_reached"] else "out_of_reach"
        return [texts.say(f"staffing.{key}", targets=targets, n=texts.integer(document["mixes_tried"]))]
    service = document["service"]
    said = [
        texts.say(
            "staffing.confirmed",
            targets=targets,
            kept=texts.integer(service["periods"] - service["missed"]),
            all=texts.integer(service["periods"]),
            surely=texts.integer(service["surely_missed"]),
            share=_share(service["overall"][0], texts),
            n=texts.integer(document["replications"]),
        ),
        texts.say(
            "staffing.bound",
            bound=texts.money(document["weekly_cost_bound"]),
            cost=texts.money(document["weekly_cost"]),
            present=texts.money(document["present_weekly_cost"]),
        ),
    ]
    key = "uncovered" if document["missing"] else "covered"
    return [*said, texts.say(f"staffing.{key}", n=texts.integer(document["missing"]))]


def _skills(names: Sequence[str], texts: Texts) -> str:
    return ", ".join(texts.label("skill", skill) for skill in skill_order(names))


def _share(share: Mapping[str, float], texts: Texts) -> str:
    half = (share["high"] - share["low"]) / 2.0
    return f"{texts.percent(share['mean'], 2)} ± {texts.percent(half, 2)}"
