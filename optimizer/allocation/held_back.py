"""Capacity held back for walk-ups and rebookings: time that only bookings of priority 1 may use.

What is guaranteed is what `optimizer.offers.held_back` guarantees: the minutes of ordinary sessions
(priority 2 to 9) in an hour of the planning axis can be spread over the agents with the skill such that every
set of agents with the same skills keeps the share of its minutes in service free of them. Here it is kept by
withholding pieces of time: of each set of agents with the same skills, in each hour, as much as the share
demands. What fixed pins occupy is spread first, since they stay whatever comes; ordinary bookings have the
rest, less the pieces.

**How engines see it.** A withheld piece is the segment of another agent, who is the same *person* and has the
skills in an urgent variant only; everybody in service has both variants. Bookings of priority 1 ask for the
urgent variant, all others for the ordinary one. So every engine keeps the share without knowing of it; what
it costs is that no session lies across the edge of a piece.

**Which pieces.** Pieces of an even hour lie at its end and those of the next hour at its beginning, with the
same agent where possible: together they are long enough for a session. Agents take turns, those of whom least
was withheld first. Time of confirmed sessions with a named agent is withheld only where nothing else is left.
Any other choice of pieces would keep the guarantee too, so bounds are stated without them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from ortools.graph.python import max_flow

from optimizer.allocation.bounds import most_of
from optimizer.allocation.problem import NOBODY, Problem, Segments, runs, span
from optimizer.allocation.working_plan import WorkingPlan

HOUR = 60
URGENT = 1
"""The priority that may use what is held back."""

SCALE = 1_000_000
"""Slots are counted in so many parts where a share is taken of them."""


def hold_back(plan: WorkingPlan) -> WorkingPlan:
    """The plan on a problem with the withheld pieces; the same plan where no share is held back.

    Args:
        plan: holds the fixed pins and nothing else; they keep the agents that they have there.
    """
    share = plan.problem.case.plan.policy.held_back_share
    if share <= 0 or not len(plan.problem.segments):
        return plan
    pieces = _Pieces(plan, share).choose()
    held = WorkingPlan(_with_pieces(plan, pieces))
    for booking, place in sorted(plan.sessions.items()):
        held.place(booking, *place)
    return held


def placed_bound_beside(problem: Problem) -> int:
    """No schedule that keeps the guarantee places more bookings, whatever is withheld.

    The lesser of what all capacity allows for all bookings, and of all urgent ones and fixed pins plus what
    the capacity less the share, hour by hour, allows for the others.
    """
    placeable = problem.placeable
    share = problem.case.plan.policy.held_back_share
    everything = most_of(problem, placeable)
    ordinary = (problem.priority[placeable] != URGENT) & (problem.fixed_slot[placeable] == NOBODY)
    some = most_of(problem, placeable[ordinary], HOUR // problem.grid, 1 - share)
    return min(everything, int((~ordinary).sum()) + some)


@dataclass
class _Pieces:
    """Chooses what to withhold."""

    plan: WorkingPlan
    share: float
    withheld: list[int] = field(init=False)
    confirmed: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.withheld = [0] * self.plan.problem.agents
        self.confirmed = self._confirmed()

    def choose(self) -> list[int]:
        """For each agent, the slots withheld, as bits."""
        problem = self.plan.problem
        sets, set_of = problem.skill_sets
        in_service = [0] * problem.agents
        for agent, start, end, _, _ in problem.segments.rows:
            in_service[agent] |= span(start, end - 1)
        team = [np.flatnonzero(set_of == number).tolist() for number in range(len(sets))]
        an_hour = HOUR // problem.grid
        pins = self._pins(an_hour)
        for hour, low in enumerate(range(0, problem.slots, an_hour)):
            within = span(low, min(low + an_hour, problem.slots) - 1)
            service = [sum((in_service[a] & within).bit_count() for a in agents) for agents in team]
            if not any(service):
                continue
            limit = [int((1 - self.share) * SCALE * slots) for slots in service]
            pinned = self._spread(pins.get(hour, {}), limit)
            for number, agents in enumerate(team):
                usable = (limit[number] - pinned[number]) // SCALE
                free = sum((self.plan.free[a] & within).bit_count() for a in agents)
                self._withhold(agents, within, free - usable, from_the_end=hour % 2 == 0)
        return self.withheld

    def _confirmed(self) -> list[int]:
        """For each agent, the slots of confirmed sessions that may move but name the agent, as bits."""
        problem = self.plan.problem
        confirmed = [0] * problem.agents
        for booking in np.flatnonzero((problem.movable_slot >= 0) & (problem.movable_agent >= 0)).tolist():
            begin = int(problem.movable_slot[booking] - problem.set_up[booking])
            if begin >= 0:
                taken = span(begin, begin + int(problem.occupied[booking]) - 1)
                confirmed[problem.movable_agent[booking]] |= taken
        return confirmed

    def _pins(self, an_hour: int) -> dict[int, dict[int, int]]:
        """By hour and skill, the slots that ordinary fixed pins occupy."""
        problem = self.plan.problem
        pins: dict[int, dict[int, int]] = {}
        for booking, (slot, _) in sorted(self.plan.sessions.items()):
            if problem.priority[booking] != URGENT:
                begin, skill = slot - int(problem.set_up[booking]), int(problem.skill[booking])
                for occupied in range(begin, begin + int(problem.occupied[booking])):
                    of_hour = pins.setdefault(occupied // an_hour, {})
                    of_hour[skill] = of_hour.get(skill, 0) + 1
        return pins

    def _spread(self, pins: dict[int, int], limit: list[int]) -> list[int]:
        """What fixed pins take of each set of agents in an hour, spread within the limits.

        A maximum flow from the skills to the sets of agents; what finds no place any more is beyond the
        guarantee, and the sets that it could have used are full.
        """
        if not pins:
            return [0] * len(limit)
        sets, _ = self.plan.problem.skill_sets
        network = max_flow.SimpleMaxFlow()
        for place, (skill, slots) in enumerate(pins.items()):
            network.add_arc_with_capacity(0, 2 + len(limit) + place, SCALE * slots)
            for number in np.flatnonzero(sets[:, skill]).tolist():
                network.add_arc_with_capacity(2 + len(limit) + place, 2 + number, SCALE * slots)
        last = [network.add_arc_with_capacity(2 + number, 1, most) for number, most in enumerate(limit)]
        network.solve(0, 1)
        return [int(network.flow(arc)) for arc in last]

    def _withhold(self, agents: list[int], within: int, slots: int, *, from_the_end: bool) -> None:
        """Withhold so many of the agents' free slots in an hour."""
        before = within >> 1 & ~within  # the last slot of the hour before
        turns = sorted(
            agents,
            key=lambda a: (not self.withheld[a] & before, self.withheld[a].bit_count(), a),
        )
        for avoiding in (True, False):
            for agent in turns:
                if slots <= 0:
                    return
                free = self.plan.free[agent] & within & ~self.withheld[agent]
                taken = _some(free & ~self.confirmed[agent] if avoiding else free, slots, from_the_end)
                self.withheld[agent] |= taken
                slots -= taken.bit_count()


