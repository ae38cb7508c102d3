"""A planner's tasks on Week and Schedule, done in a real browser as the README tells them."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from dashboard.results import short_key
from dashboard.texts import Texts
from data.files import PlanFolder
from data.referee import judge
from tests.dashboard.browser.conftest import PATIENCE, Reader, Server


def test_publishing_after_an_absence(own_server: tuple[Server, Path], reader: Reader) -> None:
    """In Portuguese: enter the absence, see what it breaks, solve again with few changes, publish, export."""
    server, folder = own_server
    texts, page = Texts("pt-BR"), reader.page
    agent = str(PlanFolder(folder).read().roster.duties[0].agent_id)
    reader.opens(server.page("week", lang="pt-BR"))
    page.get_by_role("tab", name=texts.say("week.tab_edit")).click()
    reader.chooses(texts.say("edit.agent"), agent)
    page.get_by_role("button", name=texts.say("edit.apply")).click()
    expect(page.get_by_text(texts.count("edit.verdict_broken", 1))).to_be_visible()
    page.get_by_role("button", name=texts.say("edit.solve")).click()
    expect(page.get_by_role("button", name=texts.say("job.cancel"))).to_be_visible()
    publish = page.get_by_role("button", name=texts.say("edit.publish"))
    publish.wait_for(timeout=2 * PATIENCE * 1000)
    publish.click()
    expect(page.get_by_text(texts.say("edit.published"))).to_be_visible()
    reader.settles()
    published = PlanFolder(folder).read()
    assert judge(published) == []
    assert agent in published.absences.agent_id.tolist()
    page.get_by_role("tab", name=texts.say("week.tab_export")).click()
    with page.expect_download() as download:
        page.get_by_role("button", name=texts.say("export.workbook")).click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")


def test_finding_out_and_booking_anew(own_server: tuple[Server, Path], reader: Reader) -> None:
    """In English: find the order, read why it was not placed, book it at a free start, publish."""
    server, folder = own_server
    texts, page = Texts("en"), reader.page
    case = PlanFolder(folder).read()
    booking = next(str(row["booking_id"]) for row in case.unplaced.rows() if row["alternatives"])
    reader.opens(server.page("schedule", lang="en"))
    page.get_by_label(texts.say("schedule.find"), exact=True).fill(short_key(booking))
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").click()
    page.get_by_role("button", name=texts.say("schedule.why")).click()
    expect(page.get_by_text("Not placed:")).to_be_visible(timeout=2 * PATIENCE * 1000)
    page.get_by_role("button", name=texts.say("schedule.rebook"), exact=True).click()
    publish = page.get_by_role("button", name=texts.say("edit.publish"))
    publish.wait_for()
    expect(page.get_by_text(texts.say("schedule.nobody_else"))).to_be_visible()
    publish.click()
    expect(page.get_by_text(texts.say("edit.published"))).to_be_visible()
    published = PlanFolder(folder).read()
    assert booking in published.sessions.booking_id.tolist()
    assert judge(published) == []


def test_cancelling_work(own_server: tuple[Server, Path], reader: Reader) -> None:
    """Work that is cancelled is gone from the page at once, and the edits are still there."""
    server, folder = own_server
    texts, page = Texts("pt-BR"), reader.page
    another = sorted(PlanFolder(folder).read().roster.by_agent)[1]
    reader.opens(server.page("week", lang="pt-BR"))
    page.get_by_role("tab", name=texts.say("week.tab_edit")).click()
    # Not the absence of another test: work that was done once is not done again.
    reader.chooses(texts.say("edit.agent"), another)
    page.get_by_role("button", name=texts.say("edit.apply")).click()
    page.get_by_role("button", name=texts.say("edit.solve")).click()
    page.get_by_role("button", name=texts.say("job.cancel")).click()
    expect(page.get_by_role("button", name=texts.say("job.cancel"))).to_have_count(0)
    expect(page.get_by_text(texts.say("edit.list"))).to_be_visible()
