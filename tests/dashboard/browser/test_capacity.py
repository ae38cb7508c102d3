"""Capacity, in a real browser: how many agents does Monday need?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.texts import Language, Texts
from data.files import write_case
from tests.dashboard.browser.conftest import Reader, Server, in_language, started, stopped
from tests.dashboard.test_capacity import case


@pytest.fixture(scope="module")
def small_server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard on two days with a past."""
    folder = tmp_path_factory.mktemp("plans") / "days"
    write_case(folder, case())
    running = started(folder, tmp_path_factory.mktemp("cache"))
    yield running
    stopped(running)


@in_language("pt-BR")
def test_how_many_agents_monday_needs(small_server: Server, reader: Reader, language: Language) -> None:
    """The forecast comes by itself; then the agents of Monday, by interval and by skill."""
    texts, page = Texts(language), reader.page
    reader.opens(small_server.page("capacity", lang=language))
    page.locator(".headline").first.wait_for()
    page.get_by_role("tab", name=texts.label("capacity_step", "requirement")).click()
    page.get_by_role("button", name=texts.say("capacity.requirement_run")).click()
    monday = {"pt-BR": "Segunda-feira, 30/11", "en": "Monday, 30 Nov"}[language]
    page.locator(".headline", has_text=f"{monday}:").wait_for()
    page.get_by_role("heading", name=texts.say("capacity.by_skill")).wait_for()
    reader.settles()
    page.get_by_role("tab", name=texts.label("capacity_step", "staffing")).click()
    page.get_by_role("button", name=texts.say("capacity.staffing_run")).wait_for()
    assert page.get_by_test_id("stException").count() == 0
