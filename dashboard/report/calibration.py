"""The report of a calibration: parameters with intervals, each fitted distribution drawn, tests of fit."""

from __future__ import annotations

from dashboard.charts.fitted import fitted_chart
from dashboard.report.drawing import inline_svg
from dashboard.report.markup import Markup, element, table
from dashboard.report.page import whole_page
from dashboard.results import calibration
from dashboard.texts import Language, Texts
from data.files import ReadHistory
from simulation.calibration import Calibration, Picture


def calibration_html(
    history: str, read: ReadHistory, found: Calibration, language: Language = "pt-BR"
) -> str:
    """The report as one HTML document that loads nothing; the same input gives the same document.

    Args:
        history: name of the file.
        read: what was in it.
        found: what was fitted to it.
        language: of the report.
    """
    texts = Texts(language)
    header = element(
        "header",
        element("div", texts.say("app.name"), class_="brand"),
        element("h1", texts.say("calibration.title", history=history)),
        element("p", calibration.headline(read, found, texts), class_="headline"),
    )
    parts = (
        _pictures(found, texts),
        _parameters(found, texts),
        _kept(found, texts),
        _kinds(found, texts),
        _fits(found, texts),
        _notes(found, texts),
        _bad_rows(read, texts),
    )
    return whole_page(
        texts.say("calibration.title", history=history), header, parts, "calibration.footer", texts
    )


def _pictures(found: Calibration, texts: Texts) -> Markup:
    if not found.pictures:
        return Markup("")
    drawn = (_picture(picture, texts) for picture in found.pictures)
    return _section("pictures", texts, element("div", *drawn, class_="pictures"))


def _picture(picture: Picture, texts: Texts) -> Markup:
    name = texts.label("distribution", picture.about)
    caption = texts.say("fitted.caption", name=name, rows=texts.integer(picture.rows))
    drawing = inline_svg(fitted_chart(picture, texts), f"{caption}. {texts.say('fitted.reading')}")
    return element("figure", element("figcaption", caption), drawing)


def _parameters(found: Calibration, texts: Texts) -> Markup:
    headings, rows = calibration.parameters_table(found, texts)
    return _section("parameters", texts, table(headings, rows, numbers=range(1, 6)))


def _kept(found: Calibration, texts: Texts) -> Markup:
    if not found.kept:
        return Markup("")
    headings, rows = calibration.kept_table(found, texts)
    return _section("kept", texts, table(headings, rows, numbers=(1,)))


def _kinds(found: Calibration, texts: Texts) -> Markup:
    if not found.kinds:
        return Markup("")
    rows = [
        (
            texts.label("kind", one.kind),
            texts.integer(one.sessions),
            texts.minutes(one.mean),
            texts.percent(one.share_of_planned),
            texts.percent(one.overrun),
            f"{texts.decimal(one.sigma, 3)} ({texts.decimal(one.sigma_low, 3)} "
            f"{texts.say('calibration.to')} {texts.decimal(one.sigma_high, 3)})",
            texts.label("shape", min(one.akaike, key=one.akaike.__getitem__, default="constant")),
        )
        for one in found.kinds
    ]
    headings = ("kind", "sessions", "mean", "of_planned", "overrun", "sigma", "shape")
    return _section("kinds", texts, table(calibration.named(headings, texts), rows, numbers=range(1, 6)))


def _fits(found: Calibration, texts: Texts) -> Markup:
    if not found.fits:
        return Markup("")
    headings, rows = calibration.fits_table(found, texts)
    return _section("fits", texts, table(headings, rows, numbers=(1, 2)))


def _notes(found: Calibration, texts: Texts) -> Markup:
    if not found.notes:
        return Markup("")
    said = calibration.notes(found, texts)
    return _section("notes", texts, element("ul", *(element("li", sentence) for sentence in said)))


def _bad_rows(read: ReadHistory, texts: Texts) -> Markup:
    if not read.bad:
        return Markup("")
    headings, rows = calibration.bad_rows_table(read, texts)
    return _section("bad_rows", texts, table(headings, rows, numbers=(1,)))


def _section(name: str, texts: Texts, content: Markup) -> Markup:
    return element(
        "section",
        element("h2", texts.say(f"calibration_section.{name}")),
        element("p", texts.say(f"calibration_read.{name}"), class_="reading"),
        content,
        id=name,
    )
