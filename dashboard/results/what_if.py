"""The answer of a what-if as a sentence and as tables that people read, built from the figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from dashboard.charts.sweep_frontier import SweepPoint
from dashboard.results.indicators import SHOWN_IN_HOURS, kpi_value
from dashboard.results.levers import enumeration, levers_phrase, signed
from dashboard.results.sweep import figure_name, is_share
from dashboard.texts import Texts
from optimizer.planning.what_if import Figures, differences
from optimizer.planning.what_if_choice import Choice
from optimizer.sweep.analysis import COST, MORE_IS_BETTER, SERVICE
from optimizer.sweep.playing import AGENT_HOURS, NOT_PLACED
from optimizer.sweep.scenarios import TODAY
from simulation import KPIS, Kpi

SHOWN = (
    SERVICE,
    "wait_mean",
    "on_time_share",
    "rebooked_by_issuer",
    NOT_PLACED,
    "served",
    "occupancy",
    "overtime_minutes",
    AGENT_HOURS,
    COST,
)
"""Figures told of every scenario, in this order."""

Verdict = Literal["better", "worse", "unsure", "same"]
_PLACES = {COST: 0, NOT_PLACED: 0, "wait_mean": 2}
_WEEK = range(5, 8)
"""Days of a horizon that people call a week."""


def answer_sentence(today: Figures, scenario: Figures, days: int, texts: Texts) -> str:
    """What the levers do to the share of long waits, to the cost and to bookings without a session.

    Where an interval includes no difference, it says that none can be told.

    Args:
        today, scenario: figures that may be held against each other.
        days: of the horizon.
        texts: of the reader's language.
    """
    levers = levers_phrase(scenario.scenario.changes, texts)
    if not scenario.has_figures:
        why = texts.label("sweep_status", scenario.status)
        return texts.say("what_if.no_figures", levers=levers, why=why)
    found = differences(today, scenario)
    said = texts.say(
        f"what_if_answer.{_change(found[SERVICE])}",
        levers=levers,
        figure=texts.say("what_if.figure"),
        before=amount(SERVICE, today.kpi(SERVICE).mean, texts),
        after=amount(SERVICE, scenario.kpi(SERVICE).mean, texts),
        change=difference(SERVICE, found[SERVICE].mean, texts),
        low=_end(SERVICE, found[SERVICE].low, texts, with_sign=True),
        high=_end(SERVICE, found[SERVICE].high, texts, with_sign=True),
    )
    return said + _cost(found[COST], days, texts) + _not_placed(found[NOT_PLACED].mean, texts)


def baseline_sentence(today: Figures, days: int, texts: Texts) -> str:
    """What is so without any lever moved."""
    service = today.kpi(SERVICE)
    return texts.say(
        "what_if.baseline",
        figure=texts.say("what_if.figure"),
        value=amount(SERVICE, service.mean, texts),
        low=_end(SERVICE, service.low, texts),
        high=_end(SERVICE, service.high, texts),
        span=span(days, texts),
        cost=amount(COST, today.kpi(COST).mean, texts),
    )


def kpi_table(today: Figures, scenario: Figures | None, texts: Texts) -> tuple[list[str], list[list[str]]]:
    """Headings and rows: each figure today, and in the scenario with its difference where there is one."""
    names = ("figure", "today") if scenario is None else ("figure", "today", "scenario", "change", "verdict")
    headings = [texts.label("what_if_column", name) for name in names]
    if scenario is None:
        return headings, [[figure_name(name, texts), interval(name, today, texts)] for name in SHOWN]
    found = differences(today, scenario)
    return headings, [
        [
            figure_name(name, texts),
            interval(name, today, texts),
            interval(name, scenario, texts),
            texts.say(
                "what_if.interval",
                mean=difference(name, found[name].mean, texts),
                low=_end(name, found[name].low, texts, with_sign=True),
                high=_end(name, found[name].high, texts, with_sign=True),
            )
            if found[name].low < found[name].high
            else difference(name, found[name].mean, texts),
            texts.label("what_if_verdict", verdict(name, found[name])),
        ]
        for name in SHOWN
    ]


def comparison_table(
    today: Figures, scenarios: Sequence[Figures], texts: Texts
) -> tuple[list[str], list[list[str]]]:
    """Headings and rows: a column for each scenario, with the difference from today and half its interval."""
    headings = [texts.label("what_if_column", "figure"), texts.say("what_if.today")]
    headings += [each.scenario.name for each in scenarios]
    changes = [differences(today, each) if each.has_figures else None for each in scenarios]
    rows = []
    for name in SHOWN:
        cells = [figure_name(name, texts), amount(name, today.kpi(name).mean, texts)]
        for each, found in zip(scenarios, changes, strict=True):
            if found is None:
                cells.append(texts.label("sweep_status", each.status))
                continue
            reach = (found[name].high - found[name].low) / 2.0
            written = difference(name, found[name].mean, texts)
            cells.append(
                f"{amount(name, each.kpi(name).mean, texts)} ({written} ± {_end(name, reach, texts)})"
            )
        rows.append(cells)
    return headings, rows


def frontier_points(figures: Sequence[Figures], listed: Sequence[Choice], texts: Texts) -> list[SweepPoint]:
    """The scenarios with figures, for the plot of service against cost."""
    return [
        SweepPoint(
            name=texts.say("what_if.today") if each.scenario.name == TODAY else each.scenario.name,
            cost=each.kpi(COST).mean,
            service=each.kpi(SERVICE).mean,
            is_today=not each.scenario.changes,
            on_frontier=any(place in choice.on_frontier for choice in listed),
            is_dominated=any(place in choice.dominated for choice in listed),
            is_recommended=any(place == choice.recommended for choice in listed),
        )
        for place, each in enumerate(figures)
        if any(place in choice.members for choice in listed)
    ]


def recommendations(
    figures: Sequence[Figures], listed: Sequence[Choice], target: float, days: int, texts: Texts
) -> list[str]:
    """What to take under each circumstances, in sentences; and what is not on offer."""
    said = []
    for choice in listed:
        under = "under" if choice.circumstances else "today"
        shared = {
            "levers": levers_phrase(choice.circumstances, texts),
            "target": texts.percent(target),
        }
        if choice.recommended is None:
            said.append(texts.say(f"what_if_none.{under}", **shared))
        else:
            chosen = figures[choice.recommended]
            said.append(
                texts.say(
                    f"what_if_recommended.{under}",
                    name=_name(chosen, texts),
                    cost=amount(COST, chosen.kpi(COST).mean, texts),
                    span=span(days, texts),
                    **shared,
                )
            )
        out = [_name(figures[place], texts) for place in choice.members if place not in choice.on_offer]
        if out:
            said.append(texts.count("what_if.not_on_offer", len(out), names=enumeration(out, texts)))
    return said


def verdict(figure: str, change: Kpi) -> Verdict:
    """Whether a difference is for the better, as far as its interval tells."""
    kind = _change(change)
    if kind != "changed":
        return "same" if kind == "same" else "unsure"
    return "better" if (change.mean > 0) == (figure in MORE_IS_BETTER) else "worse"


def amount(figure: str, value: float, texts: Texts) -> str:
    """A value of a figure in its unit."""
    match figure:
        case "agent_hours":
            return texts.hours(60.0 * value, 1)
        case "not_placed":
            return texts.integer(value)
        case "cost":
            return texts.money(value, 0)
        case "wait_mean":
            return texts.minutes(value, 2)
        case _ if is_share(figure):
            return texts.percent(value, 2)
        case _:
            return kpi_value(figure, value, texts)


def difference(figure: str, value: float, texts: Texts) -> str:
    """A difference of a figure, with its sign; of shares in percentage points."""
    return signed(_plain(figure, value, texts), value)


def interval(figure: str, figures: Figures, texts: Texts) -> str:
    """The mean of a figure with its 95 % interval; the mean alone where all replications are alike."""
    kpi = figures.kpi(figure)
    mean = amount(figure, kpi.mean, texts)
    if kpi.low == kpi.high or math.isnan(kpi.low):
        return mean
    low, high = _end(figure, kpi.low, texts), _end(figure, kpi.high, texts)
    return texts.say("what_if.interval", mean=mean, low=low, high=high)


def span(days: int, texts: Texts) -> str:
    """The time that the costs of a horizon are for."""
    if days == 1:
        return texts.say("what_if.span_day")
    return texts.say("what_if.span_week" if days in _WEEK else "what_if.span_days", n=texts.integer(days))


def _plain(figure: str, value: float, texts: Texts) -> str:
    if is_share(figure):
        return texts.say("what_if.points", value=texts.decimal(100.0 * value, 2))
    if figure in KPIS and KPIS[figure].unit == "sessions":
        return texts.decimal(value, 1)
    return amount(figure, value, texts)


def _end(figure: str, value: float, texts: Texts, *, with_sign: bool = False) -> str:
    """An end of an interval: the number without its unit, which stands beside the mean."""
    hours = figure in SHOWN_IN_HOURS
    number = 100.0 * value if is_share(figure) else value / 60.0 if hours else value
    written = texts.decimal(number, _PLACES.get(figure, 2 if is_share(figure) else 1))
    return signed(written, value) if with_sign else written


def _change(change: Kpi) -> Literal["changed", "unsure", "same"]:
    if change.mean == change.low == change.high == 0.0:
        return "same"
    return "changed" if change.low > 0.0 or change.high < 0.0 else "unsure"


def _cost(change: Kpi, days: int, texts: Texts) -> str:
    kind = _change(change)
    if kind == "same":
        return texts.say("what_if.cost_same", span=span(days, texts))
    if kind == "unsure":
        low, high = (_end(COST, end, texts, with_sign=True) for end in (change.low, change.high))
        return texts.say("what_if.cost_unsure", span=span(days, texts), low=low, high=high)
    low, high = (_end(COST, end, texts) for end in sorted((abs(change.low), abs(change.high))))
    return texts.say(
        "what_if.cost_more" if change.mean > 0 else "what_if.cost_less",
        amount=amount(COST, abs(change.mean), texts),
        span=span(days, texts),
        low=low,
        high=high,
    )


def _not_placed(change: float, texts: Texts) -> str:
    number = round(abs(change))
    if not number:
        return ""
    return texts.count("what_if.not_placed_more" if change > 0 else "what_if.not_placed_less", number)


def _name(figures: Figures, texts: Texts) -> str:
    return texts.say("what_if.today") if not figures.scenario.changes else figures.scenario.name
