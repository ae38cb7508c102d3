"""`pontual metrics` and `pontual health`: what schedulers and Prometheus see of a store and of a plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from data.files import PlanFolder, write_case
from data.store import Run, Store
from tests.pontual.conftest import Outcome
from tests.store.outbox_days import AXIS, DAY_BEFORE, Clock, put, settable_clock
from tests.support.cases import tiny_case

Command = Callable[..., Outcome]
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the clock; it stands at the day before."""
    return settable_clock(monkeypatch)


@pytest.fixture
def store(pontual: Command, tmp_path: Path, at: Clock) -> Path:
    """A store with a day in it."""
    path = tmp_path / "store.db"
    assert pontual("store", "init", "--store", path).code == 0
    put(Store(str(path)), ("B1", 600), ("B2", 630))
    return path


def samples(text: str) -> Samples:
    """What Prometheus reads: values by name and labels, each once."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found
            found[key] = sample.value
    return found


def of(found: Samples, name: str, **labels: str) -> float:
    """One value."""
    return found[name, frozenset(labels.items())]


def test_a_store_has_figures(pontual: Command, store: Path, at: Clock, tmp_path: Path) -> None:
    """Runs, plans, changes and messages are counted; the file is written at once, in the place of another."""
    opened = Store(str(store))
    opened.acknowledge_messages([one.message_id for one in opened.claim_messages(1, 60)])
    opened.change_sessions("day", [], Run("ask 111.444.777-35", objective=3.5, bound=3.0))
    out = tmp_path / "pontual.prom"
    out.write_text("old", encoding="utf-8")
    assert pontual("metrics", "--store", store, "--out", out).code == 0
    found = samples(out.read_text(encoding="utf-8"))
    assert of(found, "pontual_runs_total", command="test") == 1
    assert of(found, "pontual_last_run_timestamp_seconds", command="test") == DAY_BEFORE.timestamp()
    assert of(found, "pontual_last_run_objective", command="ask ***.444.777-**") == 3.5
    assert of(found, "pontual_plan_rows", plan="day", table="bookings") == 4
    assert of(found, "pontual_plan_rows", plan="day", table="sessions") == 2
    assert of(found, "pontual_session_changes", change="placed") == 2
    assert of(found, "pontual_outbox_messages", kind="confirmation", state="sent") == 1
    assert of(found, "pontual_outbox_messages", kind="link_mail", state="waiting") == 2
    assert of(found, "pontual_outbox_due") == 1
    assert of(found, "pontual_outbox_late_seconds") == 0
    assert sorted(path.name for path in tmp_path.iterdir() if "prom" in path.name) == ["pontual.prom"]


def test_a_plan_has_figures(pontual: Command, tmp_path: Path) -> None:
    """The results of the current run become metrics, level by level; without a run there are none."""
    write_case(tmp_path / "week", tiny_case())
    assert pontual("metrics", tmp_path / "week").code == 66
    level = {"name": "placed", "sense": "maximise", "objective": 4, "bound": 5, "gap": 0.2}
    results = {
        "allocate": {
            "seconds": 1.5, "status": "feasible", "levels": [level],
            "placed": 4, "unplaced_by_reason": {"capacity_full": 2},
        },
        "simulate": {"seconds": 2.0, "kpis": {"wait_mean": {"mean": 1.0, "low": 0.5, "high": None}}},
    }  # fmt: skip
    PlanFolder(tmp_path / "week").write_run(
        tiny_case(), {"result.json": json.dumps(results).encode()}, command="allocate"
    )
    outcome = pontual("metrics", tmp_path / "week")
    found = samples(outcome.out)
    assert of(found, "pontual_plan_seconds", plan="week", command="allocate") == 1.5
    assert of(found, "pontual_plan_level_gap", plan="week", command="allocate", level="placed") == 0.2
    assert of(found, "pontual_plan_bookings", plan="week", outcome="capacity_full") == 2
    assert of(found, "pontual_plan_kpi", plan="week", kpi="wait_mean", figure="mean") == 1.0
    assert (
        "pontual_plan_kpi",
        frozenset({"plan": "week", "kpi": "wait_mean", "figure": "high"}.items()),
    ) not in found
    assert abs(of(found, "pontual_plan_timestamp_seconds", plan="week") - datetime.now(UTC).timestamp()) < 60
    assert pontual("metrics").code == 2


def test_a_store_that_is_kept_up_is_healthy(pontual: Command, store: Path, at: Clock) -> None:
    """Something has written, mailers are not late: 0; else 75, with everything that is wrong."""
    limits = ("--run-within", "60", "--sent-within", "30")
    good = pontual("health", "--store", store, *limits, "--json")
    assert good.code == 0
    assert good.document["healthy"]
    assert good.document["last_run"]["age_seconds"] == 0
    assert good.document["outbox"] == {
        "waiting": 6, "due": 2, "oldest_due_at": DAY_BEFORE.astimezone(UTC).isoformat(),
    }  # fmt: skip
    at(AXIS.instant_of(-500))
    late = pontual("health", "--store", store, *limits, "--json")
    assert late.code == 75
    assert late.document["problems"] == [
        "nothing has written within 60 minutes",
        "2 messages are due, one for 100 minutes",
    ]
    assert pontual("health", "--store", store).code == 0
    at(AXIS.instant_of(-700))
    back = pontual("health", "--store", store)
    assert (back.code, "the clock was put back" in back.err) == (75, True)


def test_what_is_no_store_is_not_healthy(
    pontual: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No store, another program's file, a server that does not answer: their exit codes, and a document."""
    monkeypatch.setattr("data.store.database.FIRST_PAUSE_SECONDS", 0.001)
    (tmp_path / "text.db").write_bytes(b"no store\n" * 100)
    nobody = "postgresql://x@127.0.0.1:1/y"
    for store, code in ((tmp_path / "none.db", 66), (tmp_path / "text.db", 65), (nobody, 75)):
        outcome = pontual("health", "--store", store, "--json")
        assert (outcome.code, outcome.document["error"]["exit_code"]) == (code, code)
