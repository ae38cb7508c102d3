"""The benchmark of the allocation beside its peers: translations, on cases small enough to check."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from ortools.sat.python import cp_model

from benchmarks.allocation.peers import cp_sat
from benchmarks.allocation.peers.answer import Answer
from benchmarks.allocation.peers.derive import instance_of, reasons_of, schedule_of
from benchmarks.allocation.peers.instance import NOBODY, Booking, Instance, Placement, Segment
from benchmarks.allocation.peers.run import OURS, Outcome
from benchmarks.allocation.peers.sessions import placements_of
from benchmarks.allocation.peers.side_by_side import is_starved
from benchmarks.allocation.peers.timefold_java import answer_of, numbers_of
from benchmarks.allocation.peers.verdict import Figures, figures_of, verdict
from benchmarks.allocation.peers.warm_start import warm_start
from data.generator import GeneratorSettings, first_come_first_served, generate
from data.referee import judge_schedule, recount
from optimizer.allocation import Problem, build_problem


def generated(seed: int, load: float = 0.9) -> tuple[Problem, Instance]:
    """A day of ten agents, and its instance."""
    problem = build_problem(generate(GeneratorSettings(agents=10, days=1, load=load, seed=seed)).case)
    return problem, instance_of("tiny", problem)


def booking(row: int, wish: int, **changes: object) -> Booking:
    """A booking of two slots with the first skill, which may start in slots 0 to 4."""
    plain = Booking(
        row=row,
        skill=0,
        set_up=0,
        occupied=2,
        held=2,
        priority=5,
        wish=wish,
        windows=((0, 4),),
        people=(),
        fixed=False,
        fixed_agent=NOBODY,
        movable=NOBODY,
        movable_agent=NOBODY,
    )
    return replace(plain, **changes)


def two_agents(*bookings: Booking) -> Instance:
    """Two agents, each in service for five slots; only the second has the second skill."""
    segments = (Segment(0, 0, 5, 0, 9), Segment(1, 1, 6, 0, 9))
    return Instance("by hand", 5, 10, segments, bookings, ((0,), (0, 1)))


BY_HAND = [
    two_agents(booking(0, 0), booking(1, 0), booking(2, 0)),
    two_agents(booking(0, 7), booking(1, 8, priority=1), booking(2, 5), booking(3, 10), booking(4, 10)),
    two_agents(booking(0, 0, people=(7,)), booking(1, 0, people=(7,)), booking(2, NOBODY, skill=1)),
    two_agents(
        booking(0, 20, windows=((1, 1),), fixed=True, fixed_agent=1),
        booking(1, 5, movable=3, movable_agent=0),
        booking(2, 10, set_up=1, occupied=3, windows=((1, 1), (4, 4))),
    ),
]


def best_by_hand(instance: Instance) -> int:
    """The least cost, in the weights of the CP-SAT model, over all plans, by trying each."""
    options: list[list[Placement | None]] = []
    for place, each in enumerate(instance.bookings):
        found: list[Placement | None] = [] if each.fixed else [None]
        for segment in instance.segments:
            for first, last in instance.starts(each, segment):
                found.extend((place, slot, segment.agent) for slot in range(first, last + 1))
        options.append(found)
    plans = (tuple(row for row in plan if row) for plan in product(*options))
    return min(cost(instance, plan) for plan in plans if is_legal(instance, plan))


def is_legal(instance: Instance, plan: tuple[Placement, ...]) -> bool:
    """Whether no agent and no participant is in two sessions at once."""
    taken: set[tuple[str, int, int]] = set()
    for place, slot, agent in plan:
        each = instance.bookings[place]
        begin = slot - each.set_up
        needed = {("agent", agent, t) for t in range(begin, begin + each.occupied)}
        needed |= {("person", who, t) for who in each.people for t in range(slot, slot + each.held)}
        if taken & needed:
            return False
        taken |= needed
    return True


def cost(instance: Instance, plan: tuple[Placement, ...]) -> int:
    """What a plan costs in the weights of the CP-SAT model."""
    placed = {place: (slot, agent) for place, slot, agent in plan}
    ranks = sorted({each.priority for each in instance.bookings}, reverse=True)
    total = 0
    for place, each in enumerate(instance.bookings):
        slot, agent = placed.get(place, (NOBODY, NOBODY))
        kept = slot == each.movable and each.movable_agent in (NOBODY, agent)
        total += cp_sat.KEPT * (each.movable != NOBODY and not kept)
        if place in placed:
            total += instance.deviation(each, slot)
        else:
            total += cp_sat.PLACED * cp_sat.STEP ** ranks.index(each.priority)
    return total


@pytest.mark.parametrize("instance", BY_HAND)
def test_one_model_finds_what_trying_every_plan_finds(instance: Instance) -> None:
    """The CP-SAT peer's optimum is that of brute force, and its plan is legal and costs as much."""
    made = cp_sat.build(instance, warm_start(instance), most_agents=10, seed=1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(made.model) == cp_model.OPTIMAL
    plan = tuple(cp_sat.read_out(made, solver))
    assert is_legal(instance, plan)
    assert round(solver.objective_value) == cost(instance, plan) == best_by_hand(instance)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_instance_is_read_as_written(seed: int, tmp_path: Path) -> None:
    """Nothing is lost between the benchmark and the processes of the peers."""
    _, instance = generated(seed)
    instance.write(tmp_path / "instance.json")
    assert Instance.read(tmp_path / "instance.json") == instance


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_starts_of_the_instance_are_those_of_the_problem(seed: int) -> None:
    """Skills, windows and segments allow the same starts in the neutral instance as in the problem."""
    problem, instance = generated(seed)
    for each in instance.bookings:
        from_problem = set(problem.startable(each.row).tolist())
        if each.fixed:
            continue
        pairs = [pair for segment in instance.segments for pair in instance.starts(each, segment)]
        assert {slot for first, last in pairs for slot in range(first, last + 1)} == from_problem


@pytest.mark.parametrize("seed", range(1, 6))
def test_quick_plan_keeps_every_rule(seed: int) -> None:
    """The plan that peers start from breaks no rule of the referee, and leaves few out."""
    problem, instance = generated(seed)
    plan = warm_start(instance)
    case = problem.case.with_schedule(schedule_of(problem, instance, plan, reasons_of(problem)))
    assert judge_schedule(case) == []
    assert recount(case).placed == len(plan) > 0.8 * len(instance.bookings)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sessions_become_placements_and_a_schedule_again(seed: int) -> None:
    """First come, first served, as placements and back: the same sessions, and reasons that are true."""
    problem, instance = generated(seed, load=1.2)
    sessions = first_come_first_served(problem.case)
    placements = placements_of(problem.case, instance, sessions)
    schedule = schedule_of(problem, instance, placements, reasons_of(problem))
    assert schedule.sessions.booking_id.tolist() == sessions.booking_id.tolist()
    assert schedule.sessions.starts_at.tolist() == sessions.starts_at.tolist()
    assert schedule.sessions.agent_id.tolist() == sessions.agent_id.tolist()
    assert judge_schedule(problem.case.with_schedule(schedule)) == []


def test_figures_count_what_the_referee_counts() -> None:
    """An answer with a session moved out of its windows has violations; the deviation is the recount's."""
    problem, instance = generated(1)
    plan = warm_start(instance)
    outcome = Outcome(Answer(plan), 1.0, 2.0, 1.5)
    line = figures_of("peer", outcome, problem, instance, reasons_of(problem), plan[:-1])
    assert line.violations == 0
    assert line.deviation == sum(instance.deviation(instance.bookings[b], s) for b, s, _ in plan)
    assert line.unplaced == len(instance.bookings) - len(plan) == sum(line.unplaced_by_priority)
    assert line.deviation_both == line.our_deviation_both
    place, _, agent = plan[0]
    moved = Outcome(Answer([(place, 0, agent), *plan[1:]]), 1.0, 2.0, 1.5)
    assert figures_of("peer", moved, problem, instance, reasons_of(problem), None).violations > 0


def test_an_urgent_booking_outweighs_all_others() -> None:
    """The weights order plans by priority, level by level, and stay within a long."""
    instance = two_agents(*(booking(row, 0, priority=row % 4 + 1) for row in range(100)))
    weights = instance.weights(2**62)
    for urgent in (1, 2, 3):
        less = sum(weights[each.priority] for each in instance.bookings if each.priority > urgent)
        assert weights[urgent] > less
    assert sum(weights[each.priority] for each in instance.bookings) < 2**63
    many = two_agents(*(booking(row, 0, priority=row % 9 + 1) for row in range(2_700)))
    assert sum(many.weights(2**62)[each.priority] for each in many.bookings) < 2**63


def test_java_peer_reads_these_numbers() -> None:
    """The text for the Java peer, number by number, and its answer."""
    instance = two_agents(
        booking(0, 7, people=(3,)),
        booking(1, NOBODY, priority=1, skill=1, windows=((1, 1), (3, 4)), fixed=True, fixed_agent=1),
    )
    assert numbers_of(instance).splitlines() == [
        "5 10",
        "2",
        "0 0 5 0 9 1",
        "1 1 6 0 9 3",
        "2",
        "0 0 2 2 7 1 0 -1 -1 -1 1 0 4 1 3",
        "1 0 2 2 -1 3 1 1 -1 -1 2 1 1 3 4 0",
    ]
    answer = answer_of("12.5\n0hard/0medium/-5soft\n0 1 0\n1 3 1\n")
    assert answer.placements == [(0, 1, 0), (1, 3, 1)]
    assert answer.built_at == 12.5


def line(peer: str, unplaced: int, deviation: int, violations: int = 0, bound: int | None = None) -> Figures:
    """A line of the table for 100 bookings."""
    counts = (100 - unplaced, unplaced, (unplaced,), 0, deviation, None, None)
    return Figures(peer, *counts, 0.0, 30.0, 30.0, violations, bound, "")


@pytest.mark.parametrize(
    ("ours", "peer", "wins"),
    [
        ((1, 900), (2, 100), True),
        ((1, 100), (1, 100), True),
        ((1, 101), (1, 100), False),
        ((2, 0), (1, 900), False),
    ],
)
def test_fewer_unplaced_or_as_many_at_no_more_deviation_wins(
    ours: tuple[int, int], peer: tuple[int, int], wins: bool
) -> None:
    """The verdict orders by unplaced first and by deviation second."""
    lines = {OURS: line(OURS, *ours, bound=99), "other": line("other", *peer)}
    decided = verdict(lines, placeable=100)
    assert decided["wins"] is wins
    assert decided["at_bound"] is (ours[0] <= 1)


def test_a_peer_that_breaks_rules_does_not_count() -> None:
    """An illegal answer can't beat ours, and an illegal answer of ours can't win."""
    cheat = line("other", 0, 0, violations=1)
    assert verdict({OURS: line(OURS, 1, 900), "other": cheat}, 100)["wins"] is True
    assert verdict({OURS: line(OURS, 0, 0, violations=1), "other": line("other", 5, 5)}, 100)["wins"] is None
    assert verdict({"other": line("other", 5, 5)}, 100)["wins"] is None


def test_a_search_on_a_busy_machine_is_named() -> None:
    """Thirty seconds on half a processor are starved; on a whole one, or after a second, they are not."""
    whole = line("whole", 0, 0)
    assert not is_starved(whole, seconds=30)
    assert is_starved(replace(whole, cpu_seconds=15.0), seconds=30)
    assert not is_starved(replace(whole, total_seconds=1.0, cpu_seconds=0.5), seconds=30)
