"""Agents who are free, as sets for each slot; what is taken stays taken."""

from __future__ import annotations

from optimizer.binding import Kind, Team


class FreeAgents:
    """Who can hold a further session, beside all that they hold already.

    A set of agents is an integer whose bit a stands for agent a, a set of slots one whose bit t stands for
    slot t.
    """

    def __init__(self, team: Team) -> None:
        self.team = team
        self._idle = list(team.on_duty)
        self._able: dict[Kind, int] = {}
        self._full: dict[Kind, int] = {}

    def take(self, agent: int, begin: int, end: int) -> None:
        """Occupy an agent in slots from `begin` until before `end`; some may be taken already."""
        bit = 1 << agent
        for slot in range(max(0, begin), min(end, self.team.slots)):
            self._idle[slot] &= ~bit

    def staffed(self, kind: Kind) -> int:
        """Starts at which somebody with the skill is on duty throughout, free or not."""
        if kind not in self._able:
            able = self.team.able(kind)
            self._able[kind] = sum(1 << slot for slot, agents in enumerate(able) if agents)
        return self._able[kind]

    def perhaps_free(self, kind: Kind) -> int:
        """Starts at which it is not known yet that everybody is taken."""
        return self.staffed(kind) & ~self._full.get(kind, 0)

    def free(self, kind: Kind, start: int) -> int:
        """Agents who can hold such a session that begins at this start."""
        begin = start - kind.set_up
        agents = self.team.able(kind)[start]
        for idle in self._idle[begin : begin + kind.occupied]:
            agents &= idle
        if not agents:
            self._full[kind] = self._full.get(kind, 0) | 1 << start
        return agents

    def choose(self, kind: Kind, start: int, rather: int = 0) -> int | None:
        """One of the agents who are free, rather of a set, and rather where little free time is torn."""
        agents = self.free(kind, start)
        if not agents:
            return None
        begin = start - kind.set_up
        taken_before = ~self._idle[begin - 1] if begin else -1
        end = begin + kind.occupied
        taken_after = ~self._idle[end] if end < self.team.slots else -1
        for wish in (rather, taken_before, taken_after):
            agents = agents & wish or agents
        return (agents & -agents).bit_length() - 1
