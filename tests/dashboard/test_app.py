"""What surrounds the pages: both languages, the choice of a plan, results missing and broken."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from dashboard.app_pages.application import PAGES, Entry
from dashboard.results.plans import ChosenPlan, plans_on_offer
from dashboard.texts import LANGUAGES, Language, Texts
from data.files import PlanFolder
from tests.dashboard.bench import WEEK, charts_of, opened, texts_of, written_plan
from tests.dashboard.weeks import week

APPLICATION = Path(str(files("dashboard") / "app.py"))


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan folder with the result of a run."""
    return written_plan(tmp_path / "plan")


@pytest.mark.parametrize("language", LANGUAGES)
def test_shows_a_result_in_both_languages(
    plan: Path, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    """Headline, figures, charts with their reading, tables and downloads; no error."""
    texts = Texts(language)
    app = opened(monkeypatch, plan, language)
    assert not app.exception
    assert not app.error
    shown = texts_of(app)
    assert app.title[0].value == texts.say("question.week")
    assert (
        texts.say(
            "title.week", first=texts.day(WEEK.axis.date_of(0)), last=texts.full_day(WEEK.axis.date_of(1))
        )
        in shown
    )
    assert texts.integer(len(WEEK.sessions)) in shown
    for name in ("roster", "coverage"):
        assert texts.say(f"read.{name}") in shown
    assert charts_of(app) == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.name)
def test_every_page_opens(
    plan: Path, monkeypatch: pytest.MonkeyPatch, entry: Entry, language: Language
) -> None:
    """Each page has its question as heading in both languages, with a plan and without."""
    for folder in (plan, plan.parent / "nowhere"):
        app = opened(monkeypatch, folder, language, entry.name)
        assert not app.exception
        assert app.title[0].value == Texts(language).say(f"question.{entry.name}")
        assert bool(app.error) == (folder != plan)


