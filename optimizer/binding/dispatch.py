"""The dispatch rule of the day: which agent takes a session when its customers are there.

**The rule.** When a session is to begin, go through the free agents who may hold it, in any order of
preference, and take the first for whom a completion exists: a way to hold all sessions that are still to
come, each at its promised start, by an agent with the skill, without crossing a break. The plan keeps one
completion at hand (the witness), and the agent whom it names for the session always passes; so nobody has to
look far.

**The pool guarantee.** While every session was sold with a completion at hand, and agents are taken by this
rule, no session ever finds itself without an agent, with planned durations and whatever the order in which
customers connect. Proof: binding a session keeps a completion by the rule itself, and a completion names an
agent for every session that remains. It needs no assumption on the order: the session bound next may be any.

Taking *any* free agent with the skill has no such guarantee, and neither has counting: at every grid point
there may be as many agents as sessions, agents who may hold exactly these, and yet no agent who is free for
the whole of one of them (`tests/binding/test_dispatch.py` has such cases).

A customer who is early may be served early, and one who is late may be given the full time, where a
completion exists with the session moved; else the early one waits until the promised start, for which the
guarantee holds, and the late one has what is left of the promised time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from optimizer.allocation.problem import NOBODY
from optimizer.binding.binder import Answer, Binder
from optimizer.binding.team import members
from optimizer.binding.witness import Session


class Dispatcher:
    """Binds the sessions of a day to agents one by one, as the customers come.

    Attributes:
        binder: all sessions; those bound already may be held by their own agent only.
        bound: the agent of each session that has begun.
    """

    def __init__(self, binder: Binder) -> None:
        self.binder = binder
        self.bound: dict[int, int] = {}

    def free_agents(self, number: int, start: int | None = None) -> int:
        """The set of agents who may hold the session and hold no begun session meanwhile.

        Args:
            start: slot at which the session is to begin for its customers; None: as promised.
        """
        session = self._moved(number, start)
        witness = self.binder.witness
        agents = witness.allowed(session)
        for agent in members(agents):
            held = witness.conflicts(agent, session.begin, session.end)
            if any(other in self.bound for other in held):
                agents ^= 1 << agent
        return agents

    def take(self, number: int, preferred: Iterable[int] = (), start: int | None = None) -> int:
        """Bind a session by the rule and return its agent.

        Args:
            number: a session that has not begun.
            preferred: agents in the order in which the issuer would like to take them, for instance whoever
                has been idle longest; others are not asked, but for the agent whom the completion names.
            start: slot at which the session begins instead of the promised start.

        Returns:
            The agent. NOBODY only when `start` is given: the session cannot begin then; it keeps its promise.

        Raises:
            KeyError: when there is no such session, or it has begun.
        """
        if number in self.bound:
            raise KeyError(number)
        moved = self._moved(number, start)
        free = self.free_agents(number, start)
        for agent in preferred:
            if free >> agent & 1 and self._bind(number, replace(moved, agent=agent)):
                return agent
        agent = self.binder.witness.agent_of[number]
        if start is None or moved.start == self.binder.witness.sessions[number].start:
            self._pin(number, replace(moved, agent=agent), agent)
            return agent
        for other in members(free):
            if self._bind(number, replace(moved, agent=other)):
                return other
        return NOBODY

    def _moved(self, number: int, start: int | None) -> Session:
        session = self.binder.witness.sessions[number]
        return session if start is None else replace(session, start=start)

    def _bind(self, number: int, session: Session) -> bool:
        """Bind the session to its agent if a completion exists."""
        witness = self.binder.witness
        if witness.agent_of[number] == session.agent and witness.sessions[number].start == session.start:
            self._pin(number, session, session.agent)
            return True
        with self.binder.trial():
            self.binder.remove(number)
            verdict = self.binder.check(session)
        if verdict.answer is not Answer.YES:
            return False
        self.binder.remove(number)
        self.binder.follow(number, session, verdict)
        self.bound[number] = session.agent
        return True

    def _pin(self, number: int, session: Session, agent: int) -> None:
        """Bind the session to the agent whom the completion names."""
        self.binder.remove(number)
        if not self.binder.bind_as_planned(number, session, agent):
            raise AssertionError("the witness names an agent who is not free")
        self.bound[number] = agent
