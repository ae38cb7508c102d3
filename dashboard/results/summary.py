"""Sentences, figures and table rows of a result, in the reader's language."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from dashboard.results.content import ReportContent
from dashboard.results.indicators import MEAN_WAIT, ON_CARDS, kpi_value
from dashboard.texts import NOT_KNOWN, Texts
from data.identity import masked
from data.model import UNPLACED_REASONS, tokens
from simulation import Kpi

Tone = Literal["plain", "good", "bad"]

KEY_LENGTH = 10
"""Characters of a booking's surrogate that people see."""


@dataclass(frozen=True)
class Card:
    """One figure with its label and a line of detail."""

    label: str
    value: str
    detail: str
    tone: Tone = "plain"


def short_key(key: str) -> str:
    """A booking's surrogate, shortened; a personal identifier that ended up there is masked."""
    safe = masked(key)
    return safe if len(safe) <= KEY_LENGTH + 1 else f"{safe[:KEY_LENGTH]}\u2026"


def title(content: ReportContent, texts: Texts) -> str:
    """The days of the plan."""
    axis = content.case.axis
    first, last = axis.first_day, axis.date_of(axis.days - 1)
    if axis.days == 1:
        return texts.say("title.day", first=texts.full_day(first))
    return texts.say("title.week", first=texts.day(first), last=texts.full_day(last))


def headline(content: ReportContent, texts: Texts) -> str:
    """The result in one sentence."""
    sentence = texts.say(
        "headline.placed",
        placed=texts.integer(content.placed),
        eligible=texts.integer(content.eligible),
        share=texts.percent(share_of(content.placed, content.eligible)),
    )
    if content.coverage.required:
        share = share_of(content.coverage.covered, content.coverage.required)
        sentence += texts.say("headline.covered", share=texts.percent(share))
    wait = content.kpis.get(MEAN_WAIT)
    if wait is not None:
        sentence += texts.say("headline.wait", wait=texts.minutes(wait.mean))
    return f"{sentence}."


def verdict(content: ReportContent, texts: Texts) -> tuple[str, Tone]:
    """What the referee said, and how good that is."""
    if content.violations is None:
        return texts.say("verdict.unknown"), "plain"
    if content.violations == 0:
        return texts.say("verdict.clean"), "good"
    return texts.count("verdict.broken", content.violations), "bad"


def cards(content: ReportContent, texts: Texts) -> list[Card]:
    """The figures to see first: sessions, coverage, what is left out, then the simulated day."""
    case, covered = content.case, content.coverage
    hours = covered.interval_minutes
    shown = [
        Card(
            texts.say("card.placed"),
            texts.integer(content.placed),
            texts.say(
                "card.placed.detail",
                share=texts.percent(share_of(content.placed, content.eligible)),
                eligible=texts.integer(content.eligible),
            ),
        ),
        Card(
            texts.say("card.coverage"),
            texts.percent(share_of(covered.covered, covered.required)),
            texts.say(
                "card.coverage.detail",
                under=texts.hours(covered.under * hours, 1),
                over=texts.hours(covered.over * hours, 1),
            ),
        ),
        Card(
            texts.say("card.unplaced"),
            texts.integer(len(case.unplaced)),
            texts.say(
                "card.unplaced.detail",
                refused=texts.integer(int((case.unplaced.reason == "not_eligible").sum())),
            ),
        ),
    ]
    shown += [
        Card(texts.label("kpi", name), kpi_value(name, value.mean, texts), _interval(name, value, texts))
        for name in ON_CARDS
        if (value := content.kpis.get(name)) is not None
    ]
    return shown


def rules_in_order(cell: str) -> str:
    """Rules of one cell for people: R7 before R22."""
    return ", ".join(sorted(tokens(cell), key=lambda rule: (len(rule), rule)))


def level_rows(content: ReportContent, texts: Texts) -> list[tuple[str, str, str, str, str]]:
    """Objective levels: step, level, objective, bound, gap."""
    steps = (("step.roster", content.roster_outcome), ("step.allocation", content.allocation_outcome))
    return [
        (
            texts.say(step),
            texts.label("level", level.name),
            _plain_number(level.objective, texts),
            _plain_number(level.bound, texts),
            texts.percent(level.gap, 2),
        )
        for step, outcome in steps
        for level in outcome.levels
    ]


def kpi_rows(content: ReportContent, texts: Texts) -> list[tuple[str, str, str, str]]:
    """Indicators: name, mean, and the two ends of the confidence interval."""
    return [
        (
            texts.label("kpi", name),
            kpi_value(name, value.mean, texts),
            kpi_value(name, value.low, texts),
            kpi_value(name, value.high, texts),
        )
        for name, value in content.kpis.items()
    ]


