"""The referee and the solvers' side state eligibility and possible starts independently, and agree."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from data.eligibility import evaluate, start_windows
from data.generator import GeneratorSettings, generate
from data.model import Case, tokens
from data.referee import judge_roster
from data.referee.facts import Facts


@pytest.fixture(scope="module", params=[1, 2])
def generated(request: pytest.FixtureRequest) -> Case:
    """A week of ten agents with every kind of booking, eligible or not."""
    return generate(GeneratorSettings(agents=10, days=6, load=0.9, seed=request.param)).case


def test_eligibility_agrees(generated: Case):
    """Both sides find the same broken rules, required participants and kinds of sessions."""
    theirs, facts = evaluate(generated), Facts(generated)
    mine = [frozenset(facts.rules_broken_by(n)) for n in range(len(generated.bookings))]
    assert mine == [tokens(cell) for cell in theirs.broken.tolist()]
    assert len(set(mine)) > 3
    assert np.array_equal(facts.eligible, theirs.eligible)
    assert np.array_equal(facts.bookings.required, theirs.required)


def test_possible_starts_agree(generated: Case):
    """Both sides find the same grid points for every eligible booking."""
    eligibility = evaluate(generated)
    theirs, facts = start_windows(generated, eligibility), Facts(generated)
    rows = np.flatnonzero(eligibility.eligible)
    entry, first, last = facts.windows.intervals(rows)
    counts = facts.windows.proxy_counts(rows[entry], first)
    mine: dict[int, set[int]] = defaultdict(set)
    for place in np.flatnonzero(counts).tolist():
        mine[int(rows[entry[place]])].update(range(first[place], last[place] + 1, 5))
    for booking in rows.tolist():
        points = {start for low, high in theirs.of(booking) for start in range(low, high + 1, 5)}
        assert mine[booking] == points, generated.bookings.row(booking)


def test_the_planted_roster_is_legal(generated: Case):
    """The generator's roster breaks no rule."""
    assert judge_roster(generated) == []
