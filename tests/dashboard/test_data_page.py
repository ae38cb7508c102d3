"""The page Data: tables with every problem in its place, templates, and a calibration with its fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.access import Role
from dashboard.texts import LANGUAGES, Language, Texts
from data.files import read_case, table_bytes
from data.model import INPUT_TABLES
from tests.dashboard.bench import charts_of, opened, texts_of, worked, written_plan
from tests.simulation.calibration.histories import TRUTH, history_csv, played_history
from tests.support.planned_days import planned_day_case

CASE = planned_day_case(4)
AGENTS = table_bytes(CASE.agents, CASE.axis, "csv")


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return written_plan(tmp_path / "plan", CASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_is_in_its_place(
    plan: Path, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    """Two bad cells of a file, and a file that is no table: file, row, column, value, and what is wrong."""
    texts = Texts(language)
    app = opened(monkeypatch, plan, language, "data")
    bad = AGENTS.replace(b",SP", b",XX", 1).replace(b"A001,", b",", 1)
    app.file_uploader(key="data-files").set_value([("agents.csv", bad, "text/csv")]).run()
    assert not app.exception
    assert texts.count("data.problems", len(app.dataframe[0].value)) in app.error[0].value
    shown = app.dataframe[0].value
    names = [texts.say(f"data_column.{name}") for name in ("file", "row", "column", "value", "expected")]
    assert list(shown.columns) == names
    assert "XX" in shown[names[3]].tolist()
    assert set(shown[names[0]]) == {"agents.csv"}
    app.file_uploader(key="data-files").set_value([("people.csv", AGENTS, "text/csv")]).run()
    assert "people.csv" in app.dataframe[0].value.to_string()


def test_good_tables_become_a_plan(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saved whole under a name that is free, beside the plan that was chosen, which stays as it was."""
    app = opened(monkeypatch, plan, "en", "data")
    good = AGENTS.replace(b"pool-0", b"pool-9")
    app.file_uploader(key="data-files").set_value([("agents.csv", good, "text/csv")]).run()
    assert not app.exception
    assert "Everything fits" in app.success[0].value
    for name, told in (("no name!", "data.bad_name"), ("plan", "data.taken")):
        app.text_input(key="data-name").set_value(name)
        app.button(key="data-save-button").click().run()
        assert Texts("en").say(told, **({"name": name} if told == "data.taken" else {})) in app.error[0].value
    app.text_input(key="data-name").set_value("next-week")
    app.button(key="data-save-button").click().run()
    assert not app.exception
    assert "next-week" in app.success[0].value
    saved = read_case(plan.parent / "next-week")
    assert set(saved.agents.pool) == {"pool-9"}
    assert set(read_case(plan).agents.pool) == {"pool-0"}


def test_a_viewer_saves_nothing(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check is for everybody, the button is not."""
    app = opened(monkeypatch, plan, "en", "data", role=Role.VIEWER)
    app.file_uploader(key="data-files").set_value([("agents.csv", AGENTS, "text/csv")]).run()
    assert "Everything fits" in app.success[0].value
    assert Texts("en").say("data.may_not") in texts_of(app)
    assert "data-save-button" not in [button.key for button in app.button]


def test_templates(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each table has two, and there is one of all."""
    app = opened(monkeypatch, plan, "pt-BR", "data")
    labels = [button.label for button in app.get("download_button")]
    for kind in INPUT_TABLES:
        assert {f"{kind.TABLE}.csv", f"{kind.TABLE}.xlsx"} <= set(labels)
    assert Texts().say("data.all_templates") in labels


@pytest.mark.parametrize("language", LANGUAGES)
def test_calibration(plan: Path, monkeypatch: pytest.MonkeyPatch, language: Language) -> None:
    """Past sessions become parameters, tests and pictures; too few are refused in words."""
    texts = Texts(language)
    app = opened(monkeypatch, plan, language, "data")
    text = history_csv(played_history(TRUTH, 600, 21)).encode()
    short = b"\n".join(text.splitlines()[:50])
    app.file_uploader(key="data-history").set_value(("past.csv", short, "text/csv")).run()
    app = worked(app)
    assert texts.say("job.refused") in app.error[0].value
    wanted = {"en": "expected at least 200", "pt-BR": "ao menos 200"}[language]
    assert wanted in app.code[0].value
    app.file_uploader(key="data-history").set_value(("past.csv", text, "text/csv")).run()
    app = worked(app)
    assert not app.exception
    assert not app.error
    assert charts_of(app) >= 3
    headings = [heading.value for heading in app.subheader]
    assert texts.say("calibration_section.parameters") in headings
    assert texts.say("data_download.scenario") in [button.label for button in app.get("download_button")]
