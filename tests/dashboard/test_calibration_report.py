"""The report of a calibration: every distribution drawn, every figure in the reader's language."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from dashboard.charts import fitted_chart, fitted_rows
from dashboard.report.calibration import calibration_html
from dashboard.results.calibration import MOST_ROWS_NAMED
from dashboard.texts import CATALOGUES, LANGUAGES, Language, Texts
from data.files import BadRow, ReadHistory
from simulation.calibration import Calibration, calibrate
from tests.simulation.calibration.histories import TRUTH, played_history
from tests.simulation.calibration.test_calibrate import without_late_arrivals

BAD = tuple(BadRow(row, "duplicate", "twice") for row in range(5002, 5040))


def read_of(history: object, found: Calibration) -> ReadHistory:
    """With some bad rows."""
    return ReadHistory(history, found.sessions + len(BAD), BAD)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def full() -> tuple[ReadHistory, Calibration]:
    """A history that tells everything."""
    history = played_history(TRUTH, 5000, 21)
    found = calibrate(history)
    return read_of(history, found), found


@pytest.fixture(scope="module")
def poor() -> tuple[ReadHistory, Calibration]:
    """A short one, without interruptions, arrivals of no-shows, or lead times."""
    history = without_late_arrivals(played_history(TRUTH, 400, 22))
    nothing = np.full(len(history), np.nan)
    history = replace(history, interrupted=nothing, booked_at=nothing)
    found = calibrate(history)
    return read_of(history, found), found


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_distribution_is_drawn(full: tuple[ReadHistory, Calibration], language: Language) -> None:
    """A picture of each fitted distribution with its name and rows, and nothing to load."""
    read, found = full
    html = calibration_html("past.csv", read, found, language)
    texts = Texts(language)
    assert len(found.pictures) == 6
    assert html.count("<svg") == html.count("<figcaption>") == 6
    for picture in found.pictures:
        name = texts.say(f"distribution.{picture.about}")
        assert texts.say("fitted.caption", name=name, rows=texts.integer(picture.rows)) in html
    assert set(re.findall(r"https?://[^\s\"'<)]+", html)) <= {"http://www.w3.org/2000/svg"}
    assert "<script" not in html
    assert f'lang="{language}"' in html
    assert html == calibration_html("past.csv", read, found, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_figure_is_there(full: tuple[ReadHistory, Calibration], language: Language) -> None:
    """Parameters with their limits, kinds, p-values and bad rows, in the signs of the language."""
    read, found = full
    html, texts = calibration_html("past.csv", read, found, language), Texts(language)
    for one in found.estimates:
        cells = [texts.decimal(value, 4) for value in (one.value, one.low, one.high)]
        line = f"<td>{texts.say(f'parameter.{one.parameter}')}</td>" + "".join(
            f'<td class="number">{cell}</td>' for cell in cells
        )
        assert line.replace("'", "&#x27;") in html.replace("'", "&#x27;")
    for fit in found.fits:
        assert texts.decimal(fit.p_value, 4) in html
    assert texts.integer(5002) in html
    assert texts.integer(5002 + MOST_ROWS_NAMED - 1) in html
    assert texts.integer(5002 + MOST_ROWS_NAMED) not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_history_cannot_tell(poor: tuple[ReadHistory, Calibration], language: Language) -> None:
    """Each parameter that was kept has its value and a reason, and each assumption its sentence."""
    read, found = poor
    html, texts = calibration_html("past.csv", read, found, language), Texts(language)
    assert {note.name for note in found.notes} == {"slope", "no_shows", "interruptions"}
    for note in found.notes:
        assert texts.say(f"note.{note.name}", minutes=texts.decimal(note.minutes, 0)) in html
    assert found.kept
    for kept in found.kept:
        assert texts.say("calibration.too_few", rows=texts.integer(kept.events)) in html


def test_nothing_is_left_untranslated(
    full: tuple[ReadHistory, Calibration], poor: tuple[ReadHistory, Calibration]
) -> None:
    """Whatever a calibration names has a text in both languages."""
    for _, found in (full, poor):
        named = [f"fit.{fit.about}" for fit in found.fits]
        named += [f"distribution.{picture.about}" for picture in found.pictures]
        named += [f"parameter.{one.parameter}" for one in (*found.estimates, *found.kept)]
        named += [f"shape.{shape}" for kind in found.kinds for shape in kind.akaike]
        for catalogue in CATALOGUES.values():
            assert [name for name in named if name not in catalogue] == []


def test_names_are_escaped(full: tuple[ReadHistory, Calibration]) -> None:
    """The file's name is text, whatever it holds."""
    html = calibration_html("<b>.csv", *full)
    assert "<b>" not in html
    assert "&lt;b&gt;.csv" in html


def test_the_chart_shows_the_picture(full: tuple[ReadHistory, Calibration]) -> None:
    """A bar and a point of the line for each class, at its shares."""
    picture = full[1].pictures[0]
    rows = fitted_rows(picture)
    assert (rows.up_to - rows.above > 0).all()
    assert rows.observed.to_numpy() == pytest.approx(picture.observed)
    spec = fitted_chart(picture, Texts("en")).to_dict()
    bars, line = spec["layer"]
    assert (bars["mark"]["type"], line["mark"]["type"]) == ("bar", "line")
    (drawn,) = spec["datasets"].values()
    assert [row["model"] for row in drawn] == pytest.approx(picture.model.tolist())
    assert [row["middle"] for row in drawn] == pytest.approx(
        ((picture.edges[1:] + picture.edges[:-1]) / 2).tolist()
    )
