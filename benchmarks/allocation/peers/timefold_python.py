"""Timefold in Python: the list-variable model of its documentation, with a cascading start and streams.

Segments have lists of sessions. The Python edition has no listeners on list variables, so the start of a
session follows from the one before it: at its wish, or as soon after as the one before allows, but never more
than `PATIENCE` slots later than that, so that a wish late in the day does not waste the time before it. The
search starts from the plan of `warm_start` and anneals as the Java peer does. This edition has no search of
several threads, so it always uses one.
"""
# Annotations stay objects here: Timefold reads them when the classes are made.

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from timefold.solver import SolverFactory
from timefold.solver.config import (
    Duration,
    ScoreDirectorFactoryConfig,
    SolverConfig,
    SolverConfigOverride,
    TerminationConfig,
)
from timefold.solver.domain import (
    CascadingUpdateShadowVariable,
    InverseRelationShadowVariable,
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningListVariable,
    PlanningScore,
    PreviousElementShadowVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    Constraint,
    ConstraintFactory,
    HardMediumSoftScore,
    Joiners,
    constraint_provider,
)

from benchmarks.allocation.peers.answer import Answer, Request, serve
from benchmarks.allocation.peers.instance import Instance, Placement
from benchmarks.allocation.peers.warm_start import warm_start

PATIENCE = 2
"""Slots that an agent waits at most for the wish of the next session."""

STEP = 8
"""A booking weighs as much as so many of the next lower priority."""

KEPT = 1_000_000
"""Minutes that a movable pin is worth that is kept."""

PINNED = 1_000
"""Hard penalty of a fixed pin that is left out, of a wrong skill and of a wrong agent."""

MARGIN = 1.0
"""Seconds kept for ending the process."""

COPYING = 0.005
"""Seconds for each booking to copy the problem into the virtual machine, and the plan out of it."""

CONFIGURATION = Path(__file__).with_name("java") / "solver_python.xml"


