"""What a booking means for the agents: the skill that its kind needs, and the minutes that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from data.eligibility import evaluate, occupations
from data.model import Case, SessionKind
from simulation.forecast.counts import Series


class NoSkillError(ValueError):
    """Neither the history nor the case says which skill bookings of a kind need."""


@dataclass(frozen=True)
class Workload:
    """The work of bookings.

    Attributes:
        skills_of: by kind, the share of each skill in its bookings, where the history tells no skill.
        minutes: by skill, minutes for which a session occupies its agent, on average.
        assumed: skills whose minutes are the middle of what the policy allows, as the case has no bookings.
    """

    skills_of: Mapping[str, Mapping[str, float]]
    minutes: Mapping[str, float]
    assumed: tuple[str, ...]


def workload_of(case: Case, series: tuple[Series, ...]) -> Workload:
    """The work of the series, as the eligible bookings of a case show it.

    Raises:
        NoSkillError: when a series has no skill, and the case no eligible booking of its kind.
    """
    eligibility = evaluate(case)
    fine = eligibility.eligible
    kind, skill = eligibility.kind[fine].astype(str), case.bookings.skill[fine].astype(str)
    occupied = occupations(case, eligibility).occupied[fine]
    skills_of: dict[str, dict[str, float]] = {}
    for each in series:
        if not each.skill:
            names, counts = np.unique(skill[kind == each.kind], return_counts=True)
            if not len(names):
                raise NoSkillError(
                    f"the history says no skill of its {each.kind} sessions, and no eligible booking of the "
                    "plan folder is of this kind; expected a column skill in the history"
                )
            skills_of[each.kind] = dict(zip(names.tolist(), (counts / counts.sum()).tolist(), strict=True))
    kind_of = {
        name: each.kind for each in series for name in ([each.skill] if each.skill else skills_of[each.kind])
    }
    minutes, assumed = {}, []
    for name in sorted(kind_of):
        of_skill = occupied[skill == name]
        if len(of_skill):
            minutes[name] = float(of_skill.mean())
        else:
            minutes[name] = _usual_minutes(case, kind_of[name] or "single")
            assumed.append(name)
    return Workload(skills_of, minutes, tuple(assumed))


def _usual_minutes(case: Case, kind: str) -> float:
    """Occupation of a session as long as the middle of what the policy allows (R11)."""
    policy = case.plan.policy.kind(cast("SessionKind", kind))
    middle = (policy.shortest_minutes + policy.longest_minutes) // 2
    return float(policy.occupation_minutes(middle, case.plan.grid_minutes))
