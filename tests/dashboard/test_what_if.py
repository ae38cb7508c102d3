"""What-ifs in words and tables, and the page in Streamlit's test bench."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboard.app_pages import background, what_if_figures
from dashboard.app_pages.what_if_figures import FiguresShelf
from dashboard.app_pages.what_if_levers import levers_of
from dashboard.app_pages.what_if_state import (
    MOST_KEPT,
    WhatIfState,
    address_of,
    scenario_in_address,
)
from dashboard.jobs import JobService, KeptResults
from dashboard.results.levers import lever_phrase, levers_phrase
from dashboard.results.what_if import answer_sentence, comparison_table, kpi_table, verdict
from dashboard.texts import LANGUAGES, Language, Texts
from data.files import BadDataError, write_case
from data.model import Scenario
from optimizer.planning import what_if_choice
from optimizer.planning.what_if import TODAYS, Figures, WhatIfInputs, differences, figures_of
from optimizer.solve_result import SolveLimits
from optimizer.sweep.playing import FIGURES, INFEASIBLE, PLAYED
from optimizer.sweep.scenarios import SweepScenario
from optimizer.sweep.values import Setting
from simulation import Kpi, scenario_of
from tests.dashboard.bench import charts_of, opened, texts_of
from tests.sweep.days import day

PORTUGUESE, ENGLISH = Texts("pt-BR"), Texts("en")


def scenario(name: str = "x", **levers: object) -> SweepScenario:
    """A scenario; words of a lever are parted by two underscores."""
    changes = ((tuple(path.split("__")), Setting.of(value)) for path, value in levers.items())
    return SweepScenario(name, tuple(changes))


def made_up(each: SweepScenario, **means: tuple[float, float]) -> Figures:
    """Figures with these means and standard deviations, four replications."""
    values = np.zeros((4, len(FIGURES)))
    for name, (mean, spread) in means.items():
        values[:, FIGURES.index(name)] = mean + spread * np.array([-1.0, 1.0, -1.0, 1.0])
    return Figures(each, "", "", "", PLAYED, {}, 100, values)


TODAY = made_up(TODAYS, wait_over_10=(0.06, 0.0), cost=(1000.0, 0.0))


def test_the_answer_is_one_sentence_with_its_uncertainty() -> None:
    """What changes surely, with both ends; what can't be told is said; bookings without a session too."""
    more = scenario(hired__CLT=3, late_tolerance=10)
    found = made_up(more, wait_over_10=(0.02, 0.001), cost=(1400.0, 20.0), not_placed=(2.0, 0.0))
    assert answer_sentence(TODAY, found, 6, ENGLISH) == (
        "With 3 more CLT agents and a tolerance of 10 min, P(wait > 10 min) goes from 6.00% to 2.00% "
        "(-4.00 pp; 95% CI: -4.18 to -3.82); it costs R$ 400 more in the week (95% CI: 363 to 437). "
        "2 more bookings are left without a session."
    )
    assert answer_sentence(TODAY, found, 6, PORTUGUESE) == (
        "Com mais 3 agentes CLT e tolerância de 10 min, P(espera > 10 min) passa de 6,00% para 2,00% "
        "(-4,00 p.p.; IC 95%: -4,18 a -3,82); custa R$ 400 a mais na semana (IC 95%: 363 a 437). "
        "Ficam sem sessão 2 pedidos a mais."
    )
    unsure = made_up(more, wait_over_10=(0.0599, 0.01), cost=(999.0, 30.0))
    said = answer_sentence(TODAY, unsure, 1, ENGLISH)
    assert "it can't be told that P(wait > 10 min) changes" in said
    assert "includes no difference" in said
    assert "it can't be told that the cost on the day changes" in said
    same = answer_sentence(TODAY, made_up(more, wait_over_10=(0.06, 0.0), cost=(1000.0, 0.0)), 14, ENGLISH)
    assert same.endswith("stays as it is, 6.00%; the cost in the 14 days of the plan does not change.")
    nothing = Figures(more, "", "", "", INFEASIBLE, {}, 0, np.full((4, len(FIGURES)), np.nan))
    assert answer_sentence(TODAY, nothing, 6, PORTUGUESE).endswith("nenhum plano é possível.")


@settings(max_examples=60, deadline=None)
@given(st.floats(0.0, 0.2), st.floats(0.0, 0.02), st.floats(-500.0, 500.0), st.floats(0.0, 300.0))
def test_the_sentence_never_says_more_than_the_intervals(
    waits: float, spread: float, cost: float, cost_spread: float
) -> None:
    """It claims a change exactly where the interval leaves out no difference."""
    found = made_up(scenario(pool_size=8), wait_over_10=(waits, spread), cost=(1000.0 + cost, cost_spread))
    said = answer_sentence(TODAY, found, 6, ENGLISH)
    changes = differences(TODAY, found)
    waits_surely = not changes["wait_over_10"].low <= 0.0 <= changes["wait_over_10"].high
    cost_surely = not changes["cost"].low <= 0.0 <= changes["cost"].high
    assert ("goes from" in said) == waits_surely
    assert (" more in the week" in said or " less in the week" in said) == cost_surely


