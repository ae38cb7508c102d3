"""The team: agents trained in another skill, agents hired, and agents who leave."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from data.model import Agents, Case, joined, tokens
from data.model.columns import IntArray
from optimizer.sweep.levers.faults import Fault, Faults, Path
from optimizer.sweep.values import Setting

MOST_HIRED = 10_000
_TRAINING = ("agents", "skill", "share")


def with_training(case: Case, changes: Mapping[Path, Setting], faults: Faults) -> Case:
    """A share of a class of agents with another skill, spread evenly over the class.

    The class is named by contract, pool or skill set; `all` are all agents.
    """
    for path, setting in changes.items():
        if len(path) != 1 or path[0] not in _TRAINING:
            faults.append(Fault(path, str(setting), f"expected one of {', '.join(_TRAINING)}"))
    given = {path[0]: setting for path, setting in changes.items() if path and path[0] in _TRAINING}
    for name in ("agents", "skill"):
        if name not in given:
            faults.append(Fault((name,), "", f"expected {name}: a training says who learns what"))
    share = given.get("share", Setting("exactly", 1.0))
    if share.kind != "exactly" or not share.is_number or not 0.0 <= share.value <= 1.0:
        faults.append(Fault(("share",), str(share), "expected a share from 0 to 1, or 0% to 100%"))
    if faults:
        return case
    rows, skill = _class(case.agents, str(given["agents"])), str(given["skill"])
    known = sorted({*case.demand.skill.tolist(), *case.bookings.skill.tolist(), *_skills(case.agents)})
    if not len(rows):
        expected = "expected a contract, a pool or a skill set of agents, or all"
        faults.append(Fault(("agents",), str(given["agents"]), expected))
    if skill not in known:
        faults.append(Fault(("skill",), skill, f"expected a skill: one of {', '.join(known)}"))
    if faults:
        return case
    skills = case.agents.skills.copy()
    count = int(np.floor(share.value * len(rows) + 0.5))
    for row in rows[_evenly(count, len(rows))].tolist():
        skills[row] = joined((*tokens(str(skills[row])), skill))
    return replace(case, agents=replace(case.agents, skills=skills))


def with_hired(case: Case, changes: Mapping[Path, Setting], faults: Faults) -> Case:
    """More agents of a contract, or fewer.

    Those who come are like those who have it, one after the other, without a past. Those who go are spread
    evenly over those who have it and are named in no promised session.
    """
    agents = case.agents
    leaving: list[int] = []
    for path, setting in changes.items():
        rows = np.flatnonzero(agents.contract_id == path[0]) if len(path) == 1 else np.zeros(0, np.int64)
        rows = rows[rows < len(case.agents)]
        if not len(rows):
            listed = ", ".join(sorted(set(case.agents.contract_id.tolist())))
            faults.append(Fault(path, str(setting), f"expected a contract that agents have: one of {listed}"))
            continue
        free = free_to_leave(case, path[0])
        count = setting.value if setting.kind == "exactly" and setting.is_number else np.nan
        if count != np.round(count) or not -len(free) <= count <= MOST_HIRED:
            expected = f"expected a number of agents from {-len(free)} to {MOST_HIRED:,}"
            faults.append(Fault(path, str(setting), expected))
        elif count > 0:
            agents = agents.followed_by(_hired(agents, rows[np.arange(round(count)) % len(rows)]))
        elif count < 0:
            leaving += free[_evenly(round(-count), len(free))].tolist()
    if len(leaving) == len(agents):
        faults.append(Fault((), "", "expected an agent who stays"))
        return case
    return _without(replace(case, agents=agents), leaving)


def free_to_leave(case: Case, contract: str) -> IntArray:
    """Rows of the agents of a contract who are named in no promised session."""
    named = np.isin(case.agents.agent_id.astype(str), case.bookings.pinned_agent.astype(str))
    return np.flatnonzero((case.agents.contract_id == contract) & ~named)


def _without(case: Case, rows: list[int]) -> Case:
    """The case without these agents, and without what belongs to them."""
    if not rows:
        return case
    names = case.agents.agent_id[rows].astype(str)
    stay = np.ones(len(case.agents), dtype=np.bool_)
    stay[rows] = False
    return replace(
        case,
        agents=case.agents.take(stay),
        absences=case.absences.take(~np.isin(case.absences.agent_id.astype(str), names)),
        standby=case.standby.take(~np.isin(case.standby.agent_id.astype(str), names)),
        wishes=case.wishes.take(~np.isin(case.wishes.agent_id.astype(str), names)),
    )


def _evenly(count: int, places: int) -> IntArray:
    """So many of these places, spread evenly."""
    return np.floor((np.arange(count) + 0.5) * places / max(count, 1)).astype(np.int64)


def _hired(agents: Agents, rows: IntArray) -> Agents:
    """Agents like these; nothing is known of a time before the horizon."""
    taken = {str(name) for name in agents.agent_id}
    names: list[str] = []
    for row in rows.tolist():
        number = 1
        while (name := f"{agents.agent_id[row]}-hired-{number}") in taken:
            number += 1
        taken.add(name)
        names.append(name)
    like = ("contract_id", "skills", "pool", "state", "city", "sunday_off_every_weeks")
    return Agents.from_rows(
        {"agent_id": name, **{column: _plain(getattr(agents, column)[row]) for column in like}}
        for name, row in zip(names, rows.tolist(), strict=True)
    )


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def _class(agents: Agents, name: str) -> IntArray:
    """Rows of the agents of a class."""
    if name == "all":
        return np.arange(len(agents))
    skills = joined(re.split(r"[|,\s]+", name.strip()))
    return np.flatnonzero((agents.contract_id == name) | (agents.pool == name) | (agents.skills == skills))


def _skills(agents: Agents) -> set[str]:
    return {skill for text in agents.skills.tolist() for skill in tokens(str(text))}
