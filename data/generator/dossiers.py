"""What lies behind each request: whose certificate it is, who must attend, and what may be wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from data.generator.chance import Streams, between, dealt, pick
from data.generator.requests import JOINT, JUDICIAL, LIBRAS, PF, PJ, Menu, Requests
from data.generator.workdays import Workdays
from data.model import MISSING, Plan
from data.model.columns import BoolArray, IntArray


class Dossier(IntEnum):
    """The kinds of eligible orders."""

    PERSON = 0
    COMPANY = 1
    ADMINISTRATOR = 2
    """R19: joint clause, but the holder is named administrator and attends alone."""
    JOINT_CLAUSE = 3
    """R20."""
    PROXY = 4
    """R22 to R24."""
    DECEASED_PERSON = 5
    """R25."""
    DECEASED_REGISTERED = 6
    """R25, of a company."""
    DECEASED_UNREGISTERED = 7
    """R26."""


DOSSIERS_OF_SKILL: Final[dict[int, dict[Dossier, float]]] = {
    PF: {Dossier.PERSON: 1.0},
    PJ: {Dossier.COMPANY: 0.96, Dossier.ADMINISTRATOR: 0.04},
    JOINT: {Dossier.JOINT_CLAUSE: 0.78, Dossier.PROXY: 0.22},
    JUDICIAL: {
        Dossier.DECEASED_PERSON: 0.5,
        Dossier.DECEASED_REGISTERED: 0.35,
        Dossier.DECEASED_UNREGISTERED: 0.15,
    },
    LIBRAS: {Dossier.PERSON: 0.6, Dossier.COMPANY: 0.4},
}


class Fault(IntEnum):
    """Why a booking is not eligible."""

    NONE = 0
    PROXY_EXPIRED = 1
    UNPAID = 2
    NOT_IDENTIFIABLE = 3
    NO_CO_REPRESENTATIVE = 4
    NO_COURT_DECISION = 5
    NOT_REGISTERED = 6
    NEEDS_PRESENCE = 7
    PROXY_ABSENT = 8
    PERSON_BY_PROXY = 9
    TOO_LONG = 10
    NO_EXECUTOR_CERTIFICATE = 11


FAULTS: Final[tuple[tuple[Fault, int, Dossier, float], ...]] = (
    (Fault.PROXY_EXPIRED, JOINT, Dossier.PROXY, 0.12),
    (Fault.UNPAID, PF, Dossier.PERSON, 0.24),
    (Fault.NOT_IDENTIFIABLE, PF, Dossier.PERSON, 0.20),
    (Fault.NO_CO_REPRESENTATIVE, JOINT, Dossier.JOINT_CLAUSE, 0.10),
    (Fault.NO_COURT_DECISION, JUDICIAL, Dossier.DECEASED_PERSON, 0.05),
    (Fault.NOT_REGISTERED, PJ, Dossier.COMPANY, 0.09),
    (Fault.NEEDS_PRESENCE, PJ, Dossier.COMPANY, 0.06),
    (Fault.PROXY_ABSENT, JOINT, Dossier.PROXY, 0.04),
    (Fault.PERSON_BY_PROXY, JOINT, Dossier.PERSON, 0.04),
    (Fault.TOO_LONG, PF, Dossier.PERSON, 0.03),
    (Fault.NO_EXECUTOR_CERTIFICATE, JUDICIAL, Dossier.DECEASED_UNREGISTERED, 0.03),
)
"""Each fault with the skill and the dossier on which it occurs, and its share; small cases have the first."""

TOO_LONG_MINUTES: Final = 40
LONGEST_ALONE: Final = 30
"""R11, as in the default policy; here and there only the intended rule is to be broken."""

LONGEST_PROXY_AGE: Final = 90
"""R23, as in the default policy."""


@dataclass(frozen=True)
class Orders:
    """Requests with their dossiers.

    Attributes:
        dossier, fault: members of the enumerations.
        co_representatives: how many there are rows for.
        proxy_row: whether a proxy is among the participants.
        proxy_issued_on: day, or MISSING.
    """

    requests: Requests
    dossier: IntArray
    fault: IntArray
    co_representatives: IntArray
    proxy_row: BoolArray
    proxy_issued_on: IntArray

    def __len__(self) -> int:
        return len(self.requests)

    @property
    def deceased(self) -> BoolArray:
        """Whether the holder has died."""
        return self.dossier >= Dossier.DECEASED_PERSON

    @property
    def company(self) -> BoolArray:
        """Whether the certificate is a company's."""
        return ~np.isin(self.dossier, (Dossier.PERSON, Dossier.DECEASED_PERSON))


