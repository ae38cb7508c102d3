"""How good a roster is beside its coverage: limits it comes near to, fair shares, wishes, broken rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.texts import Texts
from data.identity import masked
from data.model import Case
from data.referee import RULES, Violation
from optimizer.roster.fairness import FairShares, counts_of_roster
from optimizer.roster.requirement import Requirement
from optimizer.roster_explanations import Margin, rule_margins
from optimizer.roster_explanations.texts import CATALOGUES


@dataclass(frozen=True)
class AgentFigures:
    """What the roster means for one agent."""

    agent_id: str
    days: int
    work_minutes: int
    weekends: int
    late: int
    wishes: int
    wishes_lost: int


@dataclass(frozen=True)
class RosterQuality:
    """Figures of a roster.

    Attributes:
        margins: the narrowest margin of each agent and rule.
        unfair: weekend days, late duties and lost wishes beyond fair shares among agents who are alike.
        wishes, wishes_met: how many there are, and are met.
        agents: one row for each agent: days, work in minutes, and weekend days, late duties and wishes lost,
            those before the horizon included.
    """

    margins: tuple[Margin, ...]
    unfair: int
    wishes: int
    wishes_met: int
    agents: tuple[AgentFigures, ...]

    @property
    def near(self) -> int:
        """Agents who are near a limit, that of a day's work apart: a full day is nothing out of the way."""
        near = [margin for margin in self.margins if margin.is_near and margin.rule != "CLT-58"]
        return len({margin.agent_id for margin in near})


def roster_quality(case: Case) -> RosterQuality:
    """Count a roster.

    Raises:
        LookupError: when the regime of an agent's contract has no version in force on a day of the horizon.
    """
    shares = FairShares(case, Requirement(case))
    counts = counts_of_roster(case, shares, case.roster)
    agents = []
    for place, name in enumerate(case.agents.agent_id.tolist()):
        duties = case.roster.by_agent.get(name, ())
        weekends, late, lost = counts[place]
        agents.append(
            AgentFigures(
                name,
                len({case.axis.day_of(duty.start) for duty in duties}),
                sum(duty.work_minutes for duty in duties),
                weekends,
                late,
                len(shares.wishes[place]),
                lost,
            )
        )
    return RosterQuality(
        margins=tuple(rule_margins(case)),
        unfair=shares.unfairness(counts),
        wishes=sum(agent.wishes for agent in agents),
        wishes_met=sum(agent.wishes - agent.wishes_lost for agent in agents),
        agents=tuple(agents),
    )


def limit_rows(quality: RosterQuality, texts: Texts) -> list[tuple[str, str, str, str]]:
    """Rules: name, agents near the limit, of these those at it, and the narrowest case in words."""
    rows = []
    for code in dict.fromkeys(margin.rule for margin in quality.margins):
        of_rule = [margin for margin in quality.margins if margin.rule == code]
        narrowest = min(of_rule, key=lambda margin: margin.room)
        rows.append(
            (
                rule_name(code, texts),
                texts.integer(sum(margin.is_near for margin in of_rule)),
                texts.integer(sum(margin.room <= 0 for margin in of_rule)),
                _margin_words(narrowest, texts),
            )
        )
    return rows


def agent_rows(quality: RosterQuality, texts: Texts) -> list[tuple[str, ...]]:
    """Agents: name, days, hours, weekend days, late duties, wishes met, and the rules they are near to."""
    near: dict[str, list[str]] = {}
    for margin in quality.margins:
        if margin.is_near:
            near.setdefault(margin.agent_id, []).append(margin.rule)
    return [
        (
            agent.agent_id,
            texts.integer(agent.days),
            texts.hours(agent.work_minutes, 1),
            texts.integer(agent.weekends),
            texts.integer(agent.late),
            texts.say(
                "week.wishes_of",
                met=texts.integer(agent.wishes - agent.wishes_lost),
                all=texts.integer(agent.wishes),
            )
            if agent.wishes
            else "",
            ", ".join(near.get(agent.agent_id, ())),
        )
        for agent in quality.agents
    ]


def violation_rows(violations: Sequence[Violation], texts: Texts) -> list[tuple[str, str, str]]:
    """Broken rules: name, where, and what was found."""
    return [
        (rule_name(v.rule, texts), masked(texts.phrase(v.where)), masked(texts.phrase(v.what)))
        for v in violations
    ]


def rule_name(code: str, texts: Texts) -> str:
    """A rule's code and what it is about; where the catalogue has no word for it, what it demands."""
    known = texts.label("rule", code)
    if known == code:
        known = CATALOGUES[texts.language].get(f"rule.{code}") or RULES[code].statement
    return f"{code}: {known}"


def _margin_words(margin: Margin, texts: Texts) -> str:
    if margin.unit == "days":
        value, limit = texts.integer(margin.value), texts.integer(margin.limit)
    else:
        value, limit = texts.span_of_time(margin.value), texts.span_of_time(margin.limit)
    key = "week.margin_least" if margin.at_least else "week.margin_most"
    return texts.say(key, agent=margin.agent_id, value=value, limit=limit)
