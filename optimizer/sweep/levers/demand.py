"""Demand: more bookings or fewer, more agents required or fewer, and other planned minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from data.eligibility import evaluate
from data.model import MISSING, SESSION_KINDS, Bookings, Case, Demand, Participants
from data.model.columns import FloatArray, IntArray
from optimizer.sweep.levers.faults import Fault, Faults, Path
from optimizer.sweep.values import Setting

MOST_DEMAND = 10.0
"""Times the demand of today."""


def with_demand(case: Case, changes: Mapping[Path, Setting], faults: Faults) -> Case:
    """More bookings or fewer, and as many more or fewer agents required.

    Bookings more are like others, spread evenly over them, of other people and without a promise; those that
    are left out are spread evenly, and none is one with a promise.
    """
    factor = _factor(changes, faults)
    if factor is None:
        return case
    return _with_required(_with_bookings(case, factor), factor)


def with_requirement(case: Case, changes: Mapping[Path, Setting], faults: Faults) -> Case:
    """More agents required for the same bookings, or fewer."""
    factor = _factor(changes, faults)
    return case if factor is None else _with_required(case, factor)


def with_buffer_minutes(case: Case, changes: Mapping[Path, Setting], faults: Faults) -> Case:
    """So many minutes more planned for a session of a kind, for the same work.

    Within the shortest and longest of the kind; promised sessions keep what was booked.
    """
    more: dict[str, int] = dict.fromkeys(SESSION_KINDS, 0)
    for path, setting in changes.items():
        kinds = SESSION_KINDS if path in ((), ("all",)) else tuple(k for k in SESSION_KINDS if path == (k,))
        if not kinds:
            faults.append(Fault(path, str(setting), f"expected all, {', '.join(SESSION_KINDS)}"))
        elif setting.kind != "exactly" or not setting.is_number or setting.value != round(setting.value):
            faults.append(Fault(path, str(setting), "expected whole minutes, such as 5 or -5"))
        else:
            for kind in kinds:
                more[kind] = round(setting.value)
    bookings = case.bookings
    kinds_booked = evaluate(case).kind
    minutes = bookings.duration_minutes.copy()
    for name in SESSION_KINDS:
        policy = case.plan.policy.kind(name)
        rows = np.flatnonzero((kinds_booked == name) & (bookings.pin == ""))
        booked = minutes[rows]
        # What was booked outside the limits is not moved towards them.
        if more[name] > 0:
            minutes[rows] = np.maximum(booked, np.minimum(booked + more[name], policy.longest_minutes))
        else:
            minutes[rows] = np.minimum(booked, np.maximum(booked + more[name], policy.shortest_minutes))
    return replace(case, bookings=replace(bookings, duration_minutes=minutes))


def _factor(changes: Mapping[Path, Setting], faults: Faults) -> float | None:
    for path, setting in changes.items():
        value = None
        if not path and setting.is_number and setting.kind != "at_most":
            value = setting.applied_to(1.0)
        if value is not None and 0.0 < value <= MOST_DEMAND:
            return float(value)
        faults.append(
            Fault(
                path,
                str(setting),
                f"expected a change such as +20%, or a factor above 0, {MOST_DEMAND:g} at most",
            )
        )
    return None


def _with_bookings(case: Case, factor: float) -> Case:
    bookings, participants = case.bookings, case.participants
    wanted = round(factor * len(bookings))
    if wanted <= len(bookings):
        free = np.flatnonzero(bookings.pin == "")
        out = free[_evenly(min(len(bookings) - wanted, len(free)), len(free))]
        kept = np.ones(len(bookings), dtype=np.bool_)
        kept[out] = False
        names = bookings.booking_id[kept].astype(str)
        attended = np.isin(participants.booking_id.astype(str), names)
        return replace(case, bookings=bookings.take(kept), participants=participants.take(attended))
    copies, left = 0, wanted - len(bookings)
    while left:
        copies += 1
        rows = _evenly(min(left, len(case.bookings)), len(case.bookings))
        left -= len(rows)
        more, attending = _copied(case, rows, copies)
        bookings, participants = bookings.followed_by(more), participants.followed_by(attending)
    return replace(case, bookings=bookings, participants=participants)


def _copied(case: Case, rows: IntArray, number: int) -> tuple[Bookings, Participants]:
    """Bookings like these, of other people."""
    like = case.bookings.take(rows)
    nobody = np.full(len(rows), "", dtype=object)
    copies = replace(
        like,
        booking_id=_renamed(like.booking_id, number),
        pin=nobody,
        pinned_agent=nobody,
        pinned_start=np.full(len(rows), MISSING, dtype=np.int64),
    )
    attended = np.isin(case.participants.booking_id.astype(str), like.booking_id.astype(str))
    people = case.participants.take(np.flatnonzero(attended))
    return copies, replace(
        people,
        booking_id=_renamed(people.booking_id, number),
        participant_id=_renamed(people.participant_id, number),
    )


def _renamed(names: np.ndarray, number: int) -> np.ndarray:
    found = np.empty(len(names), dtype=object)
    found[:] = [f"{name}+{number}" for name in names]
    return found


def _evenly(count: int, of: int) -> IntArray:
    """So many different places of so many, spread evenly."""
    return (
        np.floor((np.arange(count) + 0.5) * of / count).astype(np.int64) if count else np.zeros(0, np.int64)
    )


def _with_required(case: Case, factor: float) -> Case:
    demand = case.demand
    shifts = case.shift_demand
    scaled = replace(
        demand,
        required=rounded_by_interval(demand, demand.required.astype(np.float64) * factor),
        expected_bookings=demand.expected_bookings * factor,
    )
    required = np.floor(shifts.required * factor + 0.5).astype(np.int64)
    return replace(case, demand=scaled, shift_demand=replace(shifts, required=required))


def rounded_by_interval(demand: Demand, required: FloatArray) -> IntArray:
    """Whole agents: of each interval as many in all as asked for, rounded once, by the largest remainders.

    Rounded one by one, a fifth more of 1 agent would be none in any of the skills.
    """
    found = np.floor(required + 1e-9)
    for rows in _groups(demand.starts_at):
        rest = required[rows] - found[rows]
        more = int(np.floor(rest.sum() + 0.5))
        chosen = rows[np.argsort(-np.round(rest, 9), kind="stable")[:more]]
        found[chosen] += 1.0
    return found.astype(np.int64)


def _groups(values: IntArray) -> list[IntArray]:
    """The rows of each value."""
    order = np.argsort(values, kind="stable")
    cuts = np.flatnonzero(np.diff(values[order])) + 1
    return [rows for rows in np.split(order, cuts) if len(rows)]
