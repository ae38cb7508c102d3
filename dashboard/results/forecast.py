"""A forecast as tables and sentences that people read, from its document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dashboard.texts import Texts

ReadableTable = tuple[str, list[str], list[tuple[str, ...]]]


def days_table(document: Mapping[str, Any], texts: Texts) -> ReadableTable:
    """Title, headings and rows: each day with its interval, and the parts."""
    parts = document["days"][0]["series"]
    headings = [
        *(texts.label("forecast_column", name) for name in ("day", "expected", "interval")),
        *(_part_name(part, texts) for part in parts),
    ]
    rows = [
        (
            texts.short_day(date.fromisoformat(day["day"])),
            texts.integer(day["expected"]),
            f"{texts.integer(day['low'])} .. {texts.integer(day['high'])}",
            *(texts.decimal(part["expected"]) for part in day["series"]),
        )
        for day in document["days"]
    ]
    return texts.say("forecast.days"), headings, rows


def _part_name(part: Mapping[str, Any], texts: Texts) -> str:
    names = [texts.label("kind", part["kind"]), texts.label("skill", part["skill"])]
    return ", ".join(name for name in names if name)


def models_table(document: Mapping[str, Any], texts: Texts) -> ReadableTable:
    """Title, headings and rows: how each model did on the months held back, the picked one first."""
    headings = [texts.label("forecast_column", name) for name in ("model", "error", "coverage")]
    rows: list[tuple[str, ...]] = [
        (
            texts.label("forecast_model", model["model"]),
            texts.percent(model["error"]),
            texts.percent(model["coverage"]),
        )
        for model in document["models"]
    ]
    days = texts.integer(document["held_back_days"])
    title = texts.count("forecast.back_test", document["origins"], days=days)
    return title, headings, rows


def remarks(document: Mapping[str, Any], texts: Texts) -> list[str]:
    """What was picked, what the history lacks, what was taken for granted, and what comes next."""
    history = document["history"]
    said = [
        texts.say("forecast.picked", model=texts.label("forecast_model", document["picked"])),
        texts.say(
            "forecast.history",
            first=texts.full_day(date.fromisoformat(history["first"])),
            last=texts.full_day(date.fromisoformat(history["last"])),
            recorded=texts.integer(history["recorded_days"]),
            missing=texts.integer(history["missing_days"]),
        ),
    ]
    said.extend(
        texts.say(f"forecast_left_out.{name}", n=texts.integer(history[name]))
        for name in ("closed_days", "later_rows", "bad_rows")
        if history[name]
    )
    if document["width_factor"] > 1.0:
        said.append(texts.say("forecast.widened", factor=texts.decimal(document["width_factor"], 2)))
    if document["shifts"]:
        days = ", ".join(texts.full_day(date.fromisoformat(day)) for day in document["shifts"])
        said.append(texts.say("forecast.shifts", days=days))
    said.append(texts.say("forecast.echo" if document["has_echo"] else "forecast.no_echo"))
    if document["what_if"]["factor"] != 1.0:
        said.append(texts.say("forecast.what_if", factor=texts.decimal(document["what_if"]["factor"], 3)))
    for key, names in (
        ("forecast.assumed", document["assumed_minutes"]),
        ("forecast.without_agents", document["skills_without_agents"]),
    ):
        if names:
            said.append(texts.say(key, skills=", ".join(texts.label("skill", name) for name in names)))
    hours, load = texts.integer(document["required_agent_hours"]), texts.percent(document["load"], 0)
    said.append(texts.say("forecast.demand", hours=hours, load=load))
    if "folder" in document:
        said.append(texts.say("forecast.how_to_plan", folder=document["folder"]))
    return said
