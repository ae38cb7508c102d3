"""The arc flow: a bound on every plan, exact where pooling loses nothing, and lawful once bound to agents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from data.model import Case
from data.model.columns import FloatArray
from data.referee import judge_schedule
from optimizer.allocation import build_problem
from optimizer.allocation.arc_flow import ArcFlow, FlowSolution, free_pieces, rounded_starts
from optimizer.allocation.classes import KEPT_WORTH, BookingClasses, classes_of_day, worth_of_priorities
from optimizer.allocation.decompose import bind_starts
from optimizer.allocation.pins import place_fixed
from optimizer.allocation.problem import Problem
from optimizer.allocation.reasons import schedule_of
from optimizer.allocation.working_plan import WorkingPlan
from optimizer.budget import Budget
from optimizer.solve_result import SolveLimits
from tests.allocation.featured_cases import featured_case, tiny_featured_case
from tests.allocation.random_cases import random_day, tiny_random_case
from tests.allocation.solved_flow import solved_flow
from tests.support.cases import agent, booking, case, participant

FAR = 10_000
"""A radius that leaves no start out."""

EXACT = 1e-4
"""Minutes within which an optimum by the interior point method is exact."""


def whole_flow(problem: Problem, plan: WorkingPlan | None = None) -> tuple[BookingClasses, FlowSolution]:
    """The linear model of the whole horizon at once."""
    classes = classes_of_day(problem, problem.placeable, (0, problem.slots), FAR)
    pieces = free_pieces(plan or WorkingPlan(problem), 0, problem.slots)
    solution = solved_flow(ArcFlow(problem, pieces, classes))
    return classes, solution


def best_worth(problem: Problem, gain: Callable[[int, int, int], int]) -> int:
    """The most that a plan is worth, over all plans: each booking unplaced, or at a start with an agent."""
    bookings = problem.placeable.tolist()
    people = problem.people
    options = []
    for b in bookings:
        kind = (int(problem.set_up[b]), int(problem.occupied[b]))
        listed = [
            (gain(b, slot, agent_), slot - kind[0], slot - kind[0] + kind[1], slot, agent_)
            for first, last in problem.window(b)
            for slot in range(first, last + 1)
            for agent_ in problem.allowed_agents(b)
            if problem.agent_start_bits(agent_, *kind) >> slot & 1
        ]
        options.append(sorted(listed, reverse=True))
    hopes = [max((row[0] for row in listed), default=0) for listed in options]
    rest = [sum(hopes[place:]) for place in range(len(hopes) + 1)]
    best = 0
    taken: list[tuple[int, int, int, int, int]] = []

    def free(b: int, option: tuple[int, int, int, int, int]) -> bool:
        _, begin, end, slot, agent_ = option
        for other, low, high, at, who in taken:
            if who == agent_ and begin < high and low < end:
                return False
            meet = slot < at + problem.held[other] and at < slot + problem.held[b]
            if meet and set(people[b]) & set(people[other]):
                return False
        return True

    def extend(place: int, worth: int) -> None:
        nonlocal best
        best = max(best, worth)
        if place == len(bookings) or worth + rest[place] <= best:
            return
        for option in options[place]:
            if worth + option[0] + rest[place + 1] <= best:
                break  # they are in order of their gain
            if free(bookings[place], option):
                taken.append((bookings[place], *option[1:]))
                extend(place + 1, worth + option[0])
                taken.pop()
        extend(place + 1, worth)

    extend(0, 0)
    return best


def worth_in_the_model(problem: Problem) -> Callable[[int, int, int], int]:
    """What the linear model counts a session as worth."""
    worth = worth_of_priorities(problem)

    def gain(b: int, slot: int, _agent: int) -> int:
        kept = KEPT_WORTH if slot == problem.movable_slot[b] else 0
        return int(worth[b]) - problem.deviation(b, slot) + kept

    return gain


@pytest.mark.parametrize("make", [tiny_random_case, tiny_featured_case], ids=["plain", "every feature"])
@pytest.mark.parametrize("block", range(4))
def test_never_below_the_best_plan(make: Callable[[int], Case], block: int) -> None:
    """On tiny cases the linear optimum is no less than what the best of all plans is worth."""
    tight = 0
    for seed in range(10 * block, 10 * (block + 1)):
        problem = build_problem(make(seed))
        if not len(problem.placeable):
            continue
        classes, solution = whole_flow(problem)
        value = float(classes.gain @ solution.placed)
        best = best_worth(problem, worth_in_the_model(problem))
        assert value >= best - EXACT
        tight += value <= best + EXACT
    assert tight > 0  # a bound that is never met would be suspect


def plenty(seed: int) -> Problem:
    """One agent with breaks, and more bookings of three lengths than fit, all with one wish."""
    rng = np.random.default_rng(seed)
    lengths = rng.choice([15, 20, 25, 30], size=3, replace=False).tolist()
    wish = 540 + int(rng.integers(0, 300))
    rows, people = [], []
    for number in range(90):
        name = f"B{number:02d}"
        rows.append(booking(name, duration=lengths[number % 3], preferred_start=wish))
        people.append(participant(name, f"P{number}", 480, 1200))
    breaks = [
        {"agent_id": "A", "starts_at": at, "ends_at": at + 10, "kind": "pause"}
        for at in (600 + 5 * int(rng.integers(0, 12)), 720 + 5 * int(rng.integers(0, 12)))
    ]
    duties = [{"agent_id": "A", "starts_at": 540, "ends_at": 840}]
    return build_problem(
        case(agents=[agent("A")], bookings=rows, participants=people, duties=duties, breaks=breaks)
    )


def longest_path(problem: Problem, price: Callable[[int, int], float]) -> float:
    """What the segments earn with their best sequences when bookings never run out, by recursion."""
    kinds = [(set_up, occupied) for _, set_up, occupied in problem.kinds[0].tolist()]
    total = 0.0
    for _, start, end, _, _ in problem.segments.rows:

        @cache
        def best(slot: int, end: int = end) -> float:
            found = 0.0 if slot == end else best(slot + 1)
            for set_up, occupied in kinds:
                if slot + occupied <= end:
                    found = max(found, price(occupied, slot + set_up) + best(slot + occupied))
            return found

        total += best(start)
    return total


@pytest.mark.parametrize("seed", range(12))
def test_exact_where_pooling_loses_nothing(seed: int) -> None:
    """With one agent and bookings to spare the optimum is the longest path, whole, and can be bound."""
    problem = plenty(seed)
    gain = worth_in_the_model(problem)
    classes, solution = whole_flow(problem)
    one_of = {int(problem.occupied[b]): int(b) for b in problem.placeable}
    expected = longest_path(problem, lambda occupied, slot: gain(one_of[occupied], slot, 0))
    assert classes.gain @ solution.placed == pytest.approx(expected)
    assert solution.placed == pytest.approx(np.rint(solution.placed), abs=1e-6)
    plan = WorkingPlan(problem)
    starts = rounded_starts(classes, solution.placed)
    assert bind_starts(plan, starts, Budget(SolveLimits())) == []
    assert sum(gain(b, *place) for b, place in plan.sessions.items()) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(6))
def test_prices(seed: int) -> None:
    """Prices are never negative; a start that is taken in part is worth its price or more to its class."""
    problem = build_problem(random_day(seed, load=1.2))
    classes, solution = whole_flow(problem)
    assert solution.prices.min() >= 0
    assert solution.prices.max() > 0  # at this load time is scarce
    price = solution.prices[classes.kind[classes.owner], classes.start]
    served = np.stack([problem.agents_in_service(*kind) for kind in problem.kinds[0].tolist()])
    someone = served[classes.kind[classes.owner], classes.start] > 0
    net = np.where(someone, classes.gain - price, -np.inf)
    best = np.full(len(classes), -np.inf)
    np.maximum.at(best, classes.owner, net)
    taken = solution.placed > 1e-6
    assert net[taken] == pytest.approx(np.maximum(best, 0)[classes.owner[taken]], abs=1e-3)


def random_classes(seed: int) -> tuple[BookingClasses, FloatArray]:
    """Classes of some bookings, and any fractional placing that keeps to their sizes."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 6, size=7)
    widths = rng.integers(1, 9, size=7)
    owner = np.repeat(np.arange(7), widths)
    placed = rng.random(len(owner)) * (rng.random(len(owner)) < 0.6)
    for number in range(7):
        total = placed[owner == number].sum()
        if total > 0:
            placed[owner == number] *= sizes[number] * rng.uniform(0.3, 1.0) / total
    classes = BookingClasses(
        members=rng.permutation(int(sizes.sum())),
        offsets=np.concatenate(([0], np.cumsum(sizes))),
        kind=np.zeros(7, dtype=np.int64),
        owner=owner,
        start=np.concatenate([np.arange(width) for width in widths]),
        gain=np.ones(len(owner)),
    )
    return classes, placed


