"""Changes that a planner makes to a roster by hand, one after the other, each a value of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from data.model import Absences, Break, Case, Duty, Roster


class EditError(Exception):
    """An edit does not fit the roster: there is no such duty, or the agent has one already.

    Attributes:
        code: what is wrong: ``no_duty``, ``taken``, ``same_agent``, ``outside`` or ``nothing_to_swap``.
        agent_id: of the edit.
    """

    def __init__(self, code: str, agent_id: str) -> None:
        self.code = code
        self.agent_id = agent_id
        super().__init__(f"{agent_id}: {code}")


@dataclass(frozen=True)
class MoveDuty:
    """The duty of an agent on a day begins at another minute of the planning axis, its breaks with it."""

    agent_id: str
    day: int
    start: int

    def __call__(self, case: Case) -> Case:
        """The case with the duty moved, and pinned there, so that a new solve keeps it."""
        duty = _duty_of(case, self.agent_id, self.day)
        later = self.start - duty.start
        moved = replace(
            duty,
            start=duty.start + later,
            end=duty.end + later,
            breaks=tuple(Break(b.start + later, b.end + later, b.kind) for b in duty.breaks),
            pinned=True,
        )
        if not 0 <= moved.start < case.axis.end:
            raise EditError("outside", self.agent_id)
        day = case.axis.day_of(moved.start)
        if day != self.day and _find(case, self.agent_id, day) is not None:
            raise EditError("taken", self.agent_id)
        return _with_duties(case, [duty], [moved])


@dataclass(frozen=True)
class SwapDuties:
    """Two agents exchange what they have on a day; one of them may have the day off."""

    agent_id: str
    other_id: str
    day: int

    def __call__(self, case: Case) -> Case:
        """The case with the duties exchanged, and pinned."""
        if self.agent_id == self.other_id:
            raise EditError("same_agent", self.agent_id)
        pairs = ((self.agent_id, self.other_id), (self.other_id, self.agent_id))
        held = [(_find(case, giver, self.day), taker) for giver, taker in pairs]
        given = [(duty, taker) for duty, taker in held if duty is not None]
        if not given:
            raise EditError("nothing_to_swap", self.agent_id)
        taken = [replace(duty, agent_id=taker, pinned=True) for duty, taker in given]
        return _with_duties(case, [duty for duty, _ in given], taken)


@dataclass(frozen=True)
class PinDuty:
    """The duty of an agent on a day is fixed, or no longer so: a new solve keeps fixed duties."""

    agent_id: str
    day: int
    pinned: bool = True

    def __call__(self, case: Case) -> Case:
        """The case with the pin set or taken away."""
        duty = _duty_of(case, self.agent_id, self.day)
        return _with_duties(case, [duty], [replace(duty, pinned=self.pinned)])


@dataclass(frozen=True)
class AddAbsence:
    """An agent cannot work for a while; minutes on the planning axis, half-open.

    The duties in it stay until the roster is solved anew; the referee objects to them.
    """

    agent_id: str
    start: int
    end: int

    def __call__(self, case: Case) -> Case:
        """The case with the absence; one that touches others of the agent is joined to them."""
        if not self.start < self.end:
            raise EditError("outside", self.agent_id)
        if self.agent_id not in case.agents.position:
            raise EditError("no_duty", self.agent_id)
        kept, start, end = [], self.start, self.end
        for row in case.absences.rows():
            touches = row["agent_id"] == self.agent_id and row["starts_at"] <= end and start <= row["ends_at"]
            if touches:
                start, end = min(start, row["starts_at"]), max(end, row["ends_at"])
            else:
                kept.append(row)
        kept.append({"agent_id": self.agent_id, "starts_at": start, "ends_at": end})
        kept.sort(key=lambda row: (case.agents.position[row["agent_id"]], row["starts_at"]))
        return replace(case, absences=Absences.from_rows(kept))


Edit = MoveDuty | SwapDuties | PinDuty | AddAbsence


def with_edits(case: Case, edits: Sequence[Edit]) -> Case:
    """The case after these edits, in order; its schedule is as it was, and may no longer fit.

    Raises:
        EditError: at the first edit that does not fit.
    """
    apply: Callable[[Case], Case]
    for apply in edits:
        case = apply(case)
    return case


def _find(case: Case, agent_id: str, day: int) -> Duty | None:
    """The duty that the agent has on a day, if there is one."""
    duties = case.roster.by_agent.get(agent_id, ())
    return next((duty for duty in duties if case.axis.day_of(duty.start) == day), None)


def _duty_of(case: Case, agent_id: str, day: int) -> Duty:
    duty = _find(case, agent_id, day)
    if duty is None:
        raise EditError("no_duty", agent_id)
    return duty


def _with_duties(case: Case, gone: Sequence[Duty], come: Sequence[Duty]) -> Case:
    roster = Roster.of([*(duty for duty in case.roster.duties if duty not in gone), *come])
    duties, breaks = roster.to_tables()
    return replace(case, duties=duties, breaks=breaks)
