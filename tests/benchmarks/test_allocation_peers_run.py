"""The peers that need packages or a JDK of their own, each in its process on a tiny day."""

from __future__ import annotations

import pytest

from benchmarks.allocation.peers.derive import instance_of, reasons_of
from benchmarks.allocation.peers.run import PEERS, prepare, run_peer, write_instance
from benchmarks.allocation.peers.verdict import figures_of
from benchmarks.allocation.peers.warm_start import warm_start
from data.generator import GeneratorSettings, generate
from optimizer.allocation import build_problem


@pytest.mark.soak
def test_peers_keep_every_rule() -> None:
    """Each answer arrives in time, breaks no rule, and is about as good as the plan to start from.

    One test for all: they share environments, which must not be made twice at once.
    """
    case = generate(GeneratorSettings(agents=10, days=1, load=0.9, seed=1)).case
    problem = build_problem(case)
    instance = instance_of("tiny", problem)
    write_instance(instance, case)
    missing = {name: why for name in PEERS if (why := prepare(name))}
    for name in PEERS.keys() - missing.keys():
        outcome = run_peer(name, instance.name, seconds=20, threads=1, seed=1)
        assert outcome.answer is not None, f"{name}: {outcome.failure}"
        figures = figures_of(name, outcome, problem, instance, reasons_of(problem), None)
        assert figures.violations == 0, name
        least = 0.8 if name == "greedy" else 0.98
        assert figures.placed >= least * len(warm_start(instance)), name
        assert 0 < figures.build_seconds <= figures.total_seconds < 25, name
    if missing:
        pytest.skip(f"not run: {missing}")
