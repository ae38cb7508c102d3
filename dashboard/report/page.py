"""The whole page of the report, and the file that holds it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from dashboard.report import sections
from dashboard.report.markup import Markup, element, together
from dashboard.report.stylesheet import stylesheet
from dashboard.results import ReportContent, headline, title, verdict
from dashboard.texts import Language, Texts

NOTHING_TO_LOAD = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Content policy of the page: it needs its own style, and may load nothing."""


def report_html(content: ReportContent, language: Language = "pt-BR") -> str:
    """The report as one HTML document: charts are drawn into it, and it loads nothing.

    Raises:
        KeyError: when a session names a booking, or a duty an agent, that the case does not have.
    """
    texts = Texts(language)
    parts = (
        sections.cards_section,
        sections.coverage_section,
        sections.roster_section,
        sections.sessions_section,
        sections.occupancy_section,
        sections.unplaced_section,
        sections.waiting_section,
        sections.kpi_section,
        sections.levels_section,
        sections.provenance_section,
    )
    name = title(content, texts)
    header = _header(content, name, texts)
    return whole_page(name, header, [part(content, texts) for part in parts], "report.footer", texts)


def whole_page(name: str, header: Markup, parts: Iterable[Markup], footer: str, texts: Texts) -> str:
    """A page that loads nothing: its title, what stands on top, its sections, and the key of the footer."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=NOTHING_TO_LOAD),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{name} · {texts.say('app.name')}"),
        element("style", Markup(stylesheet())),
    )
    body = element(
        "body",
        element(
            "div",
            header,
            element("main", *parts),
            element("footer", texts.say(footer)),
            class_="page",
        ),
    )
    return together(
        Markup("<!DOCTYPE html>\n"),
        element("html", head, Markup("\n"), body, lang=texts.language),
        Markup("\n"),
    )


def write_report(path: Path, content: ReportContent, language: Language = "pt-BR") -> None:
    """Write the report; the file appears whole or not at all.

    Raises:
        OSError: when the file cannot be written.
    """
    document = report_html(content, language).encode("utf-8")
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _header(content: ReportContent, name: str, texts: Texts) -> Markup:
    said, tone = verdict(content, texts)
    plan = content.case.plan
    about = [element("span", said, class_=f"verdict {tone}")]
    if plan.name:
        about.append(element("span", plan.name))
    if content.written_at is not None:
        about.append(
            element(
                "span",
                texts.say(
                    "report.written_at", when=texts.instant(content.written_at.astimezone(plan.axis.zone))
                ),
            )
        )
    return element(
        "header",
        element("div", texts.say("app.name"), class_="brand"),
        element("h1", name),
        element("p", headline(content, texts), class_="headline"),
        element("div", *about, class_="about"),
    )