def _some(bits: int, count: int, from_the_end: bool) -> int:
    """So many of the bits, or all: the highest or the lowest."""
    left = bits.bit_count() - count
    while left > 0:
        bits &= ~(bits & -bits) if from_the_end else ~(1 << (bits.bit_length() - 1))
        left -= 1
    return bits


def _with_pieces(plan: WorkingPlan, withheld: list[int]) -> Problem:
    """The problem in which withheld time belongs to agents of its own."""
    problem = plan.problem
    owners = [agent for agent, bits in enumerate(withheld) if bits]
    number = {agent: problem.agents + place for place, agent in enumerate(owners)}
    rows: list[tuple[int, int, int, int, int]] = []
    for agent, start, end, earliest, latest in problem.segments.rows:
        own = span(start, end - 1)
        for first, last in runs(own & ~withheld[agent]):
            rows.append((agent, first, last + 1, earliest, latest))
        for first, last in runs(own & withheld[agent]):
            rows.append((number[agent], first, last + 1, earliest, latest))
    rows.sort()
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    skills = problem.agent_skills
    agent_skills = np.concatenate((np.hstack((skills, skills)), np.hstack((0 * skills, skills))[owners]))
    beside = (problem.priority == URGENT) & (problem.skill != NOBODY)
    fixed_agent = problem.fixed_agent.copy()
    for booking, (_, agent) in plan.sessions.items():
        fixed_agent[booking] = agent
    return replace(
        problem,
        skill=np.where(beside, problem.skill + skills.shape[1], problem.skill),
        fixed_agent=fixed_agent,
        agent_skills=agent_skills.astype(np.bool_),
        segments=Segments(*(np.ascontiguousarray(table[:, place]) for place in range(5))),
        whole=problem,
        owners=tuple(owners),
        _window_bits={},
        _in_service={},
        _start_bits={},
    )