@pytest.mark.parametrize("seed", range(40))
def test_rounding(seed: int) -> None:
    """Each class gets as many starts as its flow, and each start its share of it, rounded up or down."""
    classes, placed = random_classes(seed)
    starts = rounded_starts(classes, placed)
    for number in range(len(classes)):
        own = classes.owner == number
        members = classes.members[classes.offsets[number] : classes.offsets[number + 1]].tolist()
        given = [starts[b] for b in members if b in starts]
        total = float(placed[own].sum())
        assert np.floor(total + 1e-6) <= len(given) <= min(len(members), np.ceil(total - 1e-6))
        counts = Counter(given)
        for start, flow in zip(classes.start[own].tolist(), placed[own].tolist(), strict=True):
            assert np.floor(flow + 1e-6) <= counts.pop(start, 0) <= np.ceil(flow - 1e-6)
        assert not counts
    assert set(starts) <= set(classes.members.tolist())


def bound_day_by_day(case_: Case) -> tuple[Problem, WorkingPlan, int]:
    """Fixed pins, then the starts of each day's flow bound to agents; and how many found nobody."""
    problem = build_problem(case_)
    plan, budget = WorkingPlan(problem), Budget(SolveLimits(work=1e6))
    assert place_fixed(plan, budget) == ()
    lost = 0
    starts = [-(-minute // problem.grid) for minute in problem.case.axis.day_starts.tolist()]
    for day in pairwise(starts):
        waiting = np.array([b for b in problem.placeable.tolist() if b not in plan.sessions], dtype=np.int64)
        classes = classes_of_day(problem, waiting, day, FAR)
        pieces = free_pieces(plan, *day)
        if not len(classes) or not len(pieces.start):
            continue
        solution = solved_flow(ArcFlow(problem, pieces, classes))
        before = dict(plan.sessions)
        wanted = rounded_starts(classes, solution.placed)
        left = bind_starts(plan, wanted, budget)
        lost += len(left)
        assert before.items() <= plan.sessions.items()
        assert set(left).isdisjoint(plan.sessions)
        new = {b: plan.sessions[b][0] for b in plan.sessions.keys() - before.keys()}
        assert new == {b: slot for b, slot in wanted.items() if b not in left}
    return problem, plan, lost


@pytest.mark.parametrize("seed", range(12))
def test_bound_plans_are_lawful(seed: int) -> None:
    """With every feature, what is bound is lawful, at the wanted starts, and nothing placed before moves."""
    made = featured_case(seed)
    problem, plan, _ = bound_day_by_day(made)
    assert len(plan.sessions) > 0.3 * len(problem.placeable)
    assert judge_schedule(made.with_schedule(schedule_of(plan))) == []


def test_most_starts_find_an_agent() -> None:
    """On days of 30 agents at a load of 0.85 at least 85 in 100 starts of the flow find an agent."""
    for seed in range(3):
        _, plan, lost = bound_day_by_day(random_day(seed, agents=30))
        assert lost <= 0.15 * (len(plan.sessions) + lost)


def test_free_pieces_are_what_no_session_occupies() -> None:
    """Pieces within two slots are the runs of the plan's free bits, segment by segment, with their skills."""
    problem, plan, _ = bound_day_by_day(random_day(1))
    low, high = 100, 200
    found = free_pieces(plan, low, high)
    sets, set_of = problem.skill_sets
    expected: Counter[tuple[int, int]] = Counter()
    for agent_, start, end, _, _ in problem.segments.rows:
        for slot in range(max(start, low), min(end, high)):
            if plan.free[agent_] >> slot & 1:
                expected[int(set_of[agent_]), slot] += 1
    counted: Counter[tuple[int, int]] = Counter()
    rows = zip(found.skill_set.tolist(), found.start.tolist(), found.end.tolist(), strict=True)
    for skill_set, start, end in rows:
        assert start < end
        counted.update((skill_set, slot) for slot in range(start, end))
    assert counted == expected
    assert len(sets) > 1


def test_taking_time_away_never_makes_the_flow_worth_more() -> None:
    """The fuller the plan, the less the flow of the remaining bookings can be worth."""
    problem = build_problem(random_day(4))
    values = []
    plan = WorkingPlan(problem)
    for _ in range(3):
        classes, solution = whole_flow(problem, plan)
        values.append(float(classes.gain @ solution.placed))
        starts = rounded_starts(classes, solution.placed)
        some = [b for b in starts if b not in plan.sessions][:20]
        bind_starts(plan, {b: starts[b] for b in some}, Budget(SolveLimits()))
    assert values[0] > values[1] > values[2]
