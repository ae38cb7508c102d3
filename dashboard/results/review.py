"""A review, plan against reality, as tables and sentences that people read, from its document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from dashboard.results.forecast import ReadableTable
from dashboard.results.summary import Card, short_key
from dashboard.texts import Texts

MOST_ROWS = 20
"""Rows of customers whom we let wait, and of agents, that a terminal shows; the document has all."""

HARMS = ("rebooked", "left", "waited")


def headline(document: Mapping[str, Any], texts: Texts) -> str:
    """The review in one sentence."""
    days = [date.fromisoformat(day["day"]) for day in document["days"]]
    figures = {row["name"]: row["happened"] for row in document["figures"]}
    key = "review.headline" if len(days) > 1 else "review.headline_day"
    spans = {"first": texts.full_day(days[0]), "last": texts.full_day(days[-1])}
    held = texts.integer(figures["held"])
    harmed = {harm: sum(row[harm] for row in document["causes"]) for harm in HARMS}
    others = {harm: texts.integer(harmed[harm]) for harm in ("left", "waited")}
    parts = [
        texts.count(key, int(figures["sessions"]), held=held, **spans),
        texts.count("review.headline_harms", harmed["rebooked"], **others),
    ]
    if document["causes"]:
        first = max(document["causes"], key=_total)
        count, everyone = texts.integer(_total(first)), texts.integer(sum(harmed.values()))
        cause = texts.label("cause", first["cause"])
        parts.append(texts.say("review.headline_cause", cause=cause, count=count, all=everyone))
    return "".join([*parts, _headline_change(document["recalibration"], texts)]) + "."


def _total(cause: Mapping[str, Any]) -> int:
    return sum(int(cause[harm]) for harm in HARMS)


def _headline_change(proposal: Mapping[str, Any], texts: Texts) -> str:
    differing = [row["parameter"] for row in proposal["changes"] if row["differs"]]
    if differing:
        return texts.say("review.headline_change.some", parameters=_parameters(differing, texts))
    return texts.say("review.headline_change.short" if proposal["why_not"] else "review.headline_change.none")


def _parameters(names: list[str], texts: Texts) -> str:
    return ", ".join(texts.label("parameter", name) for name in names)


def compared(document: Mapping[str, Any], texts: Texts) -> str:
    """How many figures are not such as the simulation expects."""
    known = [row["is_usual"] for row in document["figures"] if row["is_usual"] is not None]
    if not known:
        return texts.say("review.not_compared")
    unusual = sum(not is_usual for is_usual in known)
    return texts.count("review.unusual", unusual) if unusual else texts.say("review.usual")


def figures_table(document: Mapping[str, Any], texts: Texts) -> ReadableTable:
    """Title, headings and rows: each figure as it was, and as the simulation expected it."""
    headings = _headings(("figure", "happened", "expected", "range", "usual"), texts)
    rows: list[tuple[str, ...]] = []
    for row in document["figures"]:
        low, high = _figure(row, "low", texts), _figure(row, "high", texts)
        is_known = row["expected"] is not None
        rows.append(
            (
                texts.label("review_figure", row["name"]),
                _figure(row, "happened", texts),
                _figure(row, "expected", texts, 1),
                f"{low} .. {high}" if is_known else "",
                texts.say("review.yes" if row["is_usual"] else "review.no") if is_known else "",
            )
        )
    return texts.say("review.figures", n=texts.integer(document["replications"])), headings, rows


def _figure(row: Mapping[str, Any], name: str, texts: Texts, places: int = 0) -> str:
    match row["unit"]:
        case "share":
            return texts.percent(row[name])
        case "minutes":
            return texts.minutes(row[name])
        case _:
            return texts.decimal(row[name], places)


def days_table(document: Mapping[str, Any], texts: Texts) -> ReadableTable:
    """Title, headings and rows: each day."""
    named = {
        "sessions": "sessions",
        "held": "held",
        "no_shows": "no_shows",
        "rebooked": "rebooked_by_issuer",
        "left": "left",
        "waited": "wait_over_10",
        "wait_mean": "wait_mean",
    }
    rows: list[tuple[str, ...]] = []
    for day in document["days"]:
        figures = {row["name"]: row for row in day["figures"]}
        cells = (_figure(figures[name], "happened", texts) for name in named.values())
        rows.append((texts.short_day(date.fromisoformat(day["day"])), *cells))
    return texts.say("review.days"), _headings(("day", *named), texts), rows


def causes_table(document: Mapping[str, Any], texts: Texts) -> ReadableTable:
    """Title, headings and rows: why customers waited for us, the most frequent first."""
    causes = sorted(document["causes"], key=lambda row: -_total(row))
    rows: list[tuple[str, ...]] = [
        (texts.label("cause", row["cause"]), *(texts.integer(row[harm]) for harm in HARMS)) for row in causes
    ]
    return texts.say("review.causes"), _headings(("cause", *HARMS), texts), rows


def harmed_table(document: Mapping[str, Any], texts: Texts) -> ReadableTable:
    """Title, headings and rows: every customer whom we let wait for long, or sent away."""
    rows: list[tuple[str, ...]] = [
        (
            texts.instant(datetime.fromisoformat(row["appointed"])),
            short_key(row["booking_id"]),
            row["agent_id"],
            texts.label("harm", row["harm"]),
            texts.minutes(row["waited_minutes"], 0),
            texts.label("cause", row["cause"]),
            short_key(row["by"] or ""),
        )
        for row in document["harmed"]
    ]
    return (
        texts.say("review.harmed"),
        _headings(("start", "booking", "agent", "harm", "wait", "cause", "by"), texts),
        rows,
    )


def demand_table(document: Mapping[str, Any], texts: Texts) -> ReadableTable:
    """Title, headings and rows: bookings expected and appointed, by day and skill."""
    totals: dict[tuple[str, str], tuple[float, int]] = {}
    for row in document["demand"]["intervals"]:
        key = row["day"], row["skill"]
        expected, appointed = totals.get(key, (0.0, 0))
        totals[key] = expected + row["expected"], appointed + row["appointed"]
    rows: list[tuple[str, ...]] = [
        (
            texts.short_day(date.fromisoformat(day)),
            texts.label("skill", skill),
            texts.decimal(expected),
            texts.integer(appointed),
            texts.decimal(appointed - expected),
        )
        for (day, skill), (expected, appointed) in sorted(totals.items())
    ]
    headings = _headings(("day", "skill", "expected_bookings", "appointed", "error"), texts)
    return texts.say("review.demand"), headings, rows


def demand_sentence(document: Mapping[str, Any], texts: Texts) -> str:
    """How wrong the demand was."""
    by_interval, by_day = document["demand"]["by_interval"], document["demand"]["by_day"]
    if by_interval["error"] is None:
        return texts.say("review.no_demand")
    bias = by_interval["bias"]
    return texts.say(
        "review.demand_error",
        error=texts.percent(by_interval["error"]),
        by_day=texts.percent(by_day["error"]),
        bias=texts.percent(abs(bias)),
        direction=texts.say("review.too_many" if bias > 0 else "review.too_few"),
    )


def agents_table(document: Mapping[str, Any], texts: Texts) -> ReadableTable:
    """Title, headings and rows: how agents kept to their duties, the least present first."""
    counts = ("absences", "late", "late_minutes", "breaks", "late_breaks", "breaks_not_taken")
    work = ("sessions", "of_others", "minutes_after_duty")
    rows: list[tuple[str, ...]] = [
        (
            row["agent_id"],
            texts.integer(row["duties"]),
            texts.percent(row["presence"]),
            *(texts.integer(row[name]) for name in (*counts, *work)),
        )
        for row in sorted(document["agents"], key=lambda row: (row["presence"], row["agent_id"]))
    ]
    return texts.say("review.agents"), _headings(("agent", "duties", "presence", *counts, *work), texts), rows


def changes_table(document: Mapping[str, Any], texts: Texts) -> ReadableTable:
    """Title, headings and rows: parameters as the days show them beside what was assumed."""
    proposal = document["recalibration"]
    rows: list[tuple[str, ...]] = [
        (
            texts.label("parameter", row["parameter"]),
            texts.decimal(row["base"], 4),
            texts.decimal(row["value"], 4),
            f"{texts.decimal(row['low'], 4)} .. {texts.decimal(row['high'], 4)}",
            f"{texts.integer(row['events'])} / {texts.integer(row['trials'])}",
            texts.decimal(row["p_value"], 4),
            texts.say("review.yes" if row["differs"] else "review.no"),
            texts.say("review.yes" if row["proposed"] else "review.no"),
        )
        for row in proposal["changes"]
    ]
    names = ("parameter", "assumed", "found", "interval", "cases", "p_value", "differs", "proposed")
    return texts.say("review.changes", n=texts.integer(proposal["sessions"])), _headings(names, texts), rows


def cards(document: Mapping[str, Any], texts: Texts) -> list[Card]:
    """The figures to see first, each with what was expected of it."""
    figures = {row["name"]: row for row in document["figures"]}
    shown = ("held", "no_shows", "rebooked_by_issuer", "wait_over_10", "on_time_share", "overrun_share")
    return [
        Card(
            texts.label("review_figure", name),
            _figure(figures[name], "happened", texts),
            _expected(figures[name], texts),
        )
        for name in shown
    ]


def _expected(row: Mapping[str, Any], texts: Texts) -> str:
    if row["expected"] is None:
        return texts.say("review_card.not_compared")
    low, high = _figure(row, "low", texts), _figure(row, "high", texts)
    return texts.say("review_card.usual", low=low, high=high)


def remarks(document: Mapping[str, Any], texts: Texts) -> Iterator[str]:
    """What the events lack, and what is proposed."""
    yield from day_remarks(document, texts)
    yield texts.say("review.untold")
    yield from proposal_remarks(document["recalibration"], texts)


def day_remarks(document: Mapping[str, Any], texts: Texts) -> Iterator[str]:
    """What the events of days lack."""
    for day in document["days"]:
        name = texts.short_day(date.fromisoformat(day["day"]))
        if day["open_sessions"]:
            yield texts.say("review.open", day=name, n=texts.integer(day["open_sessions"]))
        if day["missing_events"]:
            listed = (str(a) if a == b else f"{a}-{b}" for a, b in day["missing_events"])
            yield texts.say("review.missing", day=name, ranges=", ".join(listed))
        if day["conflicting_events"]:
            numbers = ", ".join(map(str, day["conflicting_events"]))
            yield texts.say("review.conflicts", day=name, numbers=numbers)
        if day["anomalies"]:
            yield texts.say("review.anomalies", day=name, n=texts.integer(len(day["anomalies"])))


def proposal_remarks(proposal: Mapping[str, Any], texts: Texts) -> Iterator[str]:
    """What is proposed, or why nothing is."""
    if proposal["why_not"]:
        yield texts.say("review.why_not", why=proposal["why_not"])
    if not proposal["ends_told"]:
        yield texts.say("review.ends_untold")
    if not proposal["interruptions_told"]:
        yield texts.say("review.interruptions")
    if not proposal["leads_told"]:
        yield texts.say("review.leads")
    proposed = [row["parameter"] for row in proposal["changes"] if row["proposed"]]
    if proposed:
        yield texts.say("review.proposal", parameters=_parameters(proposed, texts))
    elif not proposal["why_not"]:
        yield texts.say("review.no_proposal")


def shown_rows(table: ReadableTable, texts: Texts) -> tuple[ReadableTable, str]:
    """A table as far as a terminal shows it, and a word on what is left out."""
    title, headings, rows = table
    left = len(rows) - MOST_ROWS
    return (title, headings, rows[:MOST_ROWS]), texts.say(
        "review.more", n=texts.integer(left)
    ) if left > 0 else ""


def written_to(document: Mapping[str, Any], texts: Texts) -> Iterator[str]:
    """Where the review was written, if it was."""
    if "folder" in document:
        yield texts.say("review.files", folder=document["folder"])


def _headings(names: tuple[str, ...], texts: Texts) -> list[str]:
    return [texts.say(f"review_column.{name}") for name in names]
