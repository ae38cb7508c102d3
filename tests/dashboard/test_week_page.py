"""The page Week: what it says of a roster, edits with their verdict, new solves, publishing."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access import Role
from dashboard.app_pages.week_export import calendars_zip
from dashboard.app_pages.week_proposal import DRAFTS
from dashboard.results.roster_quality import roster_quality
from dashboard.texts import LANGUAGES, Language, Texts
from data.files import PlanFolder
from data.model import Case
from data.referee import judge
from tests.dashboard.bench import charts_of, opened, texts_of
from tests.dashboard.planned import planned_case, planned_folder

PATIENCE = 120.0


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan folder that is planned in earnest; jobs keep their results in a folder of the test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return planned_folder(tmp_path / "plan")


def in_tab(app: AppTest, name: str, language: Language = "pt-BR", page: str = "week") -> AppTest:
    """The page with one of its tabs open."""
    app.session_state[f"{page}-tabs-{language}"] = Texts(language).say(name)
    return app.run()


def has_button(app: AppTest, key: str) -> bool:
    return any(button.key == key for button in app.button)


def until(app: AppTest, condition: Callable[[], bool]) -> None:
    """Run the page until a job has ended."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, texts_of(app)
        assert not app.exception
        time.sleep(1.5)  # each look draws the whole page
        app.run()


def absent(app: AppTest, agent: str) -> AppTest:
    """The editor with an absence of the whole first day applied."""
    in_tab(app, "week.tab_edit")
    app.selectbox(key="edit-agent").set_value(agent).run()
    return app.button(key="edit-apply").click().run()


