"""Forecast, requirement and hiring mix: what the page has worked out, and what it says of it."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access import Role
from dashboard.app_pages import background, capacity_requirement
from dashboard.app_pages.capacity_requirement import of_day
from dashboard.charts.forecast import (
    forecast_days_chart,
    forecast_days_rows,
    forecast_hours_chart,
    forecast_hours_rows,
)
from dashboard.charts.requirement_by_skill import requirement_by_skill_chart, requirement_by_skill_rows
from dashboard.jobs import JobService, KeptResults
from dashboard.report.image_files import png_file
from dashboard.results.capacity import forecast_answer, requirement_answer, staffing_answer
from dashboard.texts import LANGUAGES, Language, Texts
from dashboard.work.capacity import Asked, PastFile, forecast_work, requirement_work, staffing_work
from data.files import BadDataError, table_bytes, write_case
from data.model import Case, Demand, PlanningAxis, Scenario
from data.progress import no_progress
from simulation.forecast.foreseeing import LOAD, Foreseen
from tests.dashboard.bench import charts_of, opened, worked
from tests.dashboard.test_requirement import DOCUMENT
from tests.requirement.small_days import expecting
from tests.simulation.forecast.small import small_history
from tests.support.cases import MONDAY

ASKED = Asked(("wait_over_10<=5%",), 0.0, 20)


@cache
def case() -> Case:
    """Two days, a demand, and a history."""
    made = expecting({"pf": 3.0, "pj": 2.0}, agents=("pf|pj",) * 3, days=2)
    return replace(made, history=small_history(made.plan))


@cache
def foreseen() -> Foreseen:
    """The forecast of the case."""
    return forecast_work(case(), None, LOAD, no_progress)


def test_a_file_is_forecast_as_the_history_that_it_holds() -> None:
    """An uploaded table gives the forecast of the same table in the plan folder."""
    content = table_bytes(case().history, case().axis, "csv")
    found = forecast_work(
        replace(case(), history=case().history.take(np.arange(0))),
        PastFile("past.csv", content),
        LOAD,
        no_progress,
    )
    np.testing.assert_array_equal(found.forecast.slots, foreseen().forecast.slots)


def test_a_bad_file_is_told_by_row() -> None:
    """Under the name that the reader gave it, and no other path."""
    with pytest.raises(BadDataError) as error:
        forecast_work(
            case(), PastFile("../past.csv", b"starts_at,skill,bookings\nyesterday,pf,x\n"), LOAD, no_progress
        )
    assert {problem.file for problem in error.value.problems} == {"past.csv"}
    assert {problem.row for problem in error.value.problems} == {2}


def test_a_day_alone_needs_what_it_needs_among_others() -> None:
    """The page asks for one day at a time: the answer is that of all days together."""
    both = requirement_work(case(), Scenario(), ASKED, no_progress)
    for day in both["days"]:
        alone = requirement_work(
            of_day(case(), date.fromisoformat(day["date"])), Scenario(), ASKED, no_progress
        )
        assert alone["days"] == [day]


def test_a_mix_is_searched_for_what_was_asked() -> None:
    """Its document has the targets of the question, and an answer in words where there is a mix."""
    document = staffing_work(
        of_day(case(), MONDAY),
        Scenario(agent_absence=0.0),
        Asked(("wait_over_10<=20%",), 0.0, 20),
        False,
        no_progress,
    )
    assert document["targets"][0]["text"] == "wait_over_10<=0.2"
    assert document["service"] is not None
    said = staffing_answer(document, Texts("en"))
    assert said.startswith(f"{document['agents']} agents are enough so that at most 20.0% wait over 10 min")


def test_sentences_of_the_requirement() -> None:
    """Teams that share no skill are added up; the peak is the first of the highest; no number is enough."""
    assert requirement_answer(DOCUMENT, MONDAY.isoformat(), Texts("en")) == (
        "Monday, 30 Nov: at the peak, at 08:00, 7 agents must be in service, 9 on the roster with those who "
        "are missing; over the day 4 agent hours, 4 on the roster. Then at most 2.0% wait over 10 min, in "
        "each period of the day."
    )
    beyond: dict[str, Any] = {
        **DOCUMENT,
        "days": [{**DOCUMENT["days"][0], "out_of_reach": [{"starts_at": "", "share": 0.5, "target": 0}]}],
    }
    assert "nenhum número de agentes" in requirement_answer(beyond, MONDAY.isoformat(), Texts())


def test_sentences_and_charts_of_the_forecast() -> None:
    """The busiest day with its interval; a row for each day, and for each interval somebody may come in."""
    document = foreseen().document
    busiest = max(document["days"], key=lambda day: day["expected"])
    said = forecast_answer(document, Texts("en"))
    assert f"with {busiest['expected']:.0f} (90%: {busiest['low']:.0f} to {busiest['high']:.0f})" in said
    assert forecast_days_rows(document, Texts()).day.tolist() == ["seg 30/11", "ter 01/12"]
    rows = forecast_hours_rows(foreseen().forecast, 0, 0)
    assert rows.minute.tolist() == [60 * hour for hour in range(8, 14)]
    assert (rows.low <= rows.expected).all()
    assert (rows.expected <= rows.high).all()
    for chart in (
        forecast_days_chart(document, Texts()),
        forecast_hours_chart(foreseen().forecast, 1, 0, Texts("en")),
        requirement_by_skill_chart(DOCUMENT, MONDAY.isoformat(), PlanningAxis(MONDAY, 1), Texts()),
    ):
        assert png_file(chart).startswith(b"\x89PNG")


def test_agents_of_a_day_by_skill() -> None:
    """A row for each interval and skill, of that day alone."""
    rows = requirement_by_skill_rows(DOCUMENT, MONDAY.isoformat())
    assert list(zip(rows.starts, rows.skill, rows.agents, strict=True)) == [
        (480, "pf", 3), (495, "pf", 3), (480, "pj", 4), (495, "pj", 4),
    ]  # fmt: skip
    assert requirement_by_skill_rows(DOCUMENT, "2026-12-01").empty


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> JobService:
    """Jobs that keep their results apart from the user's."""
    return JobService(KeptResults(tmp_path_factory.mktemp("jobs")))