def faulty_requests(
    workdays: Workdays, filled: Requests, menu: Menu, streams: Streams, count: int
) -> tuple[Requests, IntArray]:
    """Requests for ineligible bookings, without a place, and their faults."""
    rng = streams.of("faulty requests")
    row = dealt(rng, [share for *_, share in FAULTS], count)
    skill = np.array([skill for _, skill, *_ in FAULTS])[row]
    fault = np.array([int(fault) for fault, *_ in FAULTS])[row]
    duration = np.zeros(count, dtype=np.int64)
    occupied = np.zeros(count, dtype=np.int64)
    for each in range(len(FAULTS)):
        rows = np.flatnonzero(row == each)
        choice = pick(rng, len(rows), np.where(menu.skill == FAULTS[each][1], menu.share, 0.0))
        duration[rows], occupied[rows] = menu.duration[choice], menu.occupied[choice]
    alone = np.isin(fault, (Fault.NO_CO_REPRESENTATIVE, Fault.PROXY_ABSENT))
    duration[alone] = np.minimum(duration[alone], LONGEST_ALONE)
    duration[fault == Fault.TOO_LONG] = TOO_LONG_MINUTES
    start = filled.start[pick(rng, count, np.ones(len(filled)))]
    start = np.minimum(start, workdays.closes[workdays.rank_of(start)] - duration)
    return Requests(start, duration, occupied, skill, np.full(count, -1)), fault


def draw_orders(plan: Plan, requests: Requests, fault: IntArray, streams: Streams) -> Orders:
    """Draw the dossier of each request; a fault decides on which it occurs."""
    rng = streams.of("dossiers")
    count = len(requests)
    dossier = np.zeros(count, dtype=np.int64)
    for skill, options in DOSSIERS_OF_SKILL.items():
        rows = np.flatnonzero(requests.skill == skill)
        dossier[rows] = np.array([int(o) for o in options])[pick(rng, len(rows), list(options.values()))]
    for each, _, needed, _ in FAULTS:
        dossier[fault == each] = needed
    several = np.where(rng.random(count) < 0.15, 2, 1)
    co_representatives = np.where(dossier == Dossier.JOINT_CLAUSE, several, 0)
    co_representatives[dossier == Dossier.ADMINISTRATOR] = 1
    co_representatives[fault == Fault.NO_CO_REPRESENTATIVE] = 0
    given = (dossier == Dossier.PROXY) | (fault == Fault.PERSON_BY_PROXY)
    return Orders(
        requests=requests,
        dossier=dossier,
        fault=fault,
        co_representatives=co_representatives,
        proxy_row=given & (fault != Fault.PROXY_ABSENT),
        proxy_issued_on=np.where(given, _proxy_dates(plan, requests, fault, streams), MISSING),
    )


def _proxy_dates(plan: Plan, requests: Requests, fault: IntArray, streams: Streams) -> IntArray:
    """Days on which proxies were issued: at most 90 before the session (R23), some of them just so.

    Expired ones are older than that on the first day of the horizon.
    """
    rng = streams.of("proxies")
    day = plan.axis.days_of(requests.start)
    oldest = day - LONGEST_PROXY_AGE
    issued = between(rng, oldest, np.full(len(requests), -1))
    issued = np.where(rng.random(len(requests)) < 0.15, oldest, issued)
    expired = between(
        rng, np.full(len(requests), -LONGEST_PROXY_AGE - 120), np.full(len(requests), -LONGEST_PROXY_AGE - 1)
    )
    return np.where(fault == Fault.PROXY_EXPIRED, expired, issued)