def on_duty(case: Case) -> str:
    return str(case.sessions.agent_id[case.sessions.starts_at < 1440][0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen(plan: Path, monkeypatch: pytest.MonkeyPatch, language: Language) -> None:
    """The referee's verdict of now, and the roster's figures, as badges; then coverage and duties."""
    texts = Texts(language)
    app = opened(monkeypatch, plan, language)
    assert not app.exception
    shown = texts_of(app)
    assert texts.say("verdict.clean") in shown
    quality = roster_quality(planned_case())
    assert (texts.count("week.near", quality.near) in shown) == (quality.near > 0)
    fairness = texts.count("week.unfair", quality.unfair) if quality.unfair else texts.say("week.fair")
    assert fairness in shown
    assert charts_of(app) == 2
    for name in ("week.tab_rules", "week.tab_export", "app.tab_waiting", "app.tab_tables"):
        assert not in_tab(app, name, language).exception
        assert not app.error
    assert len(app.download_button) == 3


def test_rules_and_fairness(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row for each rule with its narrowest case, and one for each agent."""
    app = in_tab(opened(monkeypatch, plan), "week.tab_rules")
    limits, agents = (table.value for table in app.dataframe)
    assert [name.split(":")[0] for name in limits["regra"]] == ["CLT-58", "CF-7-XIII", "CLT-66", "CLT-67"]
    assert len(agents) == len(planned_case().agents)


def test_an_edit_is_judged_at_once(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An absence on a duty breaks a rule; taken back, all is well again, and nothing was written."""
    folder = PlanFolder(plan)
    base = folder.current_run()
    app = absent(opened(monkeypatch, plan), on_duty(planned_case()))
    assert "1 regra violada" in texts_of(app)
    assert any("ABSENCE" in str(table.value) for table in app.dataframe)
    assert not any(str(button.key).startswith("publish") for button in app.button)
    app.button(key="edit-undo").click().run()
    assert Texts().say("edit.verdict_clean") in texts_of(app)
    assert folder.current_run() == base


def test_a_button_means_what_the_fields_say_now(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else chosen and the change applied before the page is drawn again: it is theirs."""
    app = in_tab(opened(monkeypatch, plan), "week.tab_edit")
    chosen = app.selectbox(key="edit-agent")
    another = next(agent for agent in chosen.options if agent != chosen.value)
    chosen.set_value(another)
    app.button(key="edit-apply").click().run()
    (draft,) = app.session_state[DRAFTS].values()
    assert [edit.agent_id for edit in draft.edits] == [another]


def test_what_does_not_fit_is_told(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Swapping an agent with itself is refused in words, and not kept."""
    app = in_tab(opened(monkeypatch, plan), "week.tab_edit")
    app.segmented_control(key="edit-kind-pt-BR").set_value("swap").run()
    app.selectbox(key="edit-other").set_value(app.selectbox(key="edit-agent").value).run()
    app.button(key="edit-apply").click().run()
    assert Texts().say("edit_error.same_agent") in app.error[0].value
    assert Texts().say("edit.none") in texts_of(app)


def test_a_pin_is_published(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lawful edit needs no solve: it is the next run at once, with the sessions as they were."""
    case = planned_case()
    app = in_tab(opened(monkeypatch, plan), "week.tab_edit")
    app.segmented_control(key="edit-kind-pt-BR").set_value("pin").run()
    agent = on_duty(case)
    app.selectbox(key="edit-agent").set_value(agent).run()
    app.button(key="edit-apply").click().run()
    app.button(key="publish-roster").click().run()
    assert not app.exception
    assert Texts().say("edit.published") in app.success[0].value
    read = PlanFolder(plan).read()
    assert [duty.agent_id for duty in read.roster.duties if duty.pinned] == [agent]
    assert len(read.sessions) == len(case.sessions)
    assert Texts().say("edit.none") in texts_of(app)


def test_an_absence_is_mended_and_published(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Solved in the background; the proposal names what changes; published, no rule is broken."""
    agent = on_duty(planned_case())
    app = absent(opened(monkeypatch, plan), agent)
    monkeypatch.setattr("dashboard.app_pages.week_edit.WORK", 0.5)
    app.run()
    app.button(key="edit-solve").click().run()
    until(app, lambda: has_button(app, "publish-roster"))
    assert Texts().say("solved.title") in [heading.value for heading in app.subheader]
    app.button(key="publish-roster").click().run()
    assert not app.exception
    read = PlanFolder(plan).read()
    assert judge(read) == []
    assert agent in read.absences.agent_id.tolist()
    assert not any(duty.agent_id == agent and duty.start < 1440 for duty in read.roster.duties)
    assert (PlanFolder(plan).current_run() or plan).joinpath("changes.csv").is_file()


def test_somebody_else_publishes_meanwhile(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The draft is not lost: it stands on the new run, and the page says so."""
    app = in_tab(opened(monkeypatch, plan), "week.tab_edit")
    app.segmented_control(key="edit-kind-pt-BR").set_value("pin").run()
    app.selectbox(key="edit-agent").set_value(on_duty(planned_case())).run()
    app.button(key="edit-apply").click().run()
    PlanFolder(plan).write_run(planned_case(), {}, "allocate")
    app.run()
    assert Texts().say("edit.base_changed") in [warning.value for warning in app.warning]
    assert len(app.button(key="publish-roster").label)


def test_viewers_and_old_runs_change_nothing(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the right to change, and on a run that is no longer the current one, there is no editor."""
    old = PlanFolder(plan).current_run()
    assert old is not None
    PlanFolder(plan).write_run(planned_case(), {}, "allocate")
    app = in_tab(opened(monkeypatch, old), "week.tab_edit")
    assert Texts().say("edit.only_current") in app.info[0].value
    app = in_tab(opened(monkeypatch, plan, role=Role.VIEWER), "week.tab_edit")
    assert Texts().say("edit.not_allowed") in app.info[0].value


def test_calendars_of_all_agents() -> None:
    """One file for each agent with a duty."""
    case = planned_case()
    with zipfile.ZipFile(io.BytesIO(calendars_zip(case, Texts()))) as archive:
        assert len(archive.namelist()) == len(case.roster.by_agent)
        assert archive.read(archive.namelist()[0]).startswith(b"BEGIN:VCALENDAR")
