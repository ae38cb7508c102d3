"""Proofs that a further session cannot be held: at one grid point, too few agents for too many sessions.

Hall's theorem (P. Hall, 1935): sessions that are under way at one moment can be held by different agents if
and only if no set of them has fewer agents, all together, than members. Whether an agent may hold a session
depends on the whole of its occupation, so breaks count. The condition is necessary at every grid point, and
not sufficient: different moments may need different agents for one session.
"""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.binding.team import members
from optimizer.binding.witness import Session, Witness


@dataclass(frozen=True)
class Cut:
    """At a grid point, the sessions listed and one more need agents of this set, who are fewer.

    Attributes:
        slot: the grid point.
        agents: set of agents, exactly as many as sessions listed; nobody else may hold any of them.
        sessions: numbers of sessions under way at the slot; together with the new one there is one too many.
    """

    slot: int
    agents: int
    sessions: tuple[int, ...]


def find_cut(witness: Witness, session: Session) -> Cut | None:
    """A grid point at which the session and those of the witness cannot all be held, if there is one."""
    allowed = witness.allowed(session)
    for slot in range(session.begin, session.end) if allowed else ():
        agents, sessions = reach(witness, allowed, slot)
        if not agents & witness.idle[slot]:
            return Cut(slot, agents, tuple(sessions))
    return None if allowed else Cut(session.start, 0, ())


def reach(witness: Witness, agents: int, slot: int) -> tuple[int, list[int]]:
    """Agents whom exchanges at one grid point can free, beginning with a set, and the sessions exchanged.

    The search of an augmenting path from the set: an agent in it who holds a session at the slot adds all who
    may hold that session. It ends early, at an agent who is idle then.
    """
    sessions: list[int] = []
    idle, holder, able = witness.idle[slot], witness.holder, witness.able
    new = agents
    while new and not agents & idle:
        found = agents
        for agent in members(new):
            number = holder[agent][slot]
            sessions.append(number)
            found |= able[number]
        new = found & ~agents
        agents = found
    return agents, sessions
