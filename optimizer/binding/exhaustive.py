"""The complete search: whether a further session can be held, however many sessions must be bound anew.

A branch binds one session for good and ejects the sessions in its way, which must be bound for good in turn;
sessions that nobody ejects stay where they are. Any way to hold everything is found like this, by following
it for every session that is ejected. So when all branches fail, there is none: a proven no.
"""

from __future__ import annotations

from optimizer.binding.chains import NEW
from optimizer.binding.team import members
from optimizer.binding.witness import Session, Witness


class UndecidedError(Exception):
    """The limit ended the search before it was known whether the session can be held."""


def search_all(witness: Witness, session: Session, most: int) -> dict[int, int] | None:
    """How all sessions and the further one can be held: the moves to get there; None when they can't.

    The witness is used for the search and is in the end as it was.

    Args:
        most: agents and sessions looked at, at most.

    Raises:
        UndecidedError: when these did not suffice.
    """
    search = _Search(witness, most)
    witness.sessions[NEW], witness.able[NEW] = session, witness.allowed(session)
    try:
        return search.run()
    finally:
        del witness.sessions[NEW], witness.able[NEW]


class _Search:
    """One search.

    Attributes:
        waiting: sessions that have no agent for the moment.
        final: sessions that are bound for good, with their agents.
        locked: for each slot, the set of agents whom a session bound for good occupies.
    """

    def __init__(self, witness: Witness, most: int) -> None:
        self.witness = witness
        self.left = most
        self.waiting = [NEW]
        self.final: dict[int, int] = {}
        self.locked = [0] * witness.team.slots
        self._failed: set[frozenset[tuple[int, int]]] = set()

    def run(self) -> dict[int, int] | None:
        """The moves that bind everything, or None."""
        if not self.waiting:
            return dict(self.final)
        state = frozenset(self.final.items())
        if state in self._failed:
            return None
        options = {number: self._options(number) for number in self.waiting}
        number = min(self.waiting, key=lambda n: options[n].bit_count())
        if any(self._is_cut_off(each, agents) for each, agents in options.items()):
            return None
        self.waiting.remove(number)
        try:
            for agent, held in self._branches(number, options[number]):
                found = self._follow(number, agent, held)
                if found is not None:
                    return found
        finally:
            self.waiting.append(number)
        self._failed.add(state)
        return None

    def _follow(self, number: int, agent: int, held: list[int]) -> dict[int, int] | None:
        """Bind a session for good, search on, and take everything back."""
        witness, session, bit = self.witness, self.witness.sessions[number], 1 << agent
        for other in held:
            witness.vacate(other)
        witness.occupy(number, agent)
        for slot in range(session.begin, session.end):
            self.locked[slot] |= bit
        self.final[number] = agent
        outside, self.waiting = self.waiting, [*self.waiting, *held]
        try:
            return self.run()
        finally:
            self.waiting = outside
            del self.final[number]
            for slot in range(session.begin, session.end):
                self.locked[slot] &= ~bit
            witness.vacate(number)
            for other in held:
                witness.occupy(other, agent)

    def _options(self, number: int) -> int:
        """The set of agents who may hold the session and hold none for good meanwhile."""
        session = self.witness.sessions[number]
        agents = self.witness.able[number]
        for locked in self.locked[session.begin : session.end]:
            agents &= ~locked
        return agents

    def _branches(self, number: int, options: int) -> list[tuple[int, list[int]]]:
        """Agents with the sessions that they would lose: first who loses none, then who loses few."""
        witness, session = self.witness, self.witness.sessions[number]
        ranked: list[tuple[int, int, list[int]]] = []
        for agent in members(options):
            held = sorted(witness.conflicts(agent, session.begin, session.end))
            stuck = sum(not self._has_free_agent(other) for other in held)
            ranked.append((len(held) + 2 * stuck, agent, held))
            self._count(1 + len(held))
        ranked.sort()
        return [(agent, held) for _, agent, held in ranked]

    def _has_free_agent(self, number: int) -> bool:
        session = self.witness.sessions[number]
        return self.witness.free(self.witness.able[number], session.begin, session.end) != 0

    def _is_cut_off(self, number: int, options: int) -> bool:
        """Whether exchanges at some grid point of the session free nobody for it (see `cuts`)."""
        witness, session = self.witness, self.witness.sessions[number]
        able, holder = witness.able, witness.holder
        for slot in range(session.begin, session.end):
            idle, open_to = witness.idle[slot], ~self.locked[slot]
            agents = new = options
            while new and not agents & idle:
                found = agents
                for agent in members(new):
                    found |= able[holder[agent][slot]]
                self._count(new.bit_count() // 4)
                found &= open_to
                new = found & ~agents
                agents = found
            if not agents & idle:
                return True
        return False

    def _count(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise UndecidedError
