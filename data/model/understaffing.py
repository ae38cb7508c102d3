"""What is missing where a roster is understaffed: a table that `pontual roster` writes beside the roster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from data.model.columns import Choice, Instant, IntArray, Integer, Table, Text, TextArray, Tokens, column

REASONS = (
    "in_service",
    "on_break",
    "part_of_interval",
    "no_duty",
    "never",
    "blocked",
    "other_hours",
    "day_off",
    "budget",
    "change_price",
    "frozen",
    "not_lost",
    "unfinished",
    "not_examined",
    "no_agent",
)
"""Why an agent does not help where agents are missing:

- in service already, on a break, or on duty for a part of the interval only;
- no duty that is planned covers the interval (``no_duty``);
- rules forbid it whatever else the agent works (``never``), or beside the agent's other duties (``blocked``);
- possible, but no roster in which this agent alone works otherwise would be better: the agent is on duty at
  other hours of the day (``other_hours``) or has the day off (``day_off``);
- possible, but not within the budget of hours without a loss elsewhere, all others staying (``budget``);
- possible, but the changes of published duties bring back no more than they cost (``change_price``);
- ruled out because what had begun at the moment of replanning stays, and nothing begins before (``frozen``);
- possible, but replanning brings back only what the published roster had: nothing is lost (``not_lost``);
- possible, and the roster would be better: the search ended before it was found (``unfinished``);
- not looked at within the work limit (``not_examined``);
- there is no agent with the skill (``no_agent``).
"""

VERDICTS = (
    "no_agent",
    "all_in_service",
    "out_of_reach",
    "unfinished",
    "not_examined",
    "on_break",
    "trade_off",
)
"""What the reasons come to: nobody has the skill; everybody who could help is in service; all that is
missing is missing in every roster; the roster could be better; not all agents were looked at; everybody who
could help is present, but some on a break or for a part of the interval; covering it would cost as much
elsewhere, as far as one agent's duties go.
"""


@dataclass(frozen=True, eq=False)
class Understaffing(Table):
    """Agents missing per run of intervals and skill, with everybody who could help, by reason.

    A run is some intervals in a row in which as many agents are missing and the head counts are the same.
    Rules are left out to see what they forbid: without those named, the agent could be on duty then. What is
    possible is judged by the duties that Pontual plans.
    """

    TABLE: ClassVar[str] = "understaffing"

    starts_at: IntArray = column(Instant(), "start of the run", key=True)
    ends_at: IntArray = column(Instant(), "end of the run, not included")
    skill: TextArray = column(Text(), "skill", key=True)
    missing: IntArray = column(Integer(1, 100_000), "agents missing in each interval of the run")
    unavoidable: IntArray = column(Integer(0, 100_000), "of which are missing in every roster, at least")
    holders: IntArray = column(Integer(0, 100_000), "agents with the skill")
    verdict: TextArray = column(Choice(VERDICTS), "what the reasons come to")
    reason: TextArray = column(Choice(REASONS), "why these agents do not help", key=True)
    rules: TextArray = column(
        Tokens(), "rules that forbid it (`never`, `blocked`), with | between them", key=True, optional=True
    )
    agents: IntArray = column(Integer(0, 100_000), "how many agents, in each interval of the run")
    agent_ids: TextArray = column(
        Tokens(), "who, with | between them; everybody for whom it holds in some interval", optional=True
    )
