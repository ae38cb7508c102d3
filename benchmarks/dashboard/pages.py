"""How long the pages take, in a real browser: until there is something to read, and to answer a click.

`python -m benchmarks.dashboard.pages [--save]`

On the planned sample week, with a Monday morning followed. Each page is opened once to warm the server, and
then again and again by new readers, whose browser has kept nothing: from asking for the address until the
page's first useful content is drawn. Then interactions that need no solve: from the click until its effect is
drawn. Chromium runs on the same machine; medians are what counts, as anything else may run beside.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from benchmarks.provenance import record
from dashboard.app_pages.application import PAGES
from dashboard.results import short_key
from dashboard.texts import Texts
from data.files import PlanFolder
from tests.dashboard.browser.conftest import Server, new_reader, plan_sample_week, started, stopped
from tests.dashboard.browser.written_days import written_day

READERS, CLICKS, TURNS = 7, 9, 5
SECONDS_BEFORE_A_CLICK = 1.0
MORNING = "10:30"
"""Until when the day is followed on Today."""
FIRST_SECONDS, CLICK_SECONDS = 3.0, 0.5
"""What is demanded of the medians."""
TEXTS = Texts("pt-BR")

CHART = '[data-testid="stVegaLiteChart"] canvas, [data-testid="stVegaLiteChart"] svg'
USEFUL: dict[str, str] = {
    "today": ".cards",
    "week": CHART,
    "schedule": '[data-testid="stDataFrame"] canvas',
    "what_if": "table td",
    "capacity": CHART,
    "review": '[data-testid="stFileUploader"], .headline',
    "data": '[data-testid="stFileUploader"]',
}
"""What a reader has come for, by page."""


def run(save: bool = False) -> dict[str, Any]:
    """Measure, print and, if asked to, keep the figures."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("there is no chromium on this machine")
    with TemporaryDirectory() as place, sync_playwright() as driver:
        folder = Path(place) / "week"
        plan_sample_week(folder)
        server = started(folder, Path(place) / "cache")
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        result: dict[str, Any] = {
            "load_average": os.getloadavg()[0],
            "warming_up": _warmed(browser, server, written_day(folder, MORNING)),
            "first_useful_content": _first_useful_content(browser, server),
            "interactions": _interactions(browser, server, folder),
        }
        result["load_average_after"] = os.getloadavg()[0]
        browser.close()
        stopped(server)
    for kind in ("first_useful_content", "interactions"):
        for name, found in result[kind].items():
            print(f"{kind} {name}: median {found['median']} s, {found['seconds']}")
    if save:
        print(record("pages", result))
    return result


def _warmed(browser: Browser, server: Server, events: bytes) -> float:
    """Have a morning followed on Today, and each page drawn once; the seconds that it took."""
    begun = time.perf_counter()
    reader = new_reader(browser)
    reader.opens(server.page("today", lang="pt-BR"))
    reader.page.locator('input[type="file"]').first.set_input_files(
        {"name": "day.jsonl", "mimeType": "text/plain", "buffer": events}
    )
    reader.rests()
    reader.page.get_by_role("button", name=TEXTS.say("today.take_in")).click()
    reader.page.locator(USEFUL["today"]).first.wait_for()
    reader.rests()
    for entry in PAGES:
        reader.opens(server.page(entry.name, lang="pt-BR"))
        reader.page.locator(USEFUL[entry.name]).first.wait_for()
        reader.rests()
    reader.page.context.close()
    return round(time.perf_counter() - begun, 1)


def _first_useful_content(browser: Browser, server: Server) -> dict[str, Any]:
    """By page, over several readers who come one after the other."""
    return {
        entry.name: _summary([_seconds_to_open(browser, server, entry.name) for _ in range(READERS)])
        for entry in PAGES
    }


def _seconds_to_open(browser: Browser, server: Server, page: str) -> float:
    reader = new_reader(browser)
    begun = time.perf_counter()
    reader.page.goto(server.page(page, lang="pt-BR"), wait_until="commit")
    _drawn(reader.page, USEFUL[page])
    taken = time.perf_counter() - begun
    reader.settles()
    reader.page.context.close()
    return taken


def _interactions(browser: Browser, server: Server, folder: Path) -> dict[str, Any]:
    """Clicks on Week and Schedule, and from page to page, each several times."""
    reader = new_reader(browser)
    page = reader.page
    reader.opens(server.page("week", lang="pt-BR"))
    tab = page.get_by_role("tab", name=TEXTS.say("week.tab_edit"))
    rules = page.get_by_role("tab", name=TEXTS.say("week.tab_rules"))
    apply = page.get_by_role("button", name=TEXTS.say("edit.apply"))
    undo = page.get_by_role("button", name=TEXTS.say("edit.undo"))
    found: dict[str, list[float]] = {}

    def clicked(name: str, what: Locator, effect: Callable[[], None]) -> None:
        reader.settles()
        time.sleep(SECONDS_BEFORE_A_CLICK)
        begun = time.perf_counter()
        what.click()
        effect()
        found.setdefault(name, []).append(time.perf_counter() - begun)

    for _ in range(CLICKS):
        clicked("tab of rules", rules, partial(_drawn, page, '[role="tabpanel"] [data-testid="stDataFrame"]'))
        clicked("tab of edits", tab, partial(_drawn, page, ".st-key-edit-apply button"))
        clicked("apply an edit", apply, partial(_drawn, page, "ol > li"))
        clicked("take it back", undo, partial(_drawn, page, "ol > li", gone=True))
    case = PlanFolder(folder).read()
    reader.opens(server.page("schedule", lang="pt-BR"))
    search = page.get_by_test_id("stFormSubmitButton").get_by_role("button")
    for booking in case.sessions.booking_id[:CLICKS]:
        code = short_key(str(booking))
        page.get_by_label(TEXTS.say("schedule.find"), exact=True).fill(code)
        clicked("find a booking", search, partial(_drawn, page, '[data-testid="stMarkdown"]', code))
    for _ in range(TURNS):
        for entry in PAGES:
            link = page.get_by_role("link", name=TEXTS.say(f"page.{entry.name}"), exact=True)
            clicked(f"turn to {entry.name}", link, partial(_turned_to, page, entry.name))
    reader.page.context.close()
    return {name: _summary(taken) for name, taken in found.items()}


def _turned_to(page: Page, name: str) -> None:
    """Wait for a page's heading and its first useful content."""
    _drawn(page, "h1", TEXTS.say(f"question.{name}"))
    _drawn(page, USEFUL[name])


def _drawn(page: Page, selector: str, text: str = "", gone: bool = False) -> None:
    """Wait until something is there, or gone. It is looked for in each frame; locators look less often."""
    page.wait_for_function(
        """([selector, text, gone]) => gone !== [...document.querySelectorAll(selector)].some(
            (each) => each.checkVisibility() && each.textContent.includes(text))""",
        arg=[selector, text, gone],
    )


def _summary(taken: list[float]) -> dict[str, Any]:
    return {"seconds": [round(each, 3) for each in taken], "median": round(statistics.median(taken), 3)}


if __name__ == "__main__":
    measured = run(save="--save" in sys.argv[1:])
    slow = [
        *(each for each in measured["first_useful_content"].values() if each["median"] > FIRST_SECONDS),
        *(each for each in measured["interactions"].values() if each["median"] > CLICK_SECONDS),
    ]
    sys.exit(1 if slow else 0)
