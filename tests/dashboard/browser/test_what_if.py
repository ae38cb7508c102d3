"""What if, in a real browser: tolerance of 10 minutes against 15, kept, compared, and sent as a link."""

from __future__ import annotations

from dashboard.texts import Language, Texts
from tests.dashboard.browser.conftest import Reader, Server, in_language


@in_language("en")
def test_tolerance_of_ten_minutes_against_fifteen(server: Server, reader: Reader, language: Language) -> None:
    """By keyboard; the answer names the lever, the scenario is kept, and its address opens it again."""
    texts, page = Texts(language), reader.page
    reader.opens(server.page("what_if", lang=language))
    # By its own name: while the page is drawn again, the first slider of all may be another.
    slider = page.locator(f".st-key-lever-late_tolerance-{language}").get_by_role("slider")
    for _ in range(60):
        if slider.get_attribute("aria-valuetext") == "10":
            break
        slider.press("ArrowLeft")
    set_to = texts.say("what_if_set.late_tolerance", value=10)
    answer = page.locator(".headline", has_text=set_to)
    answer.wait_for()
    assert texts.say("what_if.figure") in answer.inner_text()
    assert page.get_by_role("cell").count() >= 50
    page.get_by_label(texts.say("what_if.name")).fill("10")
    page.get_by_label(texts.say("what_if.name")).press("Enter")
    page.get_by_role("button", name=texts.say("what_if.keep"), exact=True).click()
    page.get_by_role("heading", name=texts.say("what_if.frontier")).wait_for()
    assert "scenario=" in page.url
    page.goto(page.url)
    reader.settles()
    page.locator(".headline", has_text=set_to).wait_for()
    page.get_by_role("button", name=texts.say("what_if.reset")).click()
    page.locator(".headline", has_text=set_to).wait_for(state="detached")
    reader.settles()
    assert "scenario=" not in page.url
