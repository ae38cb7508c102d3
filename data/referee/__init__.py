"""The referee: judges rosters and schedules by every hard rule, independently of whatever made them.

It imports nothing but the model, and states eligibility, windows, calendar and labour rules anew. Each rule
is one function with a code; `RULES` lists them all. A rule is added by writing such a function under
`data.referee.registry.rule`, in the module of its theme.
"""

from data.referee import roster_structure, labour, weekly_rest, labour_breaks  # isort: skip
from data.referee import contract_limits, work_of_horizon, shift_types, roster_calendar, budget  # isort: skip
from data.referee import sessions_structure, session_eligibility, session_agents  # isort: skip
from data.referee import session_windows, pins, held_back, unplaced  # isort: skip
from data.referee.agents_of_sessions import agent_days, judge_agents
from data.referee.judge import judge, judge_roster, judge_schedule
from data.referee.recount import Recount, recount
from data.referee.registry import RULES, Rule
from data.referee.replanning import (
    REPLANNING_RULES,
    judge_replanning,
    recount_changes,
    recount_moved_breaks,
)
from data.referee.task_assignment import judge_assignment
from data.referee.violation import Violation

THEMES = (
    roster_structure,
    labour,
    weekly_rest,
    labour_breaks,
    contract_limits,
    work_of_horizon,
    shift_types,
    roster_calendar,
    budget,
    sessions_structure,
    session_eligibility,
    session_agents,
    session_windows,
    pins,
    held_back,
    unplaced,
)
"""The modules of the rules. They are imported in the order in which their rules are judged."""

__all__ = [
    "REPLANNING_RULES",
    "RULES",
    "THEMES",
    "Recount",
    "Rule",
    "Violation",
    "agent_days",
    "judge",
    "judge_agents",
    "judge_assignment",
    "judge_replanning",
    "judge_roster",
    "judge_schedule",
    "recount",
    "recount_changes",
    "recount_moved_breaks",
]
