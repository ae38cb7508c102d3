"""How fast the day is mended after an event, and what becomes of it in a storm.

`python -m benchmarks.repair.events [--save]` plans a day of 200 agents on duty, plays it, and follows its
events. After each of a sample of those between 10 and 15 h, in a day that was mended just before, the repair
is timed; and so it is after events that are worse than what chance brings, each on a copy of the day: an
agent gone for an hour or for good, a session that goes on for 20 minutes more. The referee judges every plan.

Storms: a tenth of the agents gone for an hour, and the video platform down for 20 minutes for everybody.
"""

from __future__ import annotations

import math
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from benchmarks.provenance import record
from data.day import EVENT, DayState, Event, Status, carry_out, planned_day
from data.day.happenings import happen
from data.day.minutes import instant_of
from data.generator import GeneratorSettings, generate
from data.model import Case
from data.referee.repair import judge_repair, recount_repair
from optimizer.planning.judged_allocations import judged_allocation
from optimizer.planning.judged_rosters import judged_roster
from optimizer.repair import Repair, Repairer
from optimizer.repair.documents import levels
from optimizer.solve_result import SolveLimits
from simulation import scenario_of
from simulation.recorded_day import recorded_day
from simulation.replications import Player

SETTINGS = GeneratorSettings(agents=220, days=1, load=1.0, seed=1)
SEED = 1
FROM, UNTIL = 10 * 60, 15 * 60
RECORDED, WORSE = 200, 12
"""Events of the played day, and of each kind of worse ones."""

STORMS_AT = (11 * 60, 14 * 60)


def planned() -> Case:
    """A day with about 200 agents on duty and 2,700 sessions."""
    case, _ = judged_roster(generate(SETTINGS).case, SolveLimits(work=20.0))
    case, _ = judged_allocation(case, SolveLimits(work=20.0))
    return case


@dataclass
class Measured:
    """Repairs after events of one kind."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    touched: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    bounds: Counter[str] = field(default_factory=Counter)

    def add(self, repair: Repair, processor: float) -> None:
        """Take a repair in, and the processor's seconds for it."""
        self.seconds.append(repair.seconds)
        self.processor.append(processor)
        self.touched += bool(repair.touched)
        self.decisions.update(decision.kind for decision in repair.plan.decisions)
        for level in levels(repair):
            self.values[level.name] += int(level.objective)
            self.bounds[level.name] += int(level.bound)

    def summary(self) -> dict[str, Any]:
        """Figures for the table and the file."""
        return {
            "repairs": len(self.seconds),
            "with_something_wrong": self.touched,
            "seconds": quantiles(self.seconds),
            "processor_seconds": quantiles(self.processor),
            "decisions": dict(self.decisions),
            "levels": {
                name: {"value": value, "bound": self.bounds[name]} for name, value in self.values.items()
            },
        }


def quantiles(values: list[float]) -> dict[str, float]:
    """Nearest ranks."""
    ordered = sorted(values)
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}
    return {name: round(ordered[math.ceil(share * len(ordered)) - 1], 4) for name, share in shares.items()}