def test_starts_in_portuguese_and_switches(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Portuguese comes first; the switch changes the whole page, keeps the address, and changes back."""
    app = opened(monkeypatch, plan)
    assert "Escala" in [heading.value for heading in app.subheader]
    app.segmented_control(key="lang").set_value("en").run()
    assert "Roster" in [heading.value for heading in app.subheader]
    assert app.query_params["lang"] in ("en", ["en"])
    app.segmented_control(key="lang").set_value("pt-BR").run()
    assert "Escala" in [heading.value for heading in app.subheader]
    assert not app.exception


def test_unknown_language_in_the_address(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address with a language that nobody speaks shows Portuguese."""
    app = opened(monkeypatch, plan, "xx")  # type: ignore[arg-type]
    assert not app.exception
    assert "Escala" in [heading.value for heading in app.subheader]


def test_one_day_and_one_skill(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Choosing a day and a skill redraws the charts without an error."""
    app = opened(monkeypatch, plan)
    app.selectbox(key="day-pt-BR").select_index(2).run()
    app.selectbox(key="skill-pt-BR").select_index(1).run()
    assert not app.exception
    assert not app.error


def test_says_how_to_make_a_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any result, the page names the command that makes one."""
    monkeypatch.chdir(tmp_path)
    for language in LANGUAGES:
        app = opened(monkeypatch, None, language)
        assert not app.exception
        assert Texts(language).say("app.no_runs") in [heading.value for heading in app.subheader]
        assert app.code[0].value == "make demo"


def test_finds_results_in_the_usual_place(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the variable, results below `out` are on offer; with it, those at the place that it names."""
    monkeypatch.chdir(tmp_path)
    assert plans_on_offer({}) == {}
    (tmp_path / "out").mkdir()
    plan.rename(tmp_path / "out" / "demo")
    offered = plans_on_offer({})
    assert next(iter(offered)) == "demo"
    assert [name.rpartition("/")[0] for name in offered] == ["", "demo/runs"]
    assert plans_on_offer({"PONTUAL_RUN": str(tmp_path / "nowhere")}) == {"nowhere": tmp_path / "nowhere"}
    app = opened(monkeypatch, None)
    assert not app.exception
    assert "Plano de 30/11" in texts_of(app)


def test_the_choice_of_a_plan_is_kept(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address names the plan, not its place on the machine; an unknown name is the newest plan."""
    place = plan.parent.name
    written_plan(plan.parent / "other", week(agents=3, days=1))
    app = opened(monkeypatch, plan.parent)
    assert app.query_params["plan"] in (f"{place}/other", [f"{place}/other"])
    name = f"{place}/plan"
    app.selectbox(key="plan").set_value(name).run()
    assert app.query_params["plan"] in (name, [name])
    assert "01/12" in texts_of(app)
    assert not opened(monkeypatch, plan.parent, address={"plan": "no such plan"}).exception


def test_a_run_belongs_to_its_plan_folder(plan: Path) -> None:
    """Results are read from the run; only the current one is what counts."""
    first = PlanFolder(plan).current_run()
    assert first is not None
    chosen = ChosenPlan("plan", plan)
    assert (chosen.root, chosen.run, chosen.is_current) == (plan, first, True)
    second = PlanFolder(plan).write_run(WEEK, {}, "roster")
    older = ChosenPlan("plan/run", first)
    assert (older.root, older.run, older.is_current) == (plan, first, False)
    assert ChosenPlan("plan", plan).run == second


@pytest.mark.parametrize("language", LANGUAGES)
def test_missing_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: Language) -> None:
    """A folder that is not there is told in words."""
    app = opened(monkeypatch, tmp_path / "nowhere", language)
    assert not app.exception
    assert Texts(language).say("error.no_folder") in app.error[0].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_broken_folder(plan: Path, monkeypatch: pytest.MonkeyPatch, language: Language) -> None:
    """Bad data are listed with their file and row; a broken document is named."""
    run = PlanFolder(plan).current_run()
    assert run is not None
    duties = run / "duties.csv"
    whole = duties.read_text(encoding="utf-8")
    duties.write_text(whole.replace("2026-11-30", "2026-99-30", 1), encoding="utf-8")
    app = opened(monkeypatch, run, language)
    assert not app.exception
    assert Texts(language).say("error.bad_data") in app.error[0].value
    assert "duties.csv" in app.code[0].value
    duties.write_text(whole, encoding="utf-8")
    (run / "result.json").write_text("{", encoding="utf-8")
    app = opened(monkeypatch, run, language)
    assert Texts(language).say("error.bad_document") in app.error[0].value


def test_a_changed_result_is_read_anew(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer run in the same plan folder is what the page shows next."""
    assert "Plano de 30/11 a 01/12" in texts_of(opened(monkeypatch, plan))
    PlanFolder(plan).write_run(week(agents=3, days=3), {}, "demo")
    assert "Plano de 30/11 a 02/12" in texts_of(opened(monkeypatch, plan))


def test_unexpected_errors_show_no_traceback(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails inside, the reader sees a sentence, and no detail that may hold data."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("111.444.777-35")

    monkeypatch.setattr("dashboard.app_pages.views.headline", fail)
    app = opened(monkeypatch, plan)
    assert not app.exception
    assert Texts().say("error.unexpected") in app.error[0].value
    assert "111.444" not in texts_of(app)


def test_settings_keep_the_dashboard_on_this_machine() -> None:
    """It listens on this machine only, reports nothing, and shows no error details or deploy button."""
    settings = tomllib.loads((APPLICATION.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["server"]["enableXsrfProtection"] is True
    assert settings["server"]["maxUploadSize"] <= 20
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["toolbarMode"] == "viewer"
    assert settings["client"]["showErrorDetails"] == "none"
    assert {"light", "dark"} <= settings["theme"].keys()
    assert "://" not in json.dumps(settings)


def test_no_file_shadows_a_package() -> None:
    """Streamlit puts the application's folder first on the path: no file there may hide a package of ours."""
    ours = {"data", "optimizer", "simulation", "dashboard", "pontual"}
    assert not ours & {path.stem for path in APPLICATION.parent.iterdir()}


def test_switching_the_language_to_and_fro(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A choice made in one language does not trip the page in the other."""
    app = opened(monkeypatch, plan)
    for language in ("en", "pt-BR", "en"):
        app.selectbox(key=f"skill-{'en' if language == 'pt-BR' else 'pt-BR'}").select_index(1).run()
        app.session_state["lang"] = language
        app.run()
        assert not app.exception
        assert not app.error
        assert app.selectbox(key=f"skill-{language}")