def test_verdicts_know_which_way_is_better() -> None:
    """More served is better, more waiting is not; an interval with nothing in it says nothing."""
    assert verdict("served", Kpi(2.0, 1.0, 3.0)) == "better"
    assert verdict("wait_over_10", Kpi(0.02, 0.01, 0.03)) == "worse"
    assert verdict("cost", Kpi(-2.0, -3.0, -1.0)) == "better"
    assert verdict("cost", Kpi(-2.0, -5.0, 1.0)) == "unsure"
    assert verdict("cost", Kpi(0.0, 0.0, 0.0)) == "same"


def test_tables_show_every_figure_with_its_interval() -> None:
    """Today alone, beside a scenario, and several side by side; one without figures says why."""
    found = made_up(scenario("b"), wait_over_10=(0.02, 0.001), cost=(1400.0, 20.0))
    headings, rows = kpi_table(TODAY, None, PORTUGUESE)
    assert len(headings) == 2
    headings, rows = kpi_table(TODAY, found, PORTUGUESE)
    assert rows[0] == [
        "Espera > 10 min", "6,00%", "2,00% (1,82 a 2,18)", "-4,00 p.p. (-4,18 a -3,82)", "melhor",
    ]  # fmt: skip
    assert rows[-1][3:] == ["+R$ 400 (+363 a +437)", "pior"]
    nothing = Figures(scenario("c"), "", "", "", INFEASIBLE, {}, 0, np.full((4, len(FIGURES)), np.nan))
    headings, rows = comparison_table(TODAY, [found, nothing], ENGLISH)
    assert headings == ["figure", "today", "b", "c"]
    assert rows[0] == ["Wait > 10 min", "6.00%", "2.00% (-4.00 pp ± 0.18)", "no plan is possible"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lever_of_the_page_has_words_and_settings(language: Language) -> None:
    """Each value that a widget offers stands for one setting, which comes back as that value."""
    texts = Texts(language)
    for lever in levers_of(day(), Scenario(), texts):
        assert lever.today in lever.values
        assert lever.value_of(None) == lever.today
        for value in lever.values:
            if value != lever.today:
                assert lever.value_of(lever.setting(value)) == value
                phrase = lever_phrase(lever.path, lever.setting(value), texts)
                assert " = " not in phrase, phrase
        assert lever.value_of(Setting("at_most", 3.0)) in (None, True)
    assert lever_phrase(("outage", "minutes"), Setting.of(45), texts) == "outage.minutes = 45"
    assert levers_phrase([], texts) == ""


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_an_address_opens_the_scenario_that_it_was_made_from(data: st.DataObject) -> None:
    """Whatever the page's levers are set to."""
    offered = levers_of(day(), Scenario(), PORTUGUESE)
    chosen = data.draw(st.lists(st.sampled_from(offered), unique_by=lambda lever: lever.path, max_size=4))
    state = WhatIfState()
    for lever in chosen:
        values = [value for value in lever.values if value != lever.today]
        state.move(lever.path, lever.setting(data.draw(st.sampled_from(values))))
    said = address_of(state.scenario("x"))
    if chosen:
        assert scenario_in_address(said, day(), Scenario()).changes == state.scenario("x").changes
    else:
        assert said == ""


@pytest.mark.parametrize(
    "said",
    ["{", "[1]", '{"no_such": 1}', '{"scenarios": [{"name": "a", "demand": "+1%"}] * 2}', "x" * 5000,
     '{"late_tolerance": -5}', '{"design": "factorial", "levers": {"late_tolerance": [1, 2]}}'],
)  # fmt: skip
def test_a_bad_address_is_told(said: str) -> None:
    """In words, whatever is wrong with it."""
    with pytest.raises(BadDataError):
        scenario_in_address(said, day(), Scenario())


def test_six_scenarios_are_kept_each_name_once() -> None:
    """A name that is there is replaced; a seventh finds no room."""
    state = WhatIfState()
    for number in range(8):
        state.keep(scenario(f"s{number}", late_tolerance=number))
    assert [each.name for each in state.kept] == [f"s{number}" for number in range(MOST_KEPT)]
    state.keep(scenario("s0", late_tolerance=30))
    assert dict(state.kept[0].changes) == {("late_tolerance",): Setting.of(30)}
    state.drop("s1")
    assert len(state.kept) == MOST_KEPT - 1


def test_the_shelf_lets_go_of_what_nobody_asks_for() -> None:
    """The oldest first, and never more than it may hold."""
    shelf = FiguresShelf(most=2)
    listed = [Figures(TODAYS, "", name, "", PLAYED, {}, 0, np.zeros((1, 1))) for name in "abc"]
    for each in listed[:2]:
        shelf.put(each)
    assert shelf.get("a") is listed[0]
    shelf.put(listed[2])
    assert [shelf.get(name) for name in "abc"] == [listed[0], None, listed[2]]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of twelve agents with a plan."""
    folder = tmp_path_factory.mktemp("plans") / "day"
    write_case(folder, day())
    return folder


@pytest.fixture(autouse=True)
def few_replications(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little to simulate."""
    monkeypatch.setattr(what_if_figures, "REPLICATIONS", 5)


def headline(app: AppTest) -> str:
    """The sentences of the page."""
    return " ".join(part.proto.body for part in app.get("html") if 'class="headline"' in part.proto.body)


def pressed(app: AppTest, key: str) -> None:
    """Press a button by its text."""
    next(button for button in app.button if button.label == ENGLISH.say(key)).click().run()


def under_way(app: AppTest) -> bool:
    """Whether the page waits for work; if so, it is drawn again a moment later."""
    waits = any((button.key or "").startswith("cancel-") for button in app.button)
    if waits:
        time.sleep(0.2)
        app.run()
    return waits


def inputs() -> WhatIfInputs:
    """What the page plays."""
    limits = SolveLimits(work=what_if_figures.WORK)
    return WhatIfInputs(day(), scenario_of(day().plan.policy), 5, limits)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lever_of_the_day_is_answered_at_once(
    plan: Path, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    """The sentence and the table are those of the levers; the address says them; today comes back."""
    texts = Texts(language)
    app = opened(monkeypatch, plan, language, "what_if")
    assert not app.exception
    assert texts.say("what_if.figure").replace(">", "&gt;") in headline(app)
    app.number_input(key=f"lever-standby_agents-{language}").set_value(2).run()
    moved = scenario(standby_agents=2)
    today, found = (figures_of(inputs(), each) for each in (TODAYS, moved))
    said = answer_sentence(today, found, 1, texts).replace(">", "&gt;").replace("'", "&#x27;")
    assert said in headline(app)
    assert app.query_params["scenario"] in ('{"standby_agents":2}', ['{"standby_agents":2}'])
    app.button[0].click().run()
    assert "scenario" not in app.query_params
    assert not app.exception
    assert not app.error


@pytest.mark.soak
def test_the_frontier_of_a_scenario_is_drawn(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With another number of agents required, planned in the background; the circumstances are named."""
    jobs = JobService(KeptResults(tmp_path / "jobs"))
    monkeypatch.setattr(background, "service", lambda: jobs)
    monkeypatch.setattr(what_if_figures, "WORK", 0.3)
    app = opened(monkeypatch, plan, "en", "what_if", {"scenario": '{"demand":"+30%"}'})
    monkeypatch.setattr(what_if_choice, "STEPS", (0.1,))
    pressed(app, "what_if.steps")
    while under_way(app):
        assert not headline(app) or "With +30% demand, " in headline(app)
    assert charts_of(app) == 1
    said = " ".join(part.value for part in app.markdown).replace("\\", "")
    assert "With +30% demand: " in said
    assert not app.exception


def test_readers_do_not_disturb_each_other(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Levers, scenarios kept and answers are each reader's own."""
    one, other = (opened(monkeypatch, plan, "en", "what_if") for _ in range(2))
    one.number_input(key="lever-standby_agents-en").set_value(2).run()
    other.select_slider(key="lever-late_tolerance-en").set_value(5).run()
    one.run()
    assert "2 agents on standby" in headline(one)
    assert "tolerance" not in headline(one)
    assert "a tolerance of 5 min" in headline(other)
    assert "standby" not in headline(other)
    pressed(one, "what_if.keep")
    other.run()
    assert "Scenarios kept (1 of 6)" in [heading.value for heading in one.subheader]
    assert "Scenarios kept (0 of 6)" in [heading.value for heading in other.subheader]


def test_an_address_is_restored_with_its_levers(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Levers with a widget and others; the others can be left out."""
    said = json.dumps({"late_tolerance": 5, "duration_mean": "+10%"})
    app = opened(monkeypatch, plan, "en", "what_if", {"scenario": said})
    assert app.select_slider(key="lever-late_tolerance-en").value == 5
    assert "a tolerance of 5 min" in headline(app)
    assert "duration_mean = +10%" in headline(app)
    app.button(key="leave-out-duration_mean").click().run()
    assert "duration_mean" not in headline(app)
    assert not app.exception


def test_a_lever_moved_on_is_not_thrown_back(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that is behind with its address does not undo a move; one that goes back does."""
    app = opened(monkeypatch, plan, "en", "what_if")
    for minutes in (12, 8):
        app.select_slider(key="lever-late_tolerance-en").set_value(minutes).run()
    app.query_params["scenario"] = '{"late_tolerance":12}'
    app.select_slider(key="lever-late_tolerance-en").set_value(5).run()
    assert "a tolerance of 5 min" in headline(app)
    app.query_params["scenario"] = '{"late_tolerance":12}'
    app.run()
    assert "a tolerance of 12 min" in headline(app)


def test_levers_of_the_plan_show_no_figure_before_there_is_a_plan(
    plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No sentence, no table, no word of today's: only the way to a plan."""
    app = opened(monkeypatch, plan, "en", "what_if", {"scenario": '{"demand":"+20%"}'})
    assert headline(app) == ""
    assert not any("<table" in part.proto.body for part in app.get("html"))
    assert ENGLISH.say("what_if.asks_plan") in [info.value for info in app.info]
    assert ENGLISH.say("what_if.make_plan") in [button.label for button in app.button]
    app.select_slider(key="lever-demand-en").set_value(0).run()
    assert "P(wait" in headline(app)
    assert not app.exception


@pytest.mark.soak
def test_levers_of_the_plan_are_answered_once_there_is_a_plan(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made in the background; nothing is said until both plans are there, and then of these levers."""
    jobs = JobService(KeptResults(tmp_path / "jobs"))
    monkeypatch.setattr(background, "service", lambda: jobs)
    monkeypatch.setattr(what_if_figures, "WORK", 0.3)
    app = opened(monkeypatch, plan, "en", "what_if", {"scenario": '{"demand":"+20%"}'})
    pressed(app, "what_if.make_plan")
    assert headline(app) == ""
    while under_way(app):
        assert not headline(app) or "With +20% demand, " in headline(app)
    assert "With +20% demand, " in headline(app)
    assert ENGLISH.say("what_if.read_plans") in [caption.value for caption in app.caption]
    app.select_slider(key="lever-demand-en").set_value(25).run()
    assert headline(app) == ""
    assert not app.exception
    assert not app.error


def test_scenarios_are_kept_compared_and_deleted(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Side by side with the frontier and what is recommended; a name is only text."""
    app = opened(monkeypatch, plan, "en", "what_if")
    for standby, name in ((1, "one **R$** <b>"), (3, "")):
        app.number_input(key="lever-standby_agents-en").set_value(standby).run()
        app.text_input(key="what-if-name").set_value(name).run()
        pressed(app, "what_if.keep")
        assert not app.exception
    html = " ".join(part.proto.body for part in app.get("html"))
    assert "one **R$** &lt;b&gt;" in html
    assert "3 agents on standby for each pool and day" in html
    assert charts_of(app) == 1
    assert "Scenarios kept (2 of 6)" in [heading.value for heading in app.subheader]
    app.button(key="drop-one **R$** <b>").click().run()
    assert "one **R$**" not in texts_of(app)
    app.button(key="open-3 agents on standby for each pool and day").click().run()
    assert app.number_input(key="lever-standby_agents-en").value == 3
    assert not app.error


@pytest.mark.parametrize("language", LANGUAGES)
def test_bad_addresses_and_files_are_told_in_place(
    plan: Path, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    """With what was found and expected; the page goes on with today."""
    texts = Texts(language)
    app = opened(monkeypatch, plan, language, "what_if", {"scenario": '{"no_such": 1, "late_tolerance": -1}'})
    assert not app.exception
    assert [error.value for error in app.error] == [texts.say("what_if.error_scenario")]
    assert "no_such" in app.code[0].value
    assert "late_tolerance" in app.code[0].value
    assert headline(app)
    app = opened(monkeypatch, plan, language, "what_if")
    app.file_uploader[0].upload("bad.yaml", b"scenarios:\n - {name: a, hired: {none: 1}}\n - {name: b}").run()
    assert "bad.yaml" in app.code[0].value
    wanted = {"en": "expected a contract that", "pt-BR": "esperava-se um contrato que"}[language]
    assert wanted in app.code[0].value
    assert not app.exception
    good = b"scenarios:\n" + b"".join(b" - {name: s%d, late_tolerance: %d}\n" % (n, n) for n in range(8))
    app.file_uploader[0].upload("good.yaml", good).run()
    assert not app.error
    assert texts.count("what_if.uploaded", 6) in app.success[0].value
    assert texts.say("what_if.too_many", n=8, most=6) in app.success[0].value