class Day:
    """The day as it is followed; `processor` has the processor's seconds of the last repair."""

    processor = 0.0

    def __init__(self, case: Case) -> None:
        self.case = case
        self.repairer = Repairer(case)
        self.state = planned_day(case, 0)

    def mend(self, state: DayState) -> Repair:
        """A repair that the referee has nothing against, and after which nothing is left to mend."""
        now = math.ceil(state.now)
        begun = time.process_time()
        repair = self.repairer.repair(state, now)
        self.processor = time.process_time() - begun
        faults = judge_repair(self.case, state, now, repair.plan)
        counted = recount_repair(self.case, state, now, repair.plan, repair.bookings)
        if faults or counted != repair.disruption:
            raise RuntimeError(f"the referee disagrees: {faults[:3]}")
        return repair

    def settle(self) -> None:
        """Mend the day and carry it out."""
        for decision in self.mend(self.state).plan.decisions:
            carry_out(self.state, decision)

    def after(self, event: dict[str, Any]) -> DayState:
        """A copy of the day after one more event."""
        state = self.state.copy()
        told = {"number": state.number + 1, "at": instant_of(self.case.axis, state.now), **event}
        happen(self.case.axis, state, EVENT.validate_python(told))
        return state

    def worse(self, dice: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
        """Events that are worse than what chance brings."""
        there = [
            agent.agent_id
            for agent in self.state.agents.values()
            if agent.start is not None and agent.gone_since is None and agent.start <= self.state.now
            and agent.end is not None and agent.end > self.state.now + 60
        ]  # fmt: skip
        in_an_hour = instant_of(self.case.axis, self.state.now + 60)
        gone = {"kind": "agent_gone", "agent_id": dice.choice(there)}
        yield "agent gone for an hour", gone | {"until": in_an_hour}
        yield "agent gone for good", gone
        running = [s.booking_id for s in self.state.sessions.values() if s.status is Status.RUNNING]
        overrun = {"kind": "session_overrunning", "booking_id": dice.choice(running)}
        yield "20 minutes more", overrun | {"remaining_minutes": 20.0}


def follow(case: Case, events: list[Event]) -> dict[str, Measured]:
    """The repairs after the sampled events, by kind of event."""
    dice = random.Random(SEED)
    inside = [e.number for e in events if FROM <= case.axis.minute_of(e.at) < UNTIL]
    recorded = set(dice.sample(inside, min(RECORDED, len(inside))))
    worse = set(dice.sample(sorted(recorded), min(WORSE, len(recorded))))
    day, found = Day(case), {"event of the played day": Measured()}
    for event in events:
        if event.number in recorded:
            day.settle()
            if event.number in worse:
                for name, told in day.worse(dice):
                    repair = day.mend(day.after(told))
                    found.setdefault(name, Measured()).add(repair, day.processor)
        happen(case.axis, day.state, event)
        if event.number in recorded:
            repair = day.mend(day.state)
            found["event of the played day"].add(repair, day.processor)
    return found


def storms(case: Case, events: list[Event]) -> list[dict[str, Any]]:
    """The repairs of days on which much goes wrong at once."""
    dice = random.Random(SEED)
    rows = []
    for moment in STORMS_AT:
        day = Day(case)
        for event in events:
            if case.axis.minute_of(event.at) >= moment:
                break
            happen(case.axis, day.state, event)
        day.settle()
        on_duty = sorted(
            a.agent_id
            for a in day.state.agents.values()
            if a.start is not None and a.end is not None and a.start <= moment < a.end
        )
        gone = day.state.copy()
        for name in dice.sample(on_duty, len(on_duty) // 10):
            until = instant_of(case.axis, gone.now + 60)
            told = {"number": gone.number + 1, "at": instant_of(case.axis, gone.now), "kind": "agent_gone"}
            happen(case.axis, gone, EVENT.validate_python(told | {"agent_id": name, "until": until}))
        down = day.after({"kind": "platform_down", "until": instant_of(case.axis, day.state.now + 20)})
        for name, state in (("a tenth of the agents gone", gone), ("platform down", down)):
            begun = time.perf_counter()
            repair = day.mend(state)
            rows.append(
                {
                    "storm": f"{name}, {moment // 60}:00",
                    "seconds": round(repair.seconds, 3),
                    "processor_seconds": round(day.processor, 3),
                    "seconds_with_referee": round(time.perf_counter() - begun, 3),
                    "open_sessions": len(repair.plan.sessions)
                    + sum(d.kind == "rebook" for d in repair.plan.decisions),
                    "held": len(repair.plan.sessions),
                    "pools_touched": len(repair.touched),
                    "decisions": dict(Counter(d.kind for d in repair.plan.decisions)),
                    "reasons": dict(Counter(repair.reasons.values())),
                }
            )
    return rows


def run(save: bool = False) -> dict[str, Any]:
    """Measure and print the tables."""
    case = planned()
    player = Player(case, scenario_of(case.plan.policy))
    log = player.play(SEED, 0, with_activities=True)
    events = recorded_day(case, player.week, log, 0)
    follow(case, events[:200])  # compiles and loads everything
    measured = {name: found.summary() for name, found in follow(case, events).items()}
    result: dict[str, Any] = {
        "agents_on_duty": len({*case.duties.agent_id.tolist()}),
        "sessions": len(case.sessions),
        "events_of_the_day": len(events),
        "after_an_event": measured,
        "storms": storms(case, events),
    }
    print(
        f"{result['agents_on_duty']} agents on duty, {result['sessions']:,} sessions, {len(events):,} events"
    )
    print(f"{'seconds after':>26}{'repairs':>9}{'wrong':>7}{'p50':>8}{'p90':>8}{'p99':>8}{'max':>8}")
    for name, row in measured.items():
        for kind in ("seconds", "processor_seconds"):
            times = row[kind]
            print(
                f"{name if kind == 'seconds' else '(of the processor)':>26}{row['repairs']:>9}"
                f"{row['with_something_wrong']:>7}{times['p50']:>8.3f}{times['p90']:>8.3f}"
                f"{times['p99']:>8.3f}{times['max']:>8.3f}"
            )
        print(
            f"{'':>26}" + "  ".join(f"{k} {v['value']} (>= {v['bound']})" for k, v in row["levels"].items())
        )
    for storm in result["storms"]:
        print(
            f"{storm['storm']:>34}: {storm['seconds']:.2f} s, {storm['held']} of {storm['open_sessions']} "
            f"held, {storm['decisions']} {storm['reasons']}"
        )
    if save:
        print(record("repair_events", result))
    return result


if __name__ == "__main__":
    run(save="--save" in sys.argv[1:])
