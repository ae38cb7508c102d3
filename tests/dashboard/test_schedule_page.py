"""The page Schedule: unplaced bookings and what can be done, finding one, booking anew, offers left."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.results import short_key
from dashboard.texts import LANGUAGES, Language, Texts
from data.files import PlanFolder
from data.identity import SurrogateKey
from data.model import Case
from data.referee import judge
from tests.dashboard.bench import opened, texts_of
from tests.dashboard.planned import planned_case, planned_folder
from tests.dashboard.test_week_page import has_button, in_tab, until


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan folder that is planned in earnest; jobs keep their results in a folder of the test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("PONTUAL_KEY", raising=False)
    monkeypatch.delenv("PONTUAL_KEY_FILE", raising=False)
    return planned_folder(tmp_path / "plan")


def unplaced_with_alternatives(case: Case) -> str:
    return str(next(row["booking_id"] for row in case.unplaced.rows() if row["alternatives"]))


def searched(app: AppTest, name: str) -> AppTest:
    app.text_input(key="find-name").set_value(name)
    return app.button(key="find-button").click().run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tab(plan: Path, monkeypatch: pytest.MonkeyPatch, language: Language) -> None:
    """Reasons first; then sessions by day, joint sessions, tables; no error."""
    texts, case = Texts(language), planned_case()
    app = opened(monkeypatch, plan, language, "schedule")
    waiting = int((case.unplaced.reason != "not_eligible").sum())
    assert texts.count("schedule.open", waiting) in texts_of(app)
    for name in ("schedule.tab_sessions", "schedule.tab_joint", "app.tab_tables"):
        in_tab(app, name, language, "schedule")
        assert not app.exception
        assert not app.error


def test_finding_a_booking(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a part of its code; too little, nothing and several are told apart."""
    case = planned_case()
    app = opened(monkeypatch, plan, page="schedule")
    placed = str(case.sessions.booking_id[0])
    searched(app, short_key(placed))
    assert f"com {case.sessions.agent_id[0]}" in texts_of(app)
    searched(app, "b-zzzzzzzzzzz")
    assert Texts().say("schedule.not_found") in app.warning[0].value
    assert f"com {case.sessions.agent_id[0]}" not in texts_of(app)
    searched(app, "b-")
    assert Texts().say("schedule.not_found") in app.warning[0].value


def test_an_order_number_alone_does_not_stay(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs its CPF or CNPJ, and leaves the session at once; a bad key is told."""
    monkeypatch.setenv("PONTUAL_KEY", "a key of at least sixteen bytes")
    app = opened(monkeypatch, plan, page="schedule")
    searched(app, "CERTI-2026-17")
    assert Texts().say("schedule.needs_tax_id") in app.warning[0].value
    assert app.text_input(key="find-name").value == ""
    monkeypatch.setenv("PONTUAL_KEY", "short")
    app.run()
    assert Texts().say("schedule.bad_key") in app.warning[0].value


def test_finding_an_order_by_its_number(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the issuer's key, number and CPF lead to the booking; neither stays in the session."""
    monkeypatch.setenv("PONTUAL_KEY", "a key of at least sixteen bytes")
    case, key = planned_case(), SurrogateKey.if_named()
    assert key is not None
    wanted = unplaced_with_alternatives(case)
    monkeypatch.setattr(SurrogateKey, "booking", lambda _key, _order, _tax: wanted)
    app = opened(monkeypatch, plan, page="schedule")
    app.text_input(key="find-tax").set_value("111.444.777-35")
    searched(app, "1234567")
    assert short_key(wanted) in texts_of(app)
    assert "111.444.777-35" not in texts_of(app)
    assert app.text_input(key="find-tax").value == ""
    app.text_input(key="find-tax").set_value("111.444.777-00")
    searched(app, "1234567")
    assert Texts().say("schedule.bad_order") in app.warning[0].value
    assert app.text_input(key="find-name").value == ""
    assert "111.444" not in texts_of(app)


def test_booking_anew(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found, booked at an alternative, published: it has its session, and nobody else was moved."""
    case = planned_case()
    booking = unplaced_with_alternatives(case)
    app = searched(opened(monkeypatch, plan, page="schedule"), booking)
    app.button(key=f"rebook-{booking}").click().run()
    until(app, lambda: has_button(app, f"publish-booking-rebook-{booking}"))
    assert Texts().say("schedule.nobody_else") in texts_of(app)
    app.button(key=f"publish-booking-rebook-{booking}").click().run()
    assert not app.exception
    read = PlanFolder(plan).read()
    assert booking in read.sessions.booking_id.tolist()
    assert judge(read) == []
    assert read.bookings.pin[read.bookings.position[booking]] == "fixed"
    assert Texts().say("edit.published") in app.success[0].value


def test_why_a_booking_has_no_session(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The explanation comes from the background, in the reader's language, with shortened codes."""
    monkeypatch.setattr("dashboard.app_pages.booking.WORK", 0.3)
    booking = unplaced_with_alternatives(planned_case())
    app = searched(opened(monkeypatch, plan, page="schedule"), booking)
    app.button(key=f"why-{booking}").click().run()
    until(app, lambda: "Sem sessão:" in texts_of(app))
    assert not app.exception


def test_offers_left(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of booking with the starts that are left."""
    app = in_tab(opened(monkeypatch, plan, page="schedule"), "schedule.tab_offers", page="schedule")
    until(app, lambda: bool(len(app.dataframe)))
    offers = app.dataframe[0].value
    assert set(offers[Texts().say("column.skill")]) <= {"PF", "PJ", "conjunta", "judicial", "Libras"}
    assert not app.exception
