"""Coverage is a maximum flow from agents in service to required skills."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from data.coverage import coverage
from tests.support.cases import agent, case

SKILLS = ("a", "b", "c")


def one_interval(skill_sets: list[str], required: dict[str, int]) -> Any:
    """A case whose agents are all in service for 9:00 to 9:15, the one interval with demand."""
    names = [f"A{place}" for place in range(len(skill_sets))]
    return case(
        agents=[agent(name, skills=held) for name, held in zip(names, skill_sets, strict=True)],
        demand=[{"starts_at": 540, "skill": skill, "required": n} for skill, n in required.items()],
        duties=[{"agent_id": name, "starts_at": 540, "ends_at": 555} for name in names],
    )


def best_matching(skill_sets: list[frozenset[str]], slots: list[str]) -> int:
    """The most slots that agents can fill, by trying every assignment."""
    if not skill_sets:
        return 0
    first, rest = skill_sets[0], skill_sets[1:]
    best = best_matching(rest, slots)
    for skill in first & set(slots):
        left = list(slots)
        left.remove(skill)
        best = max(best, 1 + best_matching(rest, left))
    return best


def ore_cover(skill_sets: list[frozenset[str]], required: dict[str, int]) -> int:
    """Ore's deficiency formula: required less the largest shortage of any set of skills."""
    shortages = [
        sum(required[s] for s in chosen) - sum(bool(held & set(chosen)) for held in skill_sets)
        for size in range(len(required) + 1)
        for chosen in itertools.combinations(sorted(required), size)
    ]
    return sum(required.values()) - max(shortages)


SKILL_SETS = st.lists(st.sets(st.sampled_from(SKILLS), min_size=1), max_size=6)
REQUIRED = st.fixed_dictionaries({skill: st.integers(0, 3) for skill in SKILLS})


@given(SKILL_SETS, REQUIRED)
def test_covered_is_the_best_matching_and_ore(skill_sets: list[set[str]], required: dict[str, int]) -> None:
    """Cover equals the best of all assignments, and Ore's formula; under and over follow from it."""
    found = coverage(one_interval(["|".join(sorted(held)) for held in skill_sets], required))
    held = [frozenset(s) for s in skill_sets]
    best = best_matching(held, [skill for skill, n in required.items() for _ in range(n)])
    assert found.covered == best == ore_cover(held, required)
    assert found.under == sum(required.values()) - best
    assert found.over == len(held) - best
    assert (found.covered_by_skill <= found.required_by_skill).all()


@given(SKILL_SETS, REQUIRED, st.randoms(use_true_random=False))
def test_the_order_of_agents_does_not_matter(
    skill_sets: list[set[str]], required: dict[str, int], random: Any
) -> None:
    """The cover of each skill is the same whatever the order of rows."""
    texts = ["|".join(sorted(held)) for held in skill_sets]
    before = coverage(one_interval(texts, required)).covered_by_skill
    random.shuffle(texts)
    assert (coverage(one_interval(texts, required)).covered_by_skill == before).all()


def test_an_agent_counts_only_when_in_service_for_the_whole_interval() -> None:
    """Edges of duties and breaks that cut an interval take it away."""
    found = coverage(
        case(
            agents=[agent("A1")],
            demand=[{"starts_at": start, "skill": "pf", "required": 1} for start in range(540, 660, 15)],
            duties=[{"agent_id": "A1", "starts_at": 550, "ends_at": 655}],
            breaks=[{"agent_id": "A1", "starts_at": 590, "ends_at": 605, "kind": "pause"}],
        )
    )
    assert found.starts.tolist() == list(range(540, 660, 15))
    assert found.covered_by_skill[:, 0].tolist() == [0, 1, 1, 0, 0, 1, 1, 0]
    assert (found.required, found.covered, found.under, found.over) == (8, 4, 4, 0)


def test_agents_in_service_without_demand_are_over() -> None:
    """An interval without demand is listed when somebody is in service, and that agent is over."""
    found = coverage(
        case(
            agents=[agent("A1")],
            demand=[{"starts_at": 600, "skill": "pf", "required": 1}],
            duties=[{"agent_id": "A1", "starts_at": 570, "ends_at": 615}],
        )
    )
    assert found.starts.tolist() == [570, 585, 600]
    assert found.in_service.tolist() == [1, 1, 1]
    assert found.over_per_interval.tolist() == [1, 1, 0]
    assert found.under_per_interval.tolist() == [0, 0, 0]


def test_one_agent_never_counts_twice() -> None:
    """Duties that meet carry an interval across their border; duties that overlap count once."""
    rows = [{"starts_at": start, "skill": "pf", "required": 2} for start in (540, 555, 570)]
    meeting = [
        {"agent_id": "A1", "starts_at": 540, "ends_at": 560},
        {"agent_id": "A1", "starts_at": 560, "ends_at": 585},
    ]
    overlapping = [
        {"agent_id": "A1", "starts_at": 540, "ends_at": 575},
        {"agent_id": "A1", "starts_at": 555, "ends_at": 585},
    ]
    for duties in (meeting, overlapping):
        found = coverage(case(agents=[agent("A1")], demand=rows, duties=duties))
        assert found.in_service.tolist() == [1, 1, 1]


def test_nothing_to_cover() -> None:
    """No demand and no roster: no intervals and all totals are 0."""
    found = coverage(case(agents=[agent("A1")]))
    assert (len(found.starts), found.required, found.covered, found.under, found.over) == (0, 0, 0, 0, 0)


def test_skills_without_demand_do_not_cover() -> None:
    """An agent none of whose skills is asked for is over."""
    found = coverage(one_interval(["x"], {"a": 1}))
    assert (found.covered, found.under, found.over) == (0, 1, 1)
