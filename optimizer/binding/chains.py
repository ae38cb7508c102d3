"""Making room for a further session by an ejection chain: it takes an agent, whose session takes another, ...

The search is incomplete: a chain that it finds is right, and where it finds none nothing is proven.
"""

from __future__ import annotations

from collections import deque

from optimizer.binding.exchanges import TAKES, find_exchange
from optimizer.binding.team import members
from optimizer.binding.witness import Session, Witness

NEW = TAKES
"""Stands for the further session among the numbers of sessions in moves."""


def find_chain(witness: Witness, session: Session, most: int) -> dict[int, int] | None:
    """The shortest chain in which every session ejects one other, and the last needs to eject none.

    The last takes a free agent, or one whom an exchange with another frees. No agent occurs twice, so that
    the moves of a chain do not disturb each other.

    Args:
        most: agents looked at, at most.

    Returns:
        The new agent of each session in the chain, the further session (`NEW`) among them; or None.
    """
    allowed = witness.allowed(session)
    free = witness.free(allowed, session.begin, session.end)
    if free:
        return {NEW: lowest(free)}
    came_from: dict[int, tuple[int, int]] = {}
    queue: deque[tuple[int, Session, int, int]] = deque([(NEW, session, allowed, 0)])
    while queue:
        number, item, agents, used = queue.popleft()
        begin, end = item.begin, item.end
        most -= agents.bit_count()
        if most < 0:
            return None
        for agent in members(agents & ~used):
            held = witness.conflicts(agent, begin, end)
            if len(held) != 1:
                continue
            (other,) = held
            if other in came_from:
                continue
            came_from[other] = (number, agent)
            ejected, taken = witness.sessions[other], used | 1 << agent
            free = witness.free(witness.able[other] & ~taken, ejected.begin, ejected.end)
            if free:
                return _followed_back({}, other, lowest(free), came_from)
            queue.append((other, ejected, witness.able[other], taken))
        exchange = find_exchange(witness, item, agents, used)
        if exchange is not None:
            taker = exchange.pop(TAKES)
            return _followed_back(exchange, number, taker, came_from)
    return None


def lowest(agents: int) -> int:
    """The first agent of a set that is not empty."""
    return (agents & -agents).bit_length() - 1


def _followed_back(
    moves: dict[int, int], last: int, agent: int, came_from: dict[int, tuple[int, int]]
) -> dict[int, int]:
    """The moves of the chain that ends with the last session taking this agent."""
    moves[last] = agent
    while last != NEW:
        last, agent = came_from[last]
        moves[last] = agent
    return moves