@planning_entity
@dataclass
class Session:
    """A booking; `start` is NOBODY while it is unassigned."""

    number: Annotated[int, PlanningId]
    skill: int
    set_up: int
    occupied: int
    held: int
    first: int
    last: int
    wish: int
    grid: int
    weight: int
    fixed: bool
    fixed_agent: int
    movable: int
    movable_agent: int
    segment: Annotated["Segment | None", InverseRelationShadowVariable(source_variable_name="sessions")] = (
        None
    )
    previous: Annotated["Session | None", PreviousElementShadowVariable(source_variable_name="sessions")] = (
        None
    )
    start: Annotated[int, CascadingUpdateShadowVariable(target_method_name="update_start")] = -1
    late: Annotated[int, CascadingUpdateShadowVariable(target_method_name="update_start")] = 0

    def update_start(self) -> None:
        """Time the session anew after the one before it."""
        if self.segment is None:
            self.start = -1
            self.late = 0
            return
        ready = self.segment.begin
        if self.previous is not None:
            ready = self.previous.start - self.previous.set_up + self.previous.occupied
        soonest = max(ready + self.set_up, max(self.first, self.segment.earliest))
        wanted = soonest
        if self.wish >= 0:
            wanted = min(self.wish // self.grid, soonest + PATIENCE)
        latest = min(self.last, min(self.segment.latest, self.segment.end - self.occupied + self.set_up))
        self.start = max(soonest, min(wanted, latest))
        self.late = max(0, self.start - latest)

    def cost(self) -> int:
        """Minutes of deviation, and what a confirmation that is not kept costs."""
        cost = 0
        if self.wish >= 0:
            cost = abs(self.start * self.grid - self.wish)
        if self.movable >= 0 and (
            self.start != self.movable
            or (self.movable_agent >= 0 and self.movable_agent != self.segment.agent)
        ):
            cost = cost + KEPT
        return cost

    def misfit(self) -> int:
        """Hard penalty of the place that the session has."""
        misfit = self.late
        if (self.segment.skills >> self.skill) & 1 == 0:
            misfit = misfit + PINNED
        if self.fixed_agent >= 0 and self.fixed_agent != self.segment.agent:
            misfit = misfit + PINNED
        return misfit


@planning_entity
@dataclass
class Segment:
    """An interval in service, with the sessions held in it."""

    number: Annotated[int, PlanningId]
    agent: int
    begin: int
    end: int
    earliest: int
    latest: int
    skills: int
    sessions: Annotated[list[Session], PlanningListVariable(allows_unassigned_values=True)] = field(
        default_factory=list
    )


@dataclass
class Pair:
    """Two sessions with a participant in common, by their numbers."""

    first: int
    second: int


@planning_solution
@dataclass
class Day:
    """The whole problem and its plan."""

    segments: Annotated[list[Segment], PlanningEntityCollectionProperty]
    sessions: Annotated[list[Session], PlanningEntityCollectionProperty, ValueRangeProvider]
    pairs: Annotated[list[Pair], ProblemFactCollectionProperty]
    score: Annotated[HardMediumSoftScore | None, PlanningScore] = None


@constraint_provider
def constraints(factory: ConstraintFactory) -> list[Constraint]:
    """The rules and levels as constraint streams."""
    return [
        factory.for_each(Session)
        .filter(lambda session: session.misfit() > 0)
        .penalize(HardMediumSoftScore.ONE_HARD, lambda session: session.misfit())
        .as_constraint("place"),
        factory.for_each_including_unassigned(Session)
        .filter(lambda session: session.segment is None and session.fixed)
        .penalize(HardMediumSoftScore.ONE_HARD, lambda _session: PINNED)
        .as_constraint("fixed pin"),
        factory.for_each(Pair)
        .join(Session, Joiners.equal(lambda pair: pair.first, lambda session: session.number))
        .join(
            Session,
            Joiners.equal(lambda pair, _first: pair.second, lambda session: session.number),
        )
        .filter(
            lambda _pair, first, second: (
                first.start < second.start + second.held and second.start < first.start + first.held
            )
        )
        .penalize(HardMediumSoftScore.ONE_HARD, lambda _pair, _first, _second: 1)
        .as_constraint("participant"),
        factory.for_each_including_unassigned(Session)
        .filter(lambda session: session.segment is None)
        .penalize(HardMediumSoftScore.ONE_MEDIUM, lambda session: session.weight)
        .as_constraint("left out"),
        factory.for_each(Session)
        .filter(lambda session: session.cost() > 0)
        .penalize(HardMediumSoftScore.ONE_SOFT, lambda session: session.cost())
        .as_constraint("wish"),
    ]


def build(instance: Instance, start: list[Placement]) -> Day:
    """The problem with the plan to start from."""
    priorities = sorted({booking.priority for booking in instance.bookings}, reverse=True)
    weight = {priority: STEP**rank for rank, priority in enumerate(priorities)}
    segments = [
        Segment(
            number=number,
            agent=segment.agent,
            begin=segment.start,
            end=segment.end,
            earliest=segment.earliest,
            latest=min(segment.latest, instance.slots),
            skills=sum(1 << skill for skill in instance.skills_of[segment.agent]),
        )
        for number, segment in enumerate(instance.segments)
    ]
    sessions = [
        Session(
            number=number,
            skill=booking.skill,
            set_up=booking.set_up,
            occupied=booking.occupied,
            held=booking.held,
            first=booking.windows[0][0],
            last=booking.windows[0][1],
            wish=booking.wish,
            grid=instance.grid,
            weight=weight[booking.priority],
            fixed=booking.fixed,
            fixed_agent=booking.fixed_agent,
            movable=booking.movable,
            movable_agent=booking.movable_agent,
        )
        for number, booking in enumerate(instance.bookings)
    ]
    pairs = instance.pairs()
    _plant(segments, sessions, pairs, start)
    return Day(segments, sessions, [Pair(first, second) for first, second in pairs])


def _plant(
    segments: list[Segment], sessions: list[Session], pairs: list[tuple[int, int]], start: list[Placement]
) -> None:
    """Fill the lists from the plan, without what does not fit as this model times it."""
    partners: dict[int, list[Session]] = {}
    for first, second in pairs:
        partners.setdefault(first, []).append(sessions[second])
        partners.setdefault(second, []).append(sessions[first])
    for number, slot, agent in sorted(start, key=lambda row: row[1]):
        where = next(s for s in segments if s.agent == agent and s.begin <= slot < s.end)
        session = sessions[number]
        session.segment, session.previous = where, where.sessions[-1] if where.sessions else None
        session.update_start()
        meets = any(
            other.start >= 0
            and session.start < other.start + other.held
            and other.start < session.start + session.held
            for other in partners.get(number, ())
        )
        if session.late or meets:
            session.segment, session.previous = None, None
            session.update_start()
        else:
            where.sessions.append(session)


def read_out(day: Day) -> list[Placement]:
    """The placements of a plan, without those that break a rule."""
    kept: dict[int, Session] = {}
    for segment in day.segments:
        for session in segment.sessions:
            if session.misfit() == 0:
                kept[session.number] = session
    for pair in day.pairs:
        first, second = kept.get(pair.first), kept.get(pair.second)
        apart = not (first and second) or (
            first.start >= second.start + second.held or second.start >= first.start + first.held
        )
        if not apart:
            del kept[pair.second]
    return [(session.number, session.start, session.segment.agent) for session in kept.values()]


def solve(request: Request) -> Answer:
    """Start the virtual machine, build, and solve until the deadline."""
    instance = Instance.read(request.folder / "instance.json")
    start = warm_start(instance)
    day = build(instance, start)
    config = SolverConfig(
        solution_class=Day,
        entity_class_list=[Segment, Session],
        random_seed=request.seed,
        score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=constraints),
        xml_source_file=CONFIGURATION,
    )
    factory = SolverFactory.create(config)
    built_at = time.time()
    limit = TerminationConfig(spent_limit=Duration(milliseconds=int(1000 * request.seconds_left(MARGIN))))
    solver = factory.build_solver(SolverConfigOverride(termination_config=limit))
    best = solver.solve(day)
    found = read_out(best)
    if len(found) < len(start):
        return Answer(start, built_at, note=f"{best.score}, worse than the start, which is handed back")
    return Answer(found, built_at, note=str(best.score))


if __name__ == "__main__":
    serve(solve)