@pytest.fixture(autouse=True)
def quick_jobs(jobs: JobService, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few replications, in the tests' own jobs."""
    monkeypatch.setattr(background, "service", lambda: jobs)
    monkeypatch.setattr(capacity_requirement, "REPLICATIONS", 20)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)


def plan(folder: Path, what: Case) -> Path:
    """A plan folder."""
    write_case(folder / "plan", what)
    return folder / "plan"


def headlines(app: AppTest) -> list[str]:
    """The sentences of the page."""
    return [part.proto.body for part in app.get("html") if 'class="headline"' in part.proto.body]


def test_forecast_and_requirement_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The forecast comes by itself, agents of a day when asked; another target shows no old answer."""
    texts = Texts()
    app = worked(opened(monkeypatch, plan(tmp_path, case()), "pt-BR", "capacity"))
    assert forecast_answer(foreseen().document, texts) in headlines(app)[0]
    assert charts_of(app) == 2
    run = next(button for button in app.button if button.label == texts.say("capacity.requirement_run"))
    run.click().run()
    app = worked(app)
    assert "no pico" in headlines(app)[1]
    assert charts_of(app) == 4
    app.selectbox(key="requirement-share-pt-BR").set_value(30.0).run()
    assert len(headlines(app)) == 1
    assert not app.error


def test_who_may_only_look_starts_no_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No forecast begins, no button starts one, and the page says why."""
    app = opened(monkeypatch, plan(tmp_path, case()), "en", "capacity", role=Role.VIEWER)
    assert not app.exception
    assert Texts("en").say("what_if.look_only") in [info.value for info in app.info]
    assert all(button.disabled for button in app.button)
    assert headlines(app) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_past_and_with_a_bad_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    """What is missing is said; what is wrong with an uploaded file is told with its row."""
    texts = Texts(language)
    empty = replace(case(), history=case().history.take(np.arange(0)), demand=Demand.empty())
    app = opened(monkeypatch, plan(tmp_path, empty), language, "capacity")
    told = [info.value for info in app.info]
    assert told.count(texts.say("capacity.no_history")) == 1
    assert told.count(texts.say("capacity.nothing_expected")) == 2
    app.file_uploader[0].upload("past.csv", b"starts_at,skill,bookings\nyesterday,pf,1\n").run()
    app = worked(app)
    assert [error.value for error in app.error] == [texts.say("job.refused")]
    assert "past.csv" in app.code[0].value
    assert texts.say("problem.row", row=2) in app.code[0].value
