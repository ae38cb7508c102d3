"""Every page opens in a real browser, in both languages."""

from __future__ import annotations

import pytest

from dashboard.app_pages.application import FIRST, PAGES
from dashboard.texts import LANGUAGES, Language, Texts
from tests.dashboard.browser.conftest import Reader, Server


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_opens(server: Server, reader: Reader, language: Language) -> None:
    """Each has its question as heading and no error; the language stays while one goes from page to page."""
    texts = Texts(language)
    reader.opens(server.page(PAGES[0].name, lang=language))
    for entry in PAGES:
        reader.page.get_by_role("link", name=texts.say(f"page.{entry.name}"), exact=True).click()
        reader.page.get_by_role("heading", level=1, name=texts.say(f"question.{entry.name}")).wait_for()
        reader.settles()
        assert reader.page.get_by_test_id("stException").count() == 0
        assert reader.page.get_by_text(texts.say("error.title")).count() == 0
        assert f"lang={language}" in reader.page.url


def test_the_first_page_is_at_its_own_address_too(server: Server, reader: Reader) -> None:
    """Who keeps an address of the same form as the others' finds the page there."""
    first = next(entry for entry in PAGES if entry.name == FIRST)
    reader.opens(f"{server.address}/{first.address}")
    heading = Texts("pt-BR").say(f"question.{FIRST}")
    reader.page.get_by_role("heading", level=1, name=heading).wait_for()
    assert reader.page.get_by_role("dialog").count() == 0
