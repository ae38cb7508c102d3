"""The sample week's agents with sessions of a chosen length and load, planned by the real engines."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from data.eligibility import evaluate
from data.generator import GeneratorSettings, generate
from data.model import MISSING, Case, Scenario
from data.sample import SAMPLE_SETTINGS
from optimizer.planning.judged_allocations import judged_allocation
from optimizer.planning.judged_rosters import judged_roster
from optimizer.solve_result import SolveLimits

SEED = 1
MOST_LOAD = 1.3
"""Of the bookings from which a week's are taken."""

LIMITS = SolveLimits(work=8.0)


def scenario_for(single_minutes: int) -> Scenario:
    """Chance and rules of the day, with the same work whatever is planned for it.

    A session lasts as long, on average, whether 20 or 30 minutes are planned: the references go with them.
    """
    base = Scenario()
    scale = single_minutes / base.duration_reference
    return base.model_copy(
        update={
            "duration_reference": float(single_minutes),
            "joint_reference": base.joint_reference * scale,
            "judicial_reference": base.judicial_reference * scale,
        }
    )


@cache
def planned_week(single_minutes: int, load: float) -> Case:
    """A week of 48 agents whose single sessions are all planned at so many minutes, others in proportion.

    `load` is the occupation of the eligible bookings over the minutes in service of the roster; what the
    allocation can't place of them is left out.
    """
    settings = GeneratorSettings(
        agents=SAMPLE_SETTINGS.agents, days=SAMPLE_SETTINGS.days, load=MOST_LOAD, seed=SEED
    )
    case = generate(settings).case
    found = evaluate(case)
    policy, grid = case.plan.policy, case.plan.grid_minutes
    factors = {"single": 1.0, "joint": 1.35, "judicial": 1.5}
    minutes = {kind: int(-(-single_minutes * factor // grid) * grid) for kind, factor in factors.items()}
    duration = np.array([minutes[kind] for kind in found.kind], dtype=np.int64)
    occupation = np.array(
        [policy.kind(kind).occupation_minutes(minutes[kind], grid) for kind in found.kind], dtype=np.int64
    )
    nobody = np.array([""] * len(duration), dtype=object)
    bookings = replace(  # what was confirmed at other lengths can't be kept
        case.bookings,
        duration_minutes=duration,
        pin=nobody,
        pinned_agent=nobody,
        pinned_start=np.full(len(duration), MISSING, dtype=np.int64),
    )
    rostered, made = judged_roster(replace(case, bookings=bookings), LIMITS)
    if made.answer is None:
        raise RuntimeError(f"no roster: {made.status}")
    service = sum(duty.service_minutes for duty in rostered.roster.duties)
    order = np.random.default_rng(SEED).permutation(np.flatnonzero(found.eligible))
    kept = np.sort(order[np.cumsum(occupation[order]) <= load * service])
    names = set(rostered.bookings.booking_id[kept].tolist())
    people = np.flatnonzero([name in names for name in rostered.participants.booking_id.tolist()])
    fewer = replace(
        rostered, bookings=rostered.bookings.take(kept), participants=rostered.participants.take(people)
    )
    planned, allocated = judged_allocation(fewer, LIMITS)
    if allocated.answer is None:
        raise RuntimeError(f"no schedule: {allocated.status}")
    return planned
