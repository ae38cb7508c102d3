"""Making room on one agent by exchanging sessions with one other: the smallest exchange that closes.

The sessions in the way go to the other agent, whose sessions in their way come back, and so on to and fro
until nothing is in the way any more. (On the graph of overlaps of the sessions of two agents this exchanges
the two colours of a component, as Kempe's chains do.)
"""

from __future__ import annotations

from optimizer.binding.team import members
from optimizer.binding.witness import Session, Witness

LONGEST = 60
"""Sessions in one exchange at most."""


def find_exchange(witness: Witness, session: Session, allowed: int, avoiding: int) -> dict[int, int] | None:
    """An exchange that makes one of the allowed agents free for the session, who is told first; or None.

    Args:
        avoiding: set of agents who take no part.

    Returns:
        The new agent of each session exchanged, and under `TAKES` the agent who is free then.
    """
    for agent in members(allowed & ~avoiding):
        in_the_way = witness.conflicts(agent, session.begin, session.end)
        others = ~(avoiding | 1 << agent)
        for number in in_the_way:
            item = witness.sessions[number]
            others &= witness.able[number]
            others = witness.free(others, max(session.begin, item.begin), min(session.end, item.end))
            if not others:
                break
        for other in members(others) if others > 0 else ():
            moves = _closed(witness, agent, other, in_the_way)
            if moves is not None:
                return moves
    return None


TAKES = -1
"""Stands for the new session among the numbers of sessions in moves."""


def _closed(witness: Witness, agent: int, other: int, in_the_way: set[int]) -> dict[int, int] | None:
    """The exchange between two agents that frees the first of these sessions, if all may be held anew.

    Nothing comes back into the time of the new session. The other agent is idle wherever a session in the way
    and the new one meet, so that what the former meets there lies before the new session or after it; and
    each further session exchanged lies farther away on the same side.
    """
    moves = dict.fromkeys(in_the_way, other)
    waiting = list(in_the_way)
    while waiting:
        number = waiting.pop()
        item, receiver = witness.sessions[number], moves[number]
        giver = agent if receiver == other else other
        for met in witness.conflicts(receiver, item.begin, item.end):
            if met in moves:
                continue
            if not witness.able[met] >> giver & 1 or len(moves) >= LONGEST:
                return None
            moves[met] = giver
            waiting.append(met)
    moves[TAKES] = agent
    return moves
