"""Ten people at once on one server: nobody sees what another sets, and the memory stays flat.

In one Chromium, each in a browser context of its own: a lever of What if, an edit of the roster and a booking
looked for, each person's own, over and over.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect
from playwright.async_api import TimeoutError as WaitedInVainError

from dashboard.app_pages.what_if_state import ADDRESS_KEY, address_of
from dashboard.results import short_key
from dashboard.texts import Texts
from data.files import PlanFolder
from optimizer.sweep.scenarios import SweepScenario
from optimizer.sweep.values import Setting
from tests.dashboard.browser.conftest import Server

USERS = 10
SECONDS = 300.0
PATIENCE = 240.0
"""Ten browsers beside the server may be slow on a small machine; that is not what is judged here."""
SECONDS_BETWEEN_ARRIVALS = 4.0
SECONDS_TO_LOOK = 0.5
"""Of a person, before the next click."""
MOST_GROWTH = 0.1
"""Of the server's memory once everybody has been everywhere, as a share of what it was then."""
FEWEST_SAMPLES = 12

TEXTS = Texts("pt-BR")

expect.set_options(timeout=1000 * PATIENCE)


@dataclass
class User:
    """What one person sets, and what became of it.

    Attributes:
        tolerance: of the person's what-if, in minutes; moved by one minute to and fro.
        agent: of the person's edits.
        booking: that the person looks for, by its code.
    """

    tolerance: int
    agent: str
    booking: str
    rounds: int = 0
    complaints: list[str] = field(default_factory=list)

    async def works(self, browser: Browser, server: Server, users: list[User], until: float) -> None:
        """Arrive after those before, and go through the person's pages until the time is over."""
        await asyncio.sleep(SECONDS_BETWEEN_ARRIVALS * users.index(self))
        context = await browser.new_context(
            viewport={"width": 1280, "height": 720}, locale="pt-BR", timezone_id="America/Sao_Paulo"
        )
        page = await context.new_page()
        page.set_default_timeout(1000 * PATIENCE)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        lever = SweepScenario("", ((("late_tolerance",), Setting.of(self.tolerance)),))
        await page.goto(server.page("what_if", lang="pt-BR", **{ADDRESS_KEY: address_of(lever)}))
        others = [user for user in users if user is not self]
        while time.monotonic() < until:
            await self._moves_the_lever(page, others)
            await self._edits(page, others)
            await self._looks_up(page, others)
            await self._turns_to(page, "what_if")
            assert await page.get_by_text(TEXTS.say("error.title")).count() == 0
            assert await page.get_by_test_id("stException").count() == 0
            self.rounds += 1
        await context.close()

    async def _turns_to(self, page: Page, name: str) -> None:
        await page.get_by_role("link", name=TEXTS.say(f"page.{name}"), exact=True).click()
        await page.get_by_role("heading", level=1, name=TEXTS.say(f"question.{name}")).wait_for()

    async def _moves_the_lever(self, page: Page, others: list[User]) -> None:
        slider = page.get_by_role("slider").first
        for key, set_to in (("ArrowRight", self.tolerance + 1), ("ArrowLeft", self.tolerance)):
            await _answer(page, 2 * self.tolerance + 1 - set_to)
            await slider.press(key)
            await _answer(page, set_to)
        shown = await page.inner_text("body")
        for other in others:
            assert TEXTS.say("what_if_set.late_tolerance", value=other.tolerance) not in shown

    async def _edits(self, page: Page, others: list[User]) -> None:
        await self._turns_to(page, "week")
        await page.get_by_role("tab", name=TEXTS.say("week.tab_edit")).click()
        await self._chooses_the_agent(page)
        await page.get_by_role("button", name=TEXTS.say("edit.apply")).click()
        entry = page.locator("ol > li")
        await expect(entry).to_have_count(1)
        await expect(entry).to_contain_text(self.agent)
        assert [other.agent for other in others if other.agent in await entry.inner_text()] == []
        await _settled(page)
        await page.get_by_role("button", name=TEXTS.say("edit.discard")).click()
        await expect(entry).to_have_count(0)

    async def _chooses_the_agent(self, page: Page) -> None:
        """From the list, which a page that is drawn again at that moment closes."""
        chosen = page.get_by_label(TEXTS.say("edit.agent"), exact=True)
        wanted = page.get_by_role("option", name=self.agent, exact=True)
        await chosen.wait_for()
        await _settled(page)
        while not await wanted.is_visible():
            await chosen.click()
            await chosen.fill(self.agent)
            with contextlib.suppress(WaitedInVainError):
                await wanted.wait_for(timeout=3_000)
        await wanted.click()
        await _settled(page)

    async def _looks_up(self, page: Page, others: list[User]) -> None:
        await self._turns_to(page, "schedule")
        await _settled(page)
        await page.get_by_label(TEXTS.say("schedule.find"), exact=True).fill(self.booking)
        await page.get_by_test_id("stFormSubmitButton").get_by_role("button").click()
        found = page.get_by_test_id("stMarkdown").filter(has_text=self.booking)
        await found.first.wait_for()
        shown = await page.get_by_test_id("stMarkdown").all_inner_texts()
        assert [other.booking for other in others if any(other.booking in each for each in shown)] == []

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "_stcore/h" not in message.location["url"]:
            self.complaints.append(message.text)


