"""The page Today: events in, how the day goes, what is proposed, and decisions accepted or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.access import Role
from dashboard.charts.day_board import day_board_chart, day_board_rows
from dashboard.texts import LANGUAGES, Language, Texts
from data.day import EVENT, EventStream, planned_day
from data.model import Case
from optimizer.planning.following import followed_day, followed_days, take_events
from tests.dashboard.bench import opened, texts_of, worked, written_plan
from tests.support.planned_days import planned_day_case
from tests.support.two_overruns import lines, two_overruns

CASE: Case = planned_day_case(4)
EVENTS = two_overruns(CASE)


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan of four agents in one pool, nothing followed yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return written_plan(tmp_path / "plan", CASE)


@pytest.fixture
def followed(plan: Path) -> Path:
    """The same after two overruns."""
    take_events(CASE, plan, "day.jsonl", lines(EVENTS))
    return plan


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_the_day_goes(followed: Path, monkeypatch: pytest.MonkeyPatch, language: Language) -> None:
    """The sentence has the time of the last event; the board has pools and agents, and what is proposed."""
    texts = Texts(language)
    app = worked(opened(monkeypatch, followed, language, "today"))
    assert not app.exception
    assert not app.error
    shown = texts_of(app)
    assert "08:43" in shown
    assert texts.say("today_card.waiting") in shown
    assert len(app.tabs) == 5
    tables = [frame.value for frame in app.dataframe]
    agents = next(table for table in tables if texts.say("today_column.doing") in table.columns)
    assert len(agents) == 4
    assert texts.say("today_agent.over", booking="B0000", since="38", over="13") in agents.to_string()
    assert any(texts.say("today_column.pool") in table.columns for table in tables)
    assert texts.say("today.refuse") in [button.label for button in app.button]


def test_accepted_decisions_are_in_the_journal(followed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal has them, the contacts are listed, and the same is not proposed again."""
    before = followed_day(CASE, followed, 0)
    app = worked(opened(monkeypatch, followed, "en", "today"))
    app.button(key="today-accept-all").click().run()
    app = worked(app)
    assert not app.exception
    assert "noted in the journal" in app.success[0].value
    after = followed_day(CASE, followed, 0)
    assert after.state != before.state
    assert after.events == before.events
    assert len([s for s in after.state.sessions if after.state.sessions[s] != before.state.sessions[s]]) > 0


def test_refused_is_not_decided(followed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written, and the proposal is gone until the next events."""
    before = followed_day(CASE, followed, 0)
    app = worked(opened(monkeypatch, followed, "en", "today"))
    app.button(key="today-refuse").click().run()
    assert Texts("en").say("today.refused") in [info.value for info in app.info]
    assert "today-accept-all" not in [button.key for button in app.button]
    assert followed_day(CASE, followed, 0) == before


def test_the_day_went_on_before_the_decision(followed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was proposed for a state that is past is not carried out; the page says so."""
    app = worked(opened(monkeypatch, followed, "en", "today"))
    left = {
        "number": len(EVENTS) + 1, "at": EVENTS[-1].at, "kind": "customer_left", "booking_id": "B0001",
    }  # fmt: skip
    take_events(CASE, followed, "more.jsonl", lines([EVENT.validate_python(left)]))
    before = followed_day(CASE, followed, 0)
    app.button(key="today-accept-all").click().run()
    assert Texts("en").say("today.gone_on") in [warning.value for warning in app.warning]
    assert followed_day(CASE, followed, 0) == before


def test_a_viewer_decides_nothing(followed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No button to accept, none to take events in."""
    app = worked(opened(monkeypatch, followed, "en", "today", role=Role.VIEWER))
    assert not app.exception
    assert Texts("en").say("today.may_not") in texts_of(app)
    assert not {"today-accept-all", "today-refuse"} & {button.key for button in app.button}
    assert not app.file_uploader


@pytest.mark.parametrize("language", LANGUAGES)
def test_uploads(plan: Path, monkeypatch: pytest.MonkeyPatch, language: Language) -> None:
    """Bad events are listed by row, and none is taken in; then good ones are, and the day is followed."""
    texts = Texts(language)
    app = opened(monkeypatch, plan, language, "today")
    assert texts.say("today.how") in app.info[0].value
    bad = lines(EVENTS) + b'{"number": 0}\nnonsense\n'
    app.file_uploader(key="today-file").set_value([("bad.jsonl", bad, "text/plain")])
    app.button(key="today-take-in").click().run()
    assert not app.exception
    assert texts.say("today.not_taken") in app.error[0].value
    assert texts.say("problem.row", row=len(EVENTS) + 1) in app.code[0].value
    assert texts.say("problem.row", row=len(EVENTS) + 2) in app.code[0].value
    assert ("expected" in app.code[0].value) == (language == "en")
    assert followed_days(CASE, plan) == []
    app.file_uploader(key="today-file").set_value([("day.jsonl", lines(EVENTS), "text/plain")])
    app.button(key="today-take-in").click().run()
    app = worked(app)
    assert not app.exception
    assert followed_days(CASE, plan) == [0]
    assert "08:43" in texts_of(app)


def test_a_journal_of_another_plan(followed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told in words, without a traceback."""
    journal = followed / "days" / "2026-11-30.jsonl"
    lines_there = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    journal.write_text(lines_there[0] + '{"plan": "another"}\n' + "".join(lines_there[2:]), encoding="utf-8")
    app = opened(monkeypatch, followed, "en", "today")
    assert not app.exception
    assert app.error
    assert "expected the journal of this plan" in app.code[0].value


def test_the_board() -> None:
    """Sessions held, running and to come, those at risk, breaks to come, and who is gone."""
    gone = EVENT.validate_python(
        {"number": 99, "at": EVENTS[-1].at, "kind": "agent_gone", "agent_id": "A003"}
    )
    stream = EventStream(CASE.axis, planned_day(CASE, 0))
    for event in (*EVENTS, gone):
        stream.receive(event)
    state = stream.state
    rows = day_board_rows(state, {"B0001": 0.5, "B0002": 0.1}, 0.2)
    kinds = rows.kind.value_counts().to_dict()
    assert kinds["held"] == 2
    assert kinds["running"] == 2
    assert kinds["at_risk"] == 1
    assert kinds["to_come"] == len(state.sessions) - 5
    assert kinds["break"] == 8
    (away,) = rows[rows.kind == "gone"].itertuples()
    assert (away.agent_id, away.starts_at, away.ends_at) == ("A003", 523.0, 855.0)
    running = rows[rows.kind == "running"]
    assert (running.ends_at == 582.0).all()
    assert not {"B0001"} & set(rows[rows.kind == "to_come"].subject)
    for language in LANGUAGES:
        chart = day_board_chart(CASE.axis, state, {}, 0.2, Texts(language))
        assert len(chart.to_dict()["layer"]) == 2
