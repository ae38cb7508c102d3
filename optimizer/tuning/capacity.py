"""Less capacity, and other pools: the same roster with fewer duties, and agents grouped anew."""

from __future__ import annotations

import math
from dataclasses import replace

from data.model import Agents, Case, Duty, Roster, tokens


def with_fewer_duties(case: Case, share: float) -> Case:
    """The case with a share of the duties of each day and skill set, spread over the starts of the day.

    Of one duty none is left out, nor any duty of an agent who has promised a start on that day.

    Raises:
        ValueError: when the share is not above 0 and at most 1.
    """
    if not 0.0 < share <= 1.0:
        raise ValueError(f"expected a share of capacity above 0 and at most 1, got {share:g}")
    groups: dict[tuple[int, str], list[Duty]] = {}
    for duty in case.roster.duties:
        skills = case.agents.skills[case.agents.position[duty.agent_id]]
        groups.setdefault((case.axis.day_of(duty.start), str(skills)), []).append(duty)
    promised = _promised(case)
    kept: set[tuple[str, int]] = set()
    for (day, _), duties in groups.items():
        listed = sorted(duties, key=lambda duty: (duty.start, duty.end, duty.agent_id))
        bound = [duty for duty in listed if (duty.agent_id, day) in promised]
        free = [duty for duty in listed if (duty.agent_id, day) not in promised]
        wanted = max(1, math.floor(share * len(listed) + 0.5)) - len(bound)
        chosen = [free[place * len(free) // wanted] for place in range(max(0, wanted))]
        kept.update((duty.agent_id, duty.start) for duty in (*bound, *chosen))
    return case.with_roster(
        Roster.of(duty for duty in case.roster.duties if (duty.agent_id, duty.start) in kept)
    )


def with_pools_of(case: Case, size: int | None) -> Case:
    """The case with agents grouped into pools of at most this size, each with a mix of skills.

    None: as they are; 0 is for each agent alone, and changes nothing here: the policy of the day decides.
    """
    if not size:
        return case
    agents = case.agents
    pools = math.ceil(len(agents) / size)
    order = sorted(
        range(len(agents)),
        key=lambda row: (-len(tokens(str(agents.skills[row]))), str(agents.skills[row]), row),
    )
    name = agents.pool.copy()
    for place, row in enumerate(order):
        name[row] = f"pool-{place % pools + 1:03}"
    grouped: Agents = replace(agents, pool=name)
    return replace(case, agents=grouped)


def rostered_hours(case: Case) -> float:
    """Hours of work of all duties."""
    return sum(duty.work_minutes for duty in case.roster.duties) / 60.0


def _promised(case: Case) -> set[tuple[str, int]]:
    bookings = case.bookings
    return {
        (str(agent), case.axis.day_of(int(start)))
        for pin, agent, start in zip(
            bookings.pin, bookings.pinned_agent, bookings.pinned_start.tolist(), strict=True
        )
        if pin and agent
    }
