"""Two independent counts of the same roster: the flow of `coverage` and the referee's formula agree."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from data.coverage import coverage
from data.generator import GeneratorSettings, generate
from data.model import Break, Case, Duty, Roster
from data.referee import recount

SEEDS = (1, 2, 3, 4)


@cache
def generated(seed: int) -> Case:
    """A generated case of a few agents and days, whose planted roster covers its demand."""
    return generate(GeneratorSettings(agents=8 + 3 * seed, days=1 + seed % 3, load=0.8, seed=seed)).case


def shifted(duty: Duty, minutes: int) -> Duty:
    """The duty with its breaks at another time."""
    breaks = tuple(Break(b.start + minutes, b.end + minutes, b.kind) for b in duty.breaks)
    return replace(duty, start=duty.start + minutes, end=duty.end + minutes, breaks=breaks)


def shaken(case: Case, random: Random, most: int) -> Case:
    """The case with duties dropped at random, and others moved by up to `most` minutes or without a break."""
    kept = []
    for duty in case.roster.duties:
        draw = random.random()
        if draw < 0.5:
            kept.append(shifted(duty, 5 * random.randint(-most // 5, most // 5)))
        elif draw < 0.7:
            kept.append(replace(duty, breaks=duty.breaks[1:]))
        elif draw < 0.85:
            kept.append(duty)
    # As in files, no two duties of an agent begin at the same minute.
    return case.with_roster(Roster.of({(duty.agent_id, duty.start): duty for duty in kept}.values()))


@given(st.sampled_from(SEEDS), st.integers(0, 2**32), st.sampled_from([0, 30, 120, 2000]))
def test_coverage_and_referee_count_alike(seed: int, chance: int, most: int) -> None:
    """Required, covered, under and over agree on random rosters, lawful or not.

    Duties that are moved far overlap each other, and leave the opening hours and the horizon.
    """
    case = shaken(generated(seed), Random(chance), most)
    flow, formula = coverage(case), recount(case)
    assert (flow.required, flow.covered) == (formula.required, formula.covered)
    assert (flow.under, flow.over) == (formula.under, formula.over)
