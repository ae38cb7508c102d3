"""Overbooking: bookings beyond the plan, at starts of the plan, because not everybody comes.

A policy says how many more bookings each session's start gets; they are made when the week is built, so that
both engines meet them as sessions like any other. A booking more is synthetic: it resembles the session whose
start it shares (kind, skill, planned minutes, participants, lead time, nominal agent) and has chance of its
own.

Sessions are counted by who serves them together: the pool, or the nominal agent where each has a list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from data.model import Scenario
from data.model.columns import FloatArray, IntArray
from simulation.draws import no_show_probability
from simulation.random_streams import stable_keys
from simulation.records import texts
from simulation.week import NOBODY, Week

_HOUR, _DAY = 60.0, 1440.0
_ROUNDING = 1e-9
"""Shares of sessions add up to whole bookings but for this."""


class Overbooking(Protocol):
    """How many more are booked than planned, and where."""

    def more(self, week: Week, scenario: Scenario) -> IntArray:
        """By session of the plan, how many more bookings its start gets."""


@dataclass(frozen=True)
class ShareOfPlan:
    """So many bookings more for each one planned, evenly over the day of each pool or agent.

    Attributes:
        share: more bookings per planned one.
        by_hour: factors on it, one for each hour of the day.
    """

    share: float
    by_hour: tuple[float, ...] = (1.0,) * 24

    def more(self, week: Week, scenario: Scenario) -> IntArray:
        """Shares are summed in order of appointment; each time they make a whole one, a booking is due."""
        found = np.zeros(len(week), dtype=np.int64)
        for group in _groups(_unit(week, scenario), week.appointed // _DAY):
            rows = _in_order(week, group)
            due = np.floor(np.cumsum(self.share * np.array(self.by_hour)[week.hour[rows]]) + _ROUNDING)
            found[rows] = np.diff(due, prepend=0.0).astype(np.int64)
        return found


@dataclass(frozen=True)
class LimitedRisk:
    """As many more as keep the probability small that more customers come than are planned.

    Counted for each pool or agent, skill and hour, evenly over the hour, and up to twice the plan. Customers
    come with the scenario's probabilities, independently (a Poisson-binomial number). Those who come too late
    count as there.

    Attributes:
        risk: the highest probability.
    """

    risk: float

    def more(self, week: Week, scenario: Scenario) -> IntArray:
        """Bookings are added one by one until the next would raise the probability above the risk."""
        come = 1.0 - no_show_probability(week, scenario)
        come *= 1.0 - scenario.cancellation_probability
        found = np.zeros(len(week), dtype=np.int64)
        for group in _groups(_unit(week, scenario), week.appointed // _HOUR, week.skill):
            rows = _in_order(week, group)
            number = how_many_come(come[rows])
            for place in range(len(rows)):
                session = rows[int(_evenly(place + 1) * len(rows))]
                number = _with_one_more(number, float(come[session]))
                if number[len(rows) + 1 :].sum() > self.risk:
                    break
                found[session] += 1
        return found


def overbooking_of(scenario: Scenario) -> Overbooking:
    """The policy that a scenario asks for; a share of 0 books nobody more."""
    if scenario.overbooking_risk:
        return LimitedRisk(scenario.overbooking_risk)
    return ShareOfPlan(scenario.overbooking_share, scenario.overbooking_by_hour)


def with_overbooking(week: Week, scenario: Scenario, policy: Overbooking) -> Week:
    """The week with the policy's bookings, numbered after the sessions of the plan.

    Raises:
        ValueError: when the week is overbooked already.
    """
    if week.overbooked:
        raise ValueError("the week is overbooked already")
    more = policy.more(week, scenario)
    like = np.repeat(np.arange(len(week)), more)
    if not len(like):
        return week
    numbers = range(len(week), len(week) + len(like))
    names = [
        (f"{week.booking_id[session]} overbooked", place)
        for session in np.flatnonzero(more).tolist()
        for place in range(int(more[session]))
    ]
    attending = [
        (number, (*name, person))
        for number, name, session in zip(numbers, names, like.tolist(), strict=True)
        for person in range(int(week.participants[session]))
    ]
    appointed = np.concatenate([week.appointed, week.appointed[like]])
    own_lists: dict[int, list[int]] = {}
    for number, duty in zip(numbers, week.duty[like].tolist(), strict=True):
        own_lists.setdefault(duty, []).append(number)
    rows = np.concatenate([np.arange(len(week)), like])
    by_row = ("kind", "skill_name", "planned", "set_up", "wrap_up", "lead_days", "participants", "hour")
    return replace(
        week,
        **{name: getattr(week, name)[rows] for name in (*by_row, "skill", "pool", "duty")},
        booking_id=np.append(week.booking_id, texts([f"overbooked {n + 1}" for n in range(len(like))])),
        appointed=appointed,
        companions=week.companions + ((),) * len(like),
        key=np.concatenate([week.key, stable_keys(names)]),
        attendance_session=np.append(week.attendance_session, [number for number, _ in attending]),
        attendance_key=np.concatenate([week.attendance_key, stable_keys(name for _, name in attending)]),
        duties=tuple(
            replace(
                duty,
                own_list=tuple(
                    sorted((*duty.own_list, *own_lists.get(place, ())), key=lambda s: (appointed[s], s))
                ),
            )
            for place, duty in enumerate(week.duties)
        ),
        overbooked=len(like),
    )


def how_many_come(probabilities: FloatArray) -> FloatArray:
    """P(so many come) of customers who come independently; shape (customers + 1,)."""
    number = np.ones(1)
    for probability in probabilities.tolist():
        number = _with_one_more(number, probability)
    return number


def _with_one_more(number: FloatArray, probability: float) -> FloatArray:
    return np.convolve(number, (1.0 - probability, probability))


def _unit(week: Week, scenario: Scenario) -> IntArray:
    """Who serves a session: the pool, a duty (numbered on behind the pools), or NOBODY."""
    by_list = np.where(week.duty == NOBODY, NOBODY, week.duty + len(week.pools))
    return np.where(week.pool != NOBODY, week.pool, by_list) if scenario.pooled else by_list


def _groups(unit: IntArray, *columns: FloatArray | IntArray) -> list[IntArray]:
    """The sessions that somebody serves, parted by equal values of all columns."""
    served = np.flatnonzero(unit != NOBODY)
    table = np.column_stack([unit, *columns])[served]
    group = np.unique(table, axis=0, return_inverse=True)[1].ravel()
    order = np.argsort(group, kind="stable")
    cuts = np.flatnonzero(np.diff(group[order])) + 1
    return [part for part in np.split(served[order], cuts) if len(part)]


def _in_order(week: Week, sessions: IntArray) -> IntArray:
    return sessions[np.argsort(week.appointed[sessions], kind="stable")]


def _evenly(number: int) -> float:
    """The sequence of van der Corput in base 2: 1/2, 1/4, 3/4, 1/8, ...; each beginning of it is even."""
    found, scale = 0.0, 0.5
    while number:
        found += scale * (number & 1)
        number, scale = number >> 1, scale / 2.0
    return found
