"""The page Review: events in, a review out, and kind words about bad events."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.charts.review import cause_rows, causes_chart, expected_share_rows, expected_shares_chart
from dashboard.results import review
from dashboard.texts import LANGUAGES, Language, Texts
from data.model import Case, Scenario
from optimizer.planning.reviewing import reviewed_contents
from tests.dashboard.bench import charts_of, opened, texts_of, worked, written_plan
from tests.simulation.review.days import played

TRUTH = Scenario(agent_absence=0.2, no_show_single=0.25)


@pytest.fixture(scope="module")
def day() -> tuple[Case, bytes]:
    """A plan of 24 agents, and the events of a day on which much went wrong."""
    case, _, _, events = played(TRUTH, 1, agents=24, pools=2)
    return case, "".join(event.model_dump_json() + "\n" for event in events).encode()


@pytest.fixture
def plan(day: tuple[Case, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return written_plan(tmp_path / "plan", day[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_events_become_a_review(
    plan: Path, day: tuple[Case, bytes], monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    """A sentence, cards, charts, tables, and the files to download, in both languages."""
    texts = Texts(language)
    app = opened(monkeypatch, plan, language, "review")
    assert texts.say("review_page.how") in app.info[0].value
    app.file_uploader(key="review-files").set_value([("monday.jsonl", day[1], "text/plain")]).run()
    app = worked(app)
    assert not app.exception
    assert not app.error
    shown = texts_of(app)
    expected = {"pt-BR": "Em 30/11/2026, 192 sessões", "en": "On 30 Nov 2026, 192 sessions"}[language]
    assert expected in shown
    assert texts.label("review_figure", "no_shows") in shown
    assert charts_of(app) == 2
    assert len(app.tabs) == 5
    named = [button.label for button in app.get("download_button")]
    assert texts.label("review_file", "review.json") in named


@pytest.mark.parametrize("language", LANGUAGES)
def test_bad_events_are_listed(plan: Path, monkeypatch: pytest.MonkeyPatch, language: Language) -> None:
    """Every bad line is named on the page; no traceback."""
    app = opened(monkeypatch, plan, language, "review")
    bad = b'{"number": 0}\n{"kind": "nap"}\n'
    app.file_uploader(key="review-files").set_value([("bad.jsonl", bad, "text/plain")]).run()
    app = worked(app)
    assert not app.exception
    assert Texts(language).say("job.refused") in app.error[0].value
    assert "bad.jsonl" in app.code[0].value
    assert Texts(language).say("problem.row", row=1) in app.code[0].value
    assert Texts(language).say("problem.row", row=2) in app.code[0].value


def test_charts_and_tables_hold_what_the_document_says(day: tuple[Case, bytes]) -> None:
    """Each cause with its customers; shares inside their range are usual; tables name each column once."""
    case, events = day
    document = reviewed_contents(case, {"monday.jsonl": events}, Scenario()).document
    rows = cause_rows(document)
    assert rows.customers.sum() == len(document["harmed"])
    shares = expected_share_rows(document)
    inside = (shares.happened >= shares.low) & (shares.happened <= shares.high)
    assert (inside == shares.is_usual).all()
    for language in LANGUAGES:
        texts = Texts(language)
        assert causes_chart(document, texts).to_dict()["layer"]
        assert expected_shares_chart(document, texts).to_dict()["layer"]
        for table in (
            review.figures_table, review.days_table, review.causes_table, review.harmed_table,
            review.demand_table, review.agents_table, review.changes_table,
        ):  # fmt: skip
            _, headings, listed = table(document, texts)
            assert len(set(headings)) == len(headings)
            assert all(len(row) == len(headings) for row in listed)
