"""Duties with breaks, and the roster: the duties of all agents over the horizon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from data.model.columns import (
    BoolArray,
    Choice,
    Flag,
    Instant,
    IntArray,
    Table,
    Text,
    TextArray,
    column,
)

BREAK_KINDS = ("meal", "pause")
"""A meal is unpaid and does not count as work; a pause is paid and does (DOMAIN 3.1, 3.2)."""


@dataclass(frozen=True, eq=False)
class Duties(Table):
    """Working intervals of agents. An agent has at most one duty that starts on a day."""

    TABLE: ClassVar[str] = "duties"

    agent_id: TextArray = column(Text(), "the agent", key=True, refers_to="agents.agent_id")
    starts_at: IntArray = column(Instant(), "start of the duty", key=True)
    ends_at: IntArray = column(Instant(), "end of the duty, not included")
    pinned: BoolArray = column(Flag(), "the duty is fixed: a new roster keeps it", optional=True)


@dataclass(frozen=True, eq=False)
class Breaks(Table):
    """Breaks within duties: the duty is the one of that agent which contains the break."""

    TABLE: ClassVar[str] = "breaks"

    agent_id: TextArray = column(Text(), "the agent", key=True, refers_to="agents.agent_id")
    starts_at: IntArray = column(Instant(), "start of the break", key=True)
    ends_at: IntArray = column(Instant(), "end of the break, not included")
    kind: TextArray = column(Choice(BREAK_KINDS), "meal (unpaid) or pause (paid)")


@dataclass(frozen=True)
class Break:
    """An interval of a duty without sessions; minutes on the planning axis, half-open."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Duty:
    """A shift with its breaks; minutes on the planning axis, half-open. Breaks are in order of time."""

    agent_id: str
    start: int
    end: int
    breaks: tuple[Break, ...] = ()
    pinned: bool = False

    @property
    def meal_minutes(self) -> int:
        """Minutes of unpaid meals."""
        return sum(b.end - b.start for b in self.breaks if b.kind == "meal")

    @property
    def work_minutes(self) -> int:
        """Presence less meals: what the law counts as work. Pauses count as work."""
        return self.end - self.start - self.meal_minutes

    @property
    def segments(self) -> tuple[tuple[int, int], ...]:
        """The intervals in service: the duty cut at its breaks."""
        pieces: list[tuple[int, int]] = []
        at = self.start
        for pause in self.breaks:
            if pause.start > at:
                pieces.append((at, pause.start))
            at = max(at, pause.end)
        if self.end > at:
            pieces.append((at, self.end))
        return tuple(pieces)

    @property
    def service_minutes(self) -> int:
        """Minutes in service: presence less all breaks."""
        return sum(end - start for start, end in self.segments)


@dataclass(frozen=True)
class Roster:
    """Duties of all agents, ordered by agent and start."""

    duties: tuple[Duty, ...]

    @classmethod
    def of(cls, duties: Iterable[Duty]) -> Roster:
        """A roster of these duties, put in order."""
        return cls(tuple(sorted(duties, key=lambda duty: (duty.agent_id, duty.start))))

    @classmethod
    def from_tables(cls, duties: Duties, breaks: Breaks) -> Roster:
        """Build the roster; a break belongs to the agent's duty that began last before it.

        Nothing is checked: the referee judges breaks that lie in no duty. Such breaks are attached to the
        agent's nearest earlier duty, or, where there is none, to the first.
        """
        starts: dict[str, list[int]] = {}
        for agent, start in zip(duties.agent_id.tolist(), duties.starts_at.tolist(), strict=True):
            starts.setdefault(agent, []).append(start)
        for listed in starts.values():
            listed.sort()
        held: dict[tuple[str, int], list[Break]] = {}
        for agent, start, end, kind in zip(
            breaks.agent_id.tolist(),
            breaks.starts_at.tolist(),
            breaks.ends_at.tolist(),
            breaks.kind.tolist(),
            strict=True,
        ):
            begun = [s for s in starts.get(agent, ()) if s <= start]
            if begun or agent in starts:
                owner = begun[-1] if begun else starts[agent][0]
                held.setdefault((agent, owner), []).append(Break(start, end, kind))
        return cls.of(
            Duty(
                agent, start, end, tuple(sorted(held.get((agent, start), ()), key=lambda b: b.start)), pinned
            )
            for agent, start, end, pinned in zip(
                duties.agent_id.tolist(),
                duties.starts_at.tolist(),
                duties.ends_at.tolist(),
                duties.pinned.tolist(),
                strict=True,
            )
        )

    def to_tables(self) -> tuple[Duties, Breaks]:
        """The roster as the two tables that files carry."""
        duties = Duties.from_rows(
            {"agent_id": d.agent_id, "starts_at": d.start, "ends_at": d.end, "pinned": d.pinned}
            for d in self.duties
        )
        breaks = Breaks.from_rows(
            {"agent_id": d.agent_id, "starts_at": b.start, "ends_at": b.end, "kind": b.kind}
            for d in self.duties
            for b in d.breaks
        )
        return duties, breaks

    @cached_property
    def by_agent(self) -> Mapping[str, tuple[Duty, ...]]:
        """Each agent's duties in order of time; agents without a duty are left out."""
        grouped: dict[str, list[Duty]] = {}
        for duty in self.duties:
            grouped.setdefault(duty.agent_id, []).append(duty)
        return {agent: tuple(listed) for agent, listed in grouped.items()}
