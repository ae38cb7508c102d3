"""The verdict on sessions that have changed hands: the rules that bear on who holds them, and a recount."""

from __future__ import annotations

from data.model import Case
from data.referee.facts import Facts
from data.referee.intervals import NONE
from data.referee.registry import RULES
from data.referee.violation import Violation

CODES = (
    "SESSION-UNKNOWN",
    "SESSION-TWICE",
    "GRID",
    "HORIZON",
    "DURATION",
    "AGENT-UNKNOWN",
    "SKILL",
    "DUTY",
    "BREAK-CROSSED",
    "AGENT-OVERLAP",
    "CAR-SESSION",
    "PIN",
    "PIN-AGENT",
)
"""Rules on what a session is and who may hold it; not whether a booking left out could be placed."""


def judge_agents(case: Case) -> list[Violation]:
    """Every rule in `CODES` that the sessions of a case break."""
    facts = Facts(case)
    return [found for code in CODES for found in RULES[code].violations(facts)]


def agent_days(case: Case) -> dict[int, int]:
    """For each day with sessions, how many agents hold one that starts on it."""
    sessions = Facts(case).sessions
    held: dict[int, set[int]] = {}
    for day, agent in zip(sessions.day.tolist(), sessions.agent.tolist(), strict=True):
        if agent != NONE:
            held.setdefault(day, set()).add(agent)
    return {day: len(agents) for day, agents in sorted(held.items())}
