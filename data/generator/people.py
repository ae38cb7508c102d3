"""The people who attend: their roles, who comes twice, where they live and how they are identified."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np

from data.generator.chance import Streams, dealt
from data.generator.dossiers import Dossier, Fault, Orders
from data.model import MISSING, ROLES
from data.model.columns import BoolArray, IntArray

HOLDER, CO_REPRESENTATIVE, PROXY, COURT_REPRESENTATIVE = range(len(ROLES))
"""Positions in ROLES."""

TWICE_SHARE: Final = 0.04
"""Holders with two orders, for every booking."""

SHARED_CO_REPRESENTATIVES: Final = 0.25
COMPANIES_OF_AN_ACCOUNTANT: Final = 3

WEST_SHARE: Final = 0.08
"""Customers in UTC-4 and UTC-5 (DOMAIN 2.4)."""

EASTERN_ZONES: Final = (
    ("America/Sao_Paulo", 0.80),
    ("America/Bahia", 0.05),
    ("America/Fortaleza", 0.04),
    ("America/Recife", 0.04),
    ("America/Belem", 0.03),
    ("America/Maceio", 0.02),
    ("America/Araguaina", 0.01),
    ("America/Santarem", 0.01),
)
WESTERN_ZONES: Final = (
    ("America/Cuiaba", 0.35),
    ("America/Campo_Grande", 0.30),
    ("America/Manaus", 0.20),
    ("America/Porto_Velho", 0.08),
    ("America/Boa_Vista", 0.03),
    ("America/Rio_Branco", 0.04),
)
ZONES: Final = tuple(name for name, _ in (*EASTERN_ZONES, *WESTERN_ZONES))

EARLIEST_LOCAL: Final = 8 * 60
"""No customer is asked to attend before 8:00 local time (DOMAIN 3.5)."""


@dataclass(frozen=True)
class People:
    """Rows of the participants table, in order of booking and role, and the persons behind them.

    Attributes:
        booking, role, person: of each row; `role` is a position in ROLES.
        zone: of each person, a position in ZONES.
        has_cnh, cnh_issued_on, has_biometrics: of each person.
    """

    booking: IntArray
    role: IntArray
    person: IntArray
    zone: IntArray
    has_cnh: BoolArray
    cnh_issued_on: IntArray
    has_biometrics: BoolArray


def draw_people(orders: Orders, zone_shift: IntArray, clock: IntArray, streams: Streams) -> People:
    """Draw who attends.

    Args:
        orders: the orders.
        zone_shift: minutes that clocks in each of ZONES differ from those of Brasília; negative in the west.
        clock: minute of the day in Brasília at which each request starts.
        streams: the random streams.
    """
    booking, role = _rows(orders)
    person = np.arange(len(booking))
    _let_holders_come_twice(orders, booking, role, person, streams)
    _let_accountants_come_often(orders, booking, role, person, streams)
    person = np.unique(person, return_inverse=True)[1].astype(np.int64)
    count = int(person.max()) + 1
    rng = streams.of("identification")
    has_cnh = rng.random(count) < 0.84
    has_biometrics = (rng.random(count) < 0.45) | ~has_cnh
    lost = orders.fault[booking] == Fault.NOT_IDENTIFIABLE
    has_cnh[person[lost]] = has_biometrics[person[lost]] = False
    issued = np.where(has_cnh & (rng.random(count) < 0.9), -rng.integers(30, 3600, count), MISSING)
    return People(
        booking=booking,
        role=role,
        person=person,
        zone=_zones(zone_shift, clock[booking], person, streams),
        has_cnh=has_cnh,
        cnh_issued_on=issued,
        has_biometrics=has_biometrics,
    )


def _rows(orders: Orders) -> tuple[IntArray, IntArray]:
    """Booking and role of every participant."""
    each = np.arange(len(orders))
    groups = (
        (each[~orders.deceased], HOLDER),
        (np.repeat(each, orders.co_representatives), CO_REPRESENTATIVE),
        (each[orders.proxy_row], PROXY),
        (each[orders.deceased], COURT_REPRESENTATIVE),
    )
    booking = np.concatenate([rows for rows, _ in groups])
    role = np.concatenate([np.full(len(rows), role) for rows, role in groups])
    order = np.lexsort((role, booking))
    return booking[order], role[order]


def _let_holders_come_twice(
    orders: Orders, booking: IntArray, role: IntArray, person: IntArray, streams: Streams
) -> None:
    """Give a person's and a company's order the same holder, most of them on one day, never at one time."""
    rng = streams.of("two orders")
    planted = orders.requests.agent >= 0
    holders = role == HOLDER
    mine = rng.permutation(np.flatnonzero(holders & (planted & (orders.dossier == Dossier.PERSON))[booking]))
    firms = rng.permutation(
        np.flatnonzero(holders & (planted & (orders.dossier == Dossier.COMPANY))[booking])
    )
    size = min(len(mine), len(firms))
    start, end = orders.requests.start[booking], orders.requests.end[booking]
    mine, firms = mine[:size], firms[:size]
    mine = mine[np.argsort(start[mine] // 1440, kind="stable")]
    firms = firms[np.argsort(start[firms] // 1440, kind="stable")]
    apart = (end[mine] <= start[firms]) | (end[firms] <= start[mine])
    pairs = rng.permutation(np.flatnonzero(apart))[: ceil(len(orders) * TWICE_SHARE)]
    person[firms[pairs]] = person[mine[pairs]]


def _let_accountants_come_often(
    orders: Orders, booking: IntArray, role: IntArray, person: IntArray, streams: Streams
) -> None:
    """Let some co-representatives act for several companies, at different times."""
    rng = streams.of("accountants")
    first = np.concatenate([[True], (booking[1:] != booking[:-1]) | (role[1:] != role[:-1])])
    joint = (orders.requests.agent >= 0) & (orders.dossier == Dossier.JOINT_CLAUSE)
    rows = np.flatnonzero(first & (role == CO_REPRESENTATIVE) & joint[booking])
    rows = rng.permutation(rows)[: int(len(rows) * SHARED_CO_REPRESENTATIVES)]
    start, end = orders.requests.start[booking], orders.requests.end[booking]
    rows = rows[np.lexsort((rows, start[rows]))]
    accountants = -(-len(rows) // COMPANIES_OF_AN_ACCOUNTANT)
    for turn in range(1, COMPANIES_OF_AN_ACCOUNTANT):
        later = rows[turn * accountants : (turn + 1) * accountants]
        earlier = rows[(turn - 1) * accountants :][: len(later)]
        free = end[earlier] <= start[later]
        person[later[free]] = person[earlier[free]]


def _zones(zone_shift: IntArray, clock: IntArray, person: IntArray, streams: Streams) -> IntArray:
    """Zone of each person; in the west only those whose sessions begin at 8:00 local time or later."""
    rng = streams.of("zones")
    count = int(person.max()) + 1
    zone = dealt(rng, [share for _, share in EASTERN_ZONES], count)
    earliest = np.full(count, 24 * 60)
    np.minimum.at(earliest, person, clock)
    order = rng.permutation(count)
    west = len(EASTERN_ZONES) + dealt(rng, [share for _, share in WESTERN_ZONES], count)
    local = earliest + zone_shift[west]
    able = order[(local >= EARLIEST_LOCAL)[order]][: round(WEST_SHARE * count)]
    zone[able] = west[able]
    return zone
