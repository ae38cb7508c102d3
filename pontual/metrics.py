"""Figures of runs and of a store in the text format of Prometheus, for its textfile collector for instance.

No label holds anything personal: plans and commands have the names that the issuer gave them, with CPFs and
the like masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from data.identity import masked

if TYPE_CHECKING:
    from prometheus_client import Metric

    from data.store.figures import Figures

Sample = tuple[tuple[str, ...], float]


class _Ready(Collector):
    """Metrics that were made before."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterable[Metric]:
        """The metrics."""
        return self._metrics


def metrics_file(metrics: Iterable[Metric]) -> bytes:
    """The file that holds these metrics."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Ready(metrics))
    return bytes(generate_latest(registry))


def store_metrics(figures: Figures, version: str) -> Iterator[Metric]:
    """Of a store: plans, runs, changes of sessions, and what mailers have to do."""
    yield _gauge("pontual_store_info", "1, with the version of the tables.", ("version",), [((version,), 1)])
    yield _gauge("pontual_now_timestamp_seconds", "When this was read.", (), [((), figures.now.timestamp())])
    yield _gauge(
        "pontual_plan_rows",
        "Bookings, sessions and unplaced bookings of plans.",
        ("plan", "table"),
        [((masked(plan), table), count) for (plan, table), count in sorted(figures.plans.items())],
    )
    yield from _run_metrics(figures)
    yield _gauge(
        "pontual_session_changes",
        "How often sessions were placed, moved and so on, as far as the history goes back.",
        ("change",),
        [((change,), count) for change, count in sorted(figures.changes.items())],
    )
    yield _gauge(
        "pontual_pending_requests", "Requests without an answer.", (), [((), figures.pending_requests)]
    )
    yield _gauge("pontual_expired_holds", "Holds whose time is over.", (), [((), figures.expired_holds)])
    mailers = figures.mailers
    yield _gauge(
        "pontual_outbox_messages",
        "Messages for customers.",
        ("kind", "state"),
        [(labels, count) for labels, count in sorted(mailers.messages.items())],
    )
    yield _gauge(
        "pontual_outbox_due", "Messages that are due and that no mailer has.", (), [((), mailers.due)]
    )
    late = 0.0 if mailers.oldest_due_at is None else (figures.now - mailers.oldest_due_at).total_seconds()
    yield _gauge("pontual_outbox_late_seconds", "How long the first of them has been due.", (), [((), late)])


def _run_metrics(figures: Figures) -> Iterator[Metric]:
    commands = [(masked(run.command), run) for run in figures.runs]
    yield _counter(
        "pontual_runs",
        "Runs that wrote to the store.",
        ("command",),
        [((command,), run.count) for command, run in commands],
    )
    yield _gauge(
        "pontual_last_run_timestamp_seconds",
        "When the last run of a command was written.",
        ("command",),
        [((command,), run.recorded_at.timestamp()) for command, run in commands],
    )
    for name, what in (("objective", "Objective"), ("bound", "Bound proven for the objective")):
        yield _gauge(
            f"pontual_last_run_{name}",
            f"{what} of the last run of a command.",
            ("command",),
            [((command,), getattr(run, name)) for command, run in commands if getattr(run, name) is not None],
        )


def plan_metrics(plan: str, results: Mapping[str, Any], made_at: datetime) -> Iterator[Metric]:
    """Of the current run of a plan folder: what its commands took, found and proved.

    Args:
        plan: the folder's name.
        results: `result.json` of the run, by command.
        made_at: when the run was written.
    """
    name = masked(plan)
    yield _gauge(
        "pontual_plan_timestamp_seconds", "When the plan was written.", ("plan",),
        [((name,), made_at.timestamp())],
    )  # fmt: skip
    solved = {command: result for command, result in results.items() if "levels" in result}
    yield _gauge(
        "pontual_plan_seconds", "Time that a command took.", ("plan", "command"),
        [((name, command), result["seconds"]) for command, result in results.items() if "seconds" in result],
    )  # fmt: skip
    yield _gauge(
        "pontual_plan_status", "1, with how a search ended.", ("plan", "command", "status"),
        [((name, command, result["status"]), 1) for command, result in solved.items()],
    )  # fmt: skip
    for figure, what in (("objective", "Objective"), ("bound", "Proven bound"), ("gap", "Gap, as a share,")):
        yield _gauge(
            f"pontual_plan_level_{figure}", f"{what} of each level.", ("plan", "command", "level"),
            [
                ((name, command, level["name"]), level[figure])
                for command, result in solved.items()
                for level in result["levels"]
            ],
        )  # fmt: skip
    yield _gauge(
        "pontual_plan_bookings", "Bookings placed, and unplaced by reason.", ("plan", "outcome"),
        [((name, outcome), count) for outcome, count in _outcomes(results.get("allocate", {})).items()],
    )  # fmt: skip
    yield _gauge(
        "pontual_plan_agent_intervals", "Demand of the roster, and how it is met.", ("plan", "figure"),
        [
            ((name, figure), results["roster"][figure])
            for figure in ("required", "covered", "under", "over")
            if results.get("roster", {}).get(figure) is not None
        ],
    )  # fmt: skip
    yield _gauge(
        "pontual_plan_kpi", "Key figures by simulation, with 95 % intervals.", ("plan", "kpi", "figure"),
        [
            ((name, kpi, figure), estimate[figure])
            for kpi, estimate in results.get("simulate", {}).get("kpis", {}).items()
            for figure in ("mean", "low", "high")
            if estimate[figure] is not None
        ],
    )  # fmt: skip


def _outcomes(allocated: Mapping[str, Any]) -> dict[str, int]:
    if allocated.get("placed") is None:
        return {}
    return {"placed": allocated["placed"], **allocated["unplaced_by_reason"]}


def _gauge(name: str, help_: str, labels: tuple[str, ...], samples: Iterable[Sample]) -> Metric:
    return _filled(GaugeMetricFamily(name, help_, labels=labels), samples)


def _counter(name: str, help_: str, labels: tuple[str, ...], samples: Iterable[Sample]) -> Metric:
    return _filled(CounterMetricFamily(name, help_, labels=labels), samples)


def _filled(
    metric: GaugeMetricFamily | CounterMetricFamily, samples: Iterable[Sample]
) -> GaugeMetricFamily | CounterMetricFamily:
    for labels, value in samples:
        metric.add_metric(labels, value)
    return metric