async def _settled(page: Page) -> None:
    """What the reader did last has reached the server, and is drawn."""
    await asyncio.sleep(SECONDS_TO_LOOK)
    await page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


async def _answer(page: Page, tolerance: int) -> None:
    """Wait for the sentence that answers what this tolerance would bring."""
    set_to = TEXTS.say("what_if_set.late_tolerance", value=tolerance)
    await page.locator(".headline", has_text=set_to).wait_for()


def _memory(process: int) -> int:
    """Bytes that a process holds in memory."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(1024 * int(row.split()[1]) for row in status if row.startswith("VmRSS:"))


async def _samples(process: int, users: list[User], until: float) -> list[int]:
    """The server's memory, every five seconds once it is warm."""
    taken = []
    while min(user.rounds for user in users) < 1 and time.monotonic() < until:
        await asyncio.sleep(1)
    while time.monotonic() < until:
        await asyncio.sleep(5)
        taken.append(_memory(process))
    return taken


async def _all_at_once(chromium: str, server: Server, process: int, users: list[User]) -> list[int]:
    """Everybody works; returns what the server's memory was meanwhile."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        begun = time.monotonic()
        tasks = [asyncio.create_task(user.works(browser, server, users, begun + SECONDS)) for user in users]
        samples = await _samples(process, users, begun + SECONDS)
        await asyncio.gather(*tasks)
        await browser.close()
    return samples


@pytest.mark.soak
def test_ten_users_do_not_disturb_each_other(
    own_server: tuple[Server, Path], chromium: str, record_property: Callable[[str, object], None]
) -> None:
    """No error, no console message, no lever, edit or booking of another; memory within a tenth."""
    server, folder = own_server
    case = PlanFolder(folder).read()
    agents = sorted(set(map(str, case.duties.agent_id)))[:USERS]
    codes = sorted({short_key(str(booking)) for booking in case.sessions.booking_id})[:USERS]
    users = [
        User(20 + 3 * place, agent, code)
        for place, (agent, code) in enumerate(zip(agents, codes, strict=True))
    ]
    (process,) = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    # In a thread of its own: the browser of the other tests has a running loop in this one.
    with ThreadPoolExecutor(1) as apart:
        samples = apart.submit(asyncio.run, _all_at_once(chromium, server, int(process), users)).result()
    assert [user.complaints for user in users if user.complaints] == []
    assert min(user.rounds for user in users) >= 2
    assert len(samples) >= FEWEST_SAMPLES, "the machine is too busy to judge the memory"
    third = len(samples) // 3
    first, last = statistics.median(samples[:third]), statistics.median(samples[-third:])
    record_property("rounds", [user.rounds for user in users])
    record_property("megabytes", [round(each / 1e6) for each in samples])
    assert last <= (1 + MOST_GROWTH) * first, samples
