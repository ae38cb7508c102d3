"""A whole synthetic planning case from its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np

from data.generator.booking_tables import booking_tables
from data.generator.chance import Streams
from data.generator.dossiers import Fault, draw_orders, faulty_requests
from data.generator.facts import facts_of
from data.generator.packing import fill_segments, surplus_of, thinned, with_rare_kinds
from data.generator.past import draw_history
from data.generator.people import draw_people
from data.generator.planted_roster import PlantedRoster, plant_roster
from data.generator.requests import Menu, Requests
from data.generator.requirement import derive_demand
from data.generator.settings import MOST_LOAD, GeneratorSettings
from data.generator.team import draw_team
from data.generator.wishes import draw_wishes, shifts_of_zones
from data.generator.workdays import Workdays
from data.model import Case, Plan, Sessions, default_as_of
from data.policies import default_labour_regimes, default_service_policies

INELIGIBLE_SHARE: Final = 0.04
"""Of all bookings; these come on top of those that have a planted place."""

ANY_NUMBER: Final = 2**31


@dataclass(frozen=True)
class GeneratedCase:
    """A synthetic planning case.

    Attributes:
        case: the case, with the planted duties and breaks, and without a schedule.
        facts: what it holds, by name; shares are fractions.
        planted: a legal schedule of the planted bookings; for tests and benchmarks, and in no table.
    """

    case: Case
    facts: Mapping[str, int | float]
    planted: Sessions


def generate(settings: GeneratorSettings) -> GeneratedCase:
    """Make the planning case that the settings describe.

    Raises:
        ValueError: when the service is closed in the whole horizon, or nobody can be on duty, or more
            bookings are asked for than twice what the duties hold.
    """
    streams = Streams(settings.seed)
    plan = _plan(settings)
    workdays = Workdays.of(plan)
    team = draw_team(plan, workdays, settings.agents, streams)
    roster = plant_roster(plan, workdays, team, streams)
    menu = Menu.of(plan.policy, plan.grid_minutes)
    filled = fill_segments(roster, team, menu, streams)
    amounts = (
        _for_load(settings.load, roster, workdays, filled, streams)
        if settings.load is not None
        else _for_number(settings.bookings or 0, workdays, filled, streams)
    )
    bookings = len(amounts.planted) + len(amounts.surplus) + amounts.faulty
    planted = with_rare_kinds(amounts.planted, team, menu, streams, bookings)
    asked = planted.followed_by(amounts.surplus)
    broken, fault = faulty_requests(workdays, filled, menu, streams, amounts.faulty)
    requests = asked.followed_by(broken)
    fault = np.concatenate([np.full(len(asked), int(Fault.NONE)), fault])
    orders = draw_orders(plan, requests, fault, streams)
    shift = shifts_of_zones(workdays)
    clock = requests.start - workdays.midnight[workdays.rank_of(requests.start)]
    people = draw_people(orders, shift, clock, streams)
    wishes = draw_wishes(workdays, requests, people, shift, streams)
    tables = booking_tables(orders, people, wishes, team.agents.agent_id, streams)
    case = Case(
        plan=plan,
        agents=team.agents,
        contracts=team.contracts,
        absences=team.absences,
        bookings=tables.bookings,
        participants=tables.participants,
        demand=derive_demand(plan, workdays, team, roster, planted, asked),
        history=draw_history(plan, workdays, asked, streams),
        duties=roster.duties,
        breaks=roster.breaks,
    )
    return GeneratedCase(case, facts_of(case, tables.sessions), tables.sessions)


def _plan(settings: GeneratorSettings) -> Plan:
    size = f"{settings.load:g}" if settings.load is not None else f"{settings.bookings}"
    return Plan(
        schema="pontual/plan@1.0",
        name=settings.name
        or f"synthetic: {settings.agents} agents, {settings.days} days, {size}, seed {settings.seed}",
        first_day=settings.first_day,
        days=settings.days,
        as_of=default_as_of(settings.first_day),
        service=default_service_policies(),
        labour=default_labour_regimes(),
        versions={"generator": "1", "seed": str(settings.seed)},
    )


@dataclass(frozen=True)
class _Amounts:
    """The requests with a place, those without, and the number of ineligible bookings."""

    planted: Requests
    surplus: Requests
    faulty: int


def _for_load(
    load: float, roster: PlantedRoster, workdays: Workdays, filled: Requests, streams: Streams
) -> _Amounts:
    """As many requests as make the load."""
    wanted = load * roster.service_minutes
    planted = thinned(filled, workdays, streams, wanted, ANY_NUMBER)
    lacking = wanted - int(planted.occupied.sum()) if len(planted) == len(filled) else 0.0
    surplus = surplus_of(filled, streams, lacking, ANY_NUMBER)
    eligible = len(planted) + len(surplus)
    return _Amounts(planted, surplus, ceil(eligible * INELIGIBLE_SHARE / (1 - INELIGIBLE_SHARE)))


def _for_number(bookings: int, workdays: Workdays, filled: Requests, streams: Streams) -> _Amounts:
    """Requests for so many bookings, the ineligible ones included."""
    faulty = ceil(bookings * INELIGIBLE_SHARE)
    eligible = bookings - faulty
    if eligible > MOST_LOAD * len(filled):
        raise ValueError(
            f"{bookings:,} bookings are more than {MOST_LOAD:g} times the {len(filled):,} or so that "
            "the duties hold; ask for fewer bookings, or for more agents or days"
        )
    everything = float(filled.occupied.sum())
    planted = thinned(filled, workdays, streams, everything, eligible)
    surplus = surplus_of(filled, streams, 2 * MOST_LOAD * everything, eligible - len(planted))
    return _Amounts(planted, surplus, faulty)
