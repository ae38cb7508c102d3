"""No page has a serious fault in accessibility, by axe-core, in either theme."""

from __future__ import annotations

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from dashboard.app_pages.application import PAGES
from tests.dashboard.browser.conftest import Reader, Server

SERIOUS = ("serious", "critical")
THEMES: dict[Literal["light", "dark"], dict[str, Any]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
}
"""What is looked for in each theme: the same page in other colours can have other contrasts only."""


def faults(found: list[dict[str, Any]]) -> list[str]:
    """Serious faults, with what is at fault first."""
    return [
        f"{fault['id']}: {node['html'][:120]} ({node['failureSummary'][:200]})"
        for fault in found
        if fault["impact"] in SERIOUS
        for node in fault["nodes"][:2]
    ]


def test_no_serious_fault(server: Server, browser: Browser) -> None:
    """The first screen of each page, in both themes; the reader's system changes them on an open page."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="pt-BR")
    found = {}
    try:
        person = Reader(context.new_page())
        for entry in PAGES:
            person.opens(server.page(entry.name))
            for theme, wanted in THEMES.items():
                person.page.emulate_media(color_scheme=theme)
                person.rests()
                found[entry.name, theme] = faults(
                    Axe().run(person.page, options=wanted).response["violations"]
                )
    finally:
        context.close()
    assert found == {(entry.name, theme): [] for entry in PAGES for theme in THEMES}