def unplaced_rows(content: ReportContent, texts: Texts) -> list[tuple[str, str, str, str, str]]:
    """Unplaced bookings: shortened key, skill, reason, rules broken, alternatives."""
    case = content.case
    position = case.bookings.position
    return [
        (
            short_key(row["booking_id"]),
            _skill_of(content, position.get(row["booking_id"]), texts),
            texts.label("reason", row["reason"]),
            rules_in_order(row["rules"]),
            ", ".join(texts.instant(case.axis.instant_of(start)) for start in row["alternatives"]),
        )
        for row in unplaced_in_order(content)
    ]


def unplaced_in_order(content: ReportContent) -> list[dict[str, Any]]:
    """Rows of unplaced bookings, those of frequent reasons first; those that are not eligible come last."""
    often = Counter(content.case.unplaced.reason.tolist())
    return sorted(
        content.case.unplaced.rows(),
        key=lambda row: (
            row["reason"] == "not_eligible",
            -often[row["reason"]],
            UNPLACED_REASONS.index(row["reason"]),
            row["booking_id"],
        ),
    )


def duty_rows(content: ReportContent, texts: Texts) -> list[tuple[str, str, str, str, str]]:
    """Duties: agent, day, start, end, breaks."""
    axis = content.case.axis

    def clock(minute: int) -> str:
        return texts.clock(axis.minute_of_day(minute))

    return [
        (
            duty.agent_id,
            texts.short_day(axis.date_of(axis.day_of(duty.start))),
            clock(duty.start),
            clock(duty.end),
            ", ".join(
                f"{texts.say(f'roster.{pause.kind}').lower()} {clock(pause.start)}\u2013{clock(pause.end)}"
                for pause in duty.breaks
            ),
        )
        for duty in content.case.roster.duties
    ]


def provenance_rows(content: ReportContent, texts: Texts) -> list[tuple[str, str]]:
    """Where the result comes from: horizon, rules, seeds, times, statuses and versions."""
    plan = content.case.plan
    rows = [
        (texts.say("provenance.plan"), plan.name or texts.say("provenance.unnamed")),
        (
            texts.say("provenance.horizon"),
            f"{texts.full_day(plan.first_day)} \u2013 {texts.full_day(plan.axis.date_of(plan.days - 1))}",
        ),
        (texts.say("provenance.as_of"), texts.instant(plan.as_of.astimezone(plan.axis.zone))),
        (
            texts.say("provenance.policy"),
            texts.say(
                "provenance.policy_value",
                issuer=plan.policy.issuer,
                day=texts.full_day(plan.policy.effective_from),
            ),
        ),
    ]
    if content.written_at is not None:
        rows.append(
            (texts.say("provenance.written_at"), texts.instant(content.written_at.astimezone(plan.axis.zone)))
        )
    for step, outcome in (
        ("step.roster", content.roster_outcome),
        ("step.allocation", content.allocation_outcome),
    ):
        told = [
            texts.label("status", outcome.status) if outcome.status else "",
            outcome.engine,
            texts.say("provenance.seconds", seconds=texts.decimal(outcome.seconds))
            if math.isfinite(outcome.seconds)
            else "",
            ""
            if outcome.reproducible is None
            else texts.say(
                "provenance.reproducible" if outcome.reproducible else "provenance.not_reproducible"
            ),
        ]
        if any(told):
            rows.append((texts.say(step), ", ".join(piece for piece in told if piece)))
    if content.replications is not None:
        rows.append((texts.say("provenance.replications"), texts.integer(content.replications)))
    if content.seed is not None:
        rows.append((texts.say("provenance.seed"), str(content.seed)))
    if math.isfinite(content.seconds):
        rows.append(
            (
                texts.say("provenance.total"),
                texts.say("provenance.seconds", seconds=texts.decimal(content.seconds)),
            )
        )
    rows += sorted(content.versions.items())
    return rows


def share_of(part: int, whole: int) -> float:
    """A part of a whole, cut off after a tenth of a percent: 100 % is said only of the whole."""
    return part * 1000 // whole / 1000 if whole else math.nan


def _interval(name: str, value: Kpi, texts: Texts) -> str:
    low, high = kpi_value(name, value.low, texts), kpi_value(name, value.high, texts)
    for unit in ("%", " min", " h"):
        if low.endswith(unit) and high.endswith(unit):
            low = low.removesuffix(unit)
    return texts.say("card.interval", low=low, high=high)


def _plain_number(value: float, texts: Texts) -> str:
    return texts.decimal(value, 0 if value == round(value) else 2) if math.isfinite(value) else NOT_KNOWN


def _skill_of(content: ReportContent, place: int | None, texts: Texts) -> str:
    return "" if place is None else texts.label("skill", content.case.bookings.skill[place])
