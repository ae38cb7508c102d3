"""A planner mends the day after two overruns, and holds it against its plan in the evening."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard.texts import Language, Texts
from data.files import PlanFolder
from optimizer.planning.following import followed_day
from tests.dashboard.browser.conftest import Reader, Server, in_language
from tests.dashboard.browser.written_days import written_day


@in_language("en")
def test_mend_the_day_after_two_overruns(
    own_server: tuple[Server, Path], reader: Reader, language: Language
) -> None:
    """Events in, a look at who is at risk, the proposal accepted: the journal has it, contacts are listed."""
    server, folder = own_server
    texts = Texts(language)
    reader.opens(server.page("today", lang=language))
    page = reader.page
    page.locator('input[type="file"]').set_input_files(
        {"name": "monday.jsonl", "mimeType": "text/plain", "buffer": written_day(folder, "10:30")}
    )
    page.get_by_text("monday.jsonl").wait_for()
    page.get_by_role("button", name=texts.say("today.take_in")).click()
    accept = page.get_by_role("button", name=re.compile(r"^(check )?(Aceitar|Accept) "))
    accept.first.wait_for()
    case = PlanFolder(folder).read()
    before = followed_day(case, folder, 0)
    page.get_by_role("tab", name=texts.say("today_tab.agents")).click()
    page.get_by_text(texts.say("today_read.agents")).wait_for()
    page.get_by_role("tab", name=texts.say("today_tab.proposals")).click()
    accept.first.click()
    page.get_by_text(re.compile("registrada|noted in the journal")).first.wait_for()
    reader.settles()
    after = followed_day(case, folder, 0)
    assert after.events == before.events
    assert after.state != before.state
    assert page.get_by_test_id("stException").count() == 0


@in_language("pt-BR")
def test_hold_a_day_against_its_plan(
    server: Server, planned_week: Path, reader: Reader, language: Language
) -> None:
    """The events of a whole day give a sentence, causes, and parameters; the review can be downloaded."""
    texts = Texts(language)
    reader.opens(server.page("review", lang=language))
    page = reader.page
    page.locator('input[type="file"]').set_input_files(
        {"name": "monday.jsonl", "mimeType": "text/plain", "buffer": written_day(planned_week, "23:59")}
    )
    page.get_by_role("tab", name=texts.say("review_tab.causes")).click()
    page.get_by_text(texts.say("review_read.causes")).wait_for()
    page.get_by_role("tab", name=texts.say("review_tab.changes")).click()
    with page.expect_download() as caught:
        page.get_by_role("button", name=texts.label("review_file", "review.json")).click()
    assert caught.value.suggested_filename == "review.json"
    assert page.get_by_test_id("stException").count() == 0
