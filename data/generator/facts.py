"""What a case holds, counted from its tables: sizes, mix, windows, and how hard it is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.eligibility import Eligibility, evaluate, occupations
from data.generator.first_come import first_come_first_served
from data.model import MISSING, Case, Sessions
from data.model.columns import IntArray

HOURS_OF_A_NARROW_WINDOW = 4


def facts_of(case: Case, planted: Sessions) -> dict[str, int | float]:
    """Counts and fractions of a case with duties.

    ``load`` is occupation minutes of the eligible bookings over the duties' minutes in service;
    ``greedy_unplaced`` the fraction of the eligible bookings that first-come-first-served leaves out.
    """
    eligibility = evaluate(case)
    eligible = int(eligibility.eligible.sum())
    served = len(first_come_first_served(case, eligibility))
    occupied = int(occupations(case, eligibility).occupied[eligibility.eligible].sum())
    free = sum(duty.service_minutes for duty in case.roster.duties)
    return {
        "agents": len(case.agents),
        "days": case.plan.days,
        "bookings": len(case.bookings),
        "eligible": eligible,
        "ineligible": len(case.bookings) - eligible,
        "planted": len(planted),
        "load": occupied / free,
        "greedy_unplaced": (eligible - served) / max(eligible, 1),
        "greedy_unplaced_bookings": eligible - served,
        "joint": int((eligibility.kind == "joint").sum()),
        "judicial": int((eligibility.kind == "judicial").sum()),
        "persons": int((case.bookings.holder_type == "person").sum()),
        "companies": int((case.bookings.holder_type == "company").sum()),
        **_people(case, eligibility),
        **_windows(case),
        "pinned_fixed": int((case.bookings.pin == "fixed").sum()),
        "pinned_movable": int((case.bookings.pin == "movable").sum()),
        "contracts": len(set(case.agents.contract_id.tolist())),
        "skill_sets": len(set(case.agents.skills.tolist())),
        "duties": len(case.duties),
        "free_minutes": free,
        "required_agent_intervals": int(case.demand.required.sum()),
    }


def _people(case: Case, eligibility: Eligibility) -> dict[str, int | float]:
    people = case.participants
    holder = people.role == "holder"
    orders = pd.Series(people.participant_id[holder]).value_counts()
    acting = pd.Series(people.participant_id[eligibility.required & ~holder]).value_counts()
    day = case.axis.day_number(case.plan.first_day)
    expired = case.bookings.proxy_issued_on + case.plan.policy.proxy_longest_days < day
    return {
        "participants": len(people),
        "holders": len(orders),
        "holders_with_two_orders": int((orders == 2).sum()),
        "co_representatives_of_several": int((acting > 1).sum()),
        "expired_proxies": int((expired & (case.bookings.proxy_issued_on != MISSING)).sum()),
        "west_share": float(np.mean(_shift(case) < 0)),
    }


def _shift(case: Case) -> IntArray:
    """Minutes that each participant's clock differs from Brasília's on the first day."""
    zones, which = np.unique(case.participants.time_zone.astype(str), return_inverse=True)
    noon = case.axis.at(0, 720)
    shifts: IntArray = np.array([noon - case.axis.at(0, 720, zone) for zone in zones.tolist()])[which]
    return shifts


def _windows(case: Case) -> dict[str, int | float]:
    people, axis = case.participants, case.axis
    length = people.window_end - people.window_start
    several = axis.days_of(people.window_start) != axis.days_of(people.window_end - 1)
    return {
        "windows_under_4_hours": float(np.mean(length < HOURS_OF_A_NARROW_WINDOW * 60)),
        "windows_over_days": float(np.mean(several)),
    }
