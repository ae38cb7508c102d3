"""A witness: one way to bind all sessions to agents, which proves that they are placeable together.

Starts are promised to customers, agents are not: the witness changes whenever a further session asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.allocation.problem import NOBODY
from optimizer.binding.team import Kind, Team


@dataclass(frozen=True)
class Session:
    """A session with a promised start.

    Attributes:
        start: slot of the start that the customer is told; the occupation begins `kind.set_up` before it.
        agent: the only agent who may hold it, or NOBODY when it is bound late.
        begin, end: slots of the occupation, half-open.
    """

    kind: Kind
    start: int
    agent: int = NOBODY
    begin: int = field(init=False, compare=False)
    end: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "begin", self.start - self.kind.set_up)
        object.__setattr__(self, "end", self.begin + self.kind.occupied)


Moves = Mapping[int, int]
"""For sessions by number: the agent they are bound to from now on."""


class Witness:
    """Sessions by number, each bound to an agent; nobody holds two at once.

    Attributes:
        sessions: the sessions.
        agent_of: the agent of each.
        idle: for each slot, the set of agents in service whom no session occupies.
        holder: for each agent and slot, the number of the session that occupies it, or NOBODY.
        able: for each session, the set of agents who may hold it.
    """

    def __init__(self, team: Team) -> None:
        self.team = team
        self.sessions: dict[int, Session] = {}
        self.agent_of: dict[int, int] = {}
        self.able: dict[int, int] = {}
        self.idle = list(team.on_duty)
        self.holder = [[NOBODY] * team.slots for _ in range(team.agents)]

    def allowed(self, session: Session) -> int:
        """The set of agents who may hold a session, were they free."""
        if not 0 <= session.start < self.team.slots:
            return 0
        agents = self.team.able(session.kind)[session.start]
        return agents if session.agent == NOBODY else agents & (1 << session.agent)

    def free(self, agents: int, begin: int, end: int) -> int:
        """Those of a set of agents whom no session occupies from `begin` until before `end`."""
        for idle in self.idle[begin:end]:
            agents &= idle
            if not agents:
                break
        return agents

    def put(self, number: int, session: Session, agent: int) -> None:
        """Bind a further session to an agent who may hold it and is free."""
        self.sessions[number] = session
        self.able[number] = self.allowed(session)
        self.occupy(number, agent)

    def drop(self, number: int) -> Session:
        """Take a session out."""
        self.vacate(number)
        del self.able[number]
        return self.sessions.pop(number)

    def move(self, moves: Moves) -> dict[int, int]:
        """Bind sessions to other agents, all at once; returns the moves that undo it."""
        before = {number: self.agent_of[number] for number in moves}
        for number in moves:
            self.vacate(number)
        for number, agent in moves.items():
            self.occupy(number, agent)
        return before

    def conflicts(self, agent: int, begin: int, end: int) -> set[int]:
        """Sessions that occupy an agent at some slot from `begin` until before `end`."""
        found = set(self.holder[agent][begin:end])
        found.discard(NOBODY)
        return found

    def occupy(self, number: int, agent: int) -> None:
        """Give a session without an agent this one, who must be free."""
        session, bit = self.sessions[number], 1 << agent
        row, idle = self.holder[agent], self.idle
        for slot in range(session.begin, session.end):
            row[slot] = number
            idle[slot] &= ~bit
        self.agent_of[number] = agent

    def vacate(self, number: int) -> None:
        """Leave a session without an agent for the moment."""
        session, agent = self.sessions[number], self.agent_of.pop(number)
        row, idle, bit = self.holder[agent], self.idle, 1 << agent
        for slot in range(session.begin, session.end):
            row[slot] = NOBODY
            idle[slot] |= bit
