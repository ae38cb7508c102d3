"""The published roster, as it stands at the moment of replanning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from data.model import Absences, Case, Duty
from optimizer.roster.menu import MenuMaker
from optimizer.roster.pins import Pins
from optimizer.roster.replanning.changes import touches
from optimizer.roster.replanning.menus import ReplanningMenus
from optimizer.roster.rules import Terms


class Published:
    """The duties of a case, taken as a published roster; `now` is the moment of planning of the case.

    Attributes:
        now: minute of the planning axis; what began before it is frozen.
        pins: for each agent the duties that stay: those begun and those pinned.
        open: for each agent, by day, the other duties that may stay.
        days: for each agent, the days with a published duty.
        forced: for each agent, the days whose published duty touches an absence. It goes, even when it had
            begun; whatever the day holds instead is no change that counts.
    """

    def __init__(self, case: Case, terms: Sequence[Terms]) -> None:
        self.now = case.plan.as_of_minute
        self._case = case
        self._cut_short: list[Duty] = []
        pins: list[tuple[Duty, ...]] = []
        self.open: list[Mapping[int, Duty]] = []
        self.days: list[frozenset[int]] = []
        self.forced: list[frozenset[int]] = []
        for name, own in zip(case.agents.agent_id.tolist(), terms, strict=True):
            duties = case.roster.by_agent.get(name, ())
            lost = [duty for duty in duties if touches(duty, own.absences)]
            self._cut_short += [duty for duty in lost if duty.start < self.now]
            standing = [duty for duty in duties if duty not in lost]
            pins.append(tuple(duty for duty in standing if duty.pinned or duty.start < self.now))
            by_day: dict[int, list[Duty]] = {}
            for duty in standing:
                by_day.setdefault(case.axis.day_of(duty.start), []).append(duty)
            # Of a day with two duties, which is against the rules, none can stay as it is.
            self.open.append(
                {
                    day: listed[0]
                    for day, listed in by_day.items()
                    if len(listed) == 1 and listed[0] not in pins[-1] and 0 <= day < case.axis.days
                }
            )
            self.days.append(frozenset(case.axis.day_of(duty.start) for duty in duties))
            self.forced.append(frozenset(case.axis.day_of(duty.start) for duty in lost))
        self.pins: Pins = tuple(pins)

    @property
    def to_plan(self) -> Case:
        """The case in which who had begun a duty that goes is absent for the rest of its day.

        So nobody begins a second duty on a day of which part has been worked.
        """
        case, edges = self._case, self._case.axis.day_starts
        gone = [
            {"agent_id": duty.agent_id, "starts_at": duty.start, "ends_at": int(edges[day + 1])}
            for duty in self._cut_short
            if 0 <= (day := case.axis.day_of(duty.start)) < case.axis.days
        ]
        return replace(case, absences=Absences.from_rows([*case.absences.rows(), *gone])) if gone else case

    def menus(self, like: MenuMaker | None = None) -> MenuMaker:
        """The menus to choose from: published duties besides the usual ones, none that begins before now."""
        published = [duty for days in self.open for duty in days.values()]
        return ReplanningMenus(self._case, published, self.now, like)
