"""Agents on standby by the case's table, whom a mender can call."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.model import Case, tokens
from simulation.random_streams import stable_keys
from simulation.week import NOBODY, PlannedDuty, Week, pools_of_agents, skills_of


def with_table_standby(week: Week, case: Case) -> Week:
    """The week with the agents of the table `standby`, each on the days on which the agent has no duty."""
    working = {
        (agent, case.axis.day_of(duty.start))
        for agent, duties in case.roster.by_agent.items()
        for duty in duties
    }
    pools, _ = pools_of_agents(case.agents)
    skills = skills_of(case)
    on_call = []
    for row in case.standby.rows():
        name, starts, ends = row["agent_id"], int(row["starts_at"]), int(row["ends_at"])
        agent = case.agents.position.get(name)
        if agent is None or (name, case.axis.day_of(starts)) in working:
            continue
        contract = case.contracts.position[case.agents.contract_id[agent]]
        on_call.append(
            PlannedDuty(
                agent_id=name,
                pool=int(pools[agent]),
                skills=frozenset(skills[skill] for skill in tokens(case.agents.skills[agent])),
                start=float(starts),
                end=float(ends),
                breaks=(),
                own_list=(),
                work_minutes=0,
                hourly_cost=float(case.contracts.hourly_cost[contract]),
                on_call=True,
            )
        )
    if not on_call:
        return week
    duties = week.duties + tuple(on_call)
    keys = stable_keys(("standby", duty.agent_id, int(duty.start)) for duty in on_call)
    return replace(
        week,
        duties=duties,
        duty_key=np.concatenate([week.duty_key, keys]),
        pools=tuple(
            tuple(number for number, duty in enumerate(duties) if duty.pool == pool != NOBODY)
            for pool in range(len(week.pools))
        ),
    )
