"""What `pontual plan` made as a table that people read, from its document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.texts import Texts

Rows = list[tuple[str, ...]]

KPIS = ("wait_mean", "wait_over_10", "on_time_share", "rebooked_by_issuer")
"""Of the simulation; the document has all."""


def steps_table(document: Mapping[str, Any], texts: Texts) -> tuple[str, list[str], Rows]:
    """Title, headings and rows: roster, service of the expected customers, sessions, simulation."""
    rows = [
        *_roster(document["roster"], texts),
        *_service(document["service"], document["requirement"]["targets"], texts),
        *_sessions(document["allocate"], texts),
        *_simulation(document["simulate"], texts),
    ]
    if "folder" in document:
        rows.append((texts.say("planning.folder"), document["folder"]))
    return texts.say("planning.title"), [texts.say("planning.step"), texts.say("planning.figure")], rows


def _roster(roster: Mapping[str, Any] | None, texts: Texts) -> Rows:
    if roster is None or roster["required"] is None:
        return [(texts.say("planning.roster"), texts.say("planning.none"))]
    said = texts.say(
        "planning.covered",
        covered=texts.integer(roster["covered"]),
        required=texts.integer(roster["required"]),
        under=texts.integer(roster["under"]),
        bound=texts.integer(roster["bound"]),
    )
    return [(texts.say("planning.roster"), said)]


def _service(service: Mapping[str, Any] | None, targets: list[Mapping[str, Any]], texts: Texts) -> Rows:
    if service is None:
        return []
    said = texts.say(
        "planning.kept",
        kept=texts.integer(service["periods"] - service["missed"]),
        all=texts.integer(service["periods"]),
        surely=texts.integer(service["surely_missed"]),
    )
    rows = [(texts.say("planning.service"), said)]
    return rows + [
        (target["text"], _figure(share, texts, is_share=True))
        for target, share in zip(targets, service["overall"], strict=True)
    ]


def _sessions(allocation: Mapping[str, Any] | None, texts: Texts) -> Rows:
    if allocation is None or allocation["placed"] is None:
        return [(texts.say("planning.sessions"), texts.say("planning.none"))]
    said = texts.say(
        "planning.placed",
        placed=texts.integer(allocation["placed"]),
        eligible=texts.integer(allocation["eligible"]),
    )
    return [(texts.say("planning.sessions"), said)]


def _simulation(simulation: Mapping[str, Any] | None, texts: Texts) -> Rows:
    if simulation is None:
        return []
    return [
        (texts.label("kpi", name), _figure(simulation["kpis"][name], texts, is_share=name != "wait_mean"))
        for name in KPIS
    ]


def _figure(figure: Mapping[str, float | None], texts: Texts, *, is_share: bool) -> str:
    write = texts.percent if is_share else texts.minutes
    return f"{write(figure['mean'], 2)} ({write(figure['low'], 2)} .. {write(figure['high'], 2)})"
