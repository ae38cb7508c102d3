"""The optimum of an arc flow, for tests."""

from __future__ import annotations

from optimizer.allocation.arc_flow import ArcFlow, FlowSolution


def solved_flow(flow: ArcFlow) -> FlowSolution:
    """The optimum, which there must be."""
    solution = flow.program.maximise(None, lambda: None)
    assert solution is not None
    return flow.found(solution)
