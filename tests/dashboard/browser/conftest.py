"""A real server with the planned sample week, and a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright
from playwright.sync_api import TimeoutError as WaitedTooLong

from dashboard.app_pages.application import FIRST, PAGES
from dashboard.texts import LANGUAGES, Language

PATIENCE = 90.0
SECONDS_OF_REST = 1.2
PROGRAM = Path(__file__).resolve().parents[3]
ADDRESS_OF = {entry.name: entry.address for entry in PAGES} | {FIRST: ""}


expect.set_options(timeout=1000 * PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One test process has all tests of this folder: their servers and the browser are started once."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group("browser"))


def in_language(always: Language) -> pytest.MarkDecorator:
    """A long task is done in this language whenever the tests run, and in the others by `make soak`.

    What pages say in either language is tested page by page without a browser, too.
    """
    return pytest.mark.parametrize(
        "language",
        [pytest.param(each, marks=() if each == always else pytest.mark.soak) for each in LANGUAGES],
    )


def pontual(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "pontual", *map(str, arguments)]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("not run: there is no chromium on this machine (Debian: chromium, fonts-liberation)")
    return found


@pytest.fixture(scope="session")
def planned_week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan folder with the sample week: roster, sessions and a simulation. Not to be changed."""
    folder = tmp_path_factory.mktemp("plans") / "week"
    plan_sample_week(folder)
    return folder


def plan_sample_week(folder: Path) -> None:
    """Write the sample week with its roster, its sessions and a simulation into a new plan folder."""
    from data.files import write_case
    from data.sample import load_sample

    write_case(folder, load_sample())
    for name, *options in (
        ("roster", "--work", "1"),
        ("allocate", "--work", "1"),
        ("simulate", "--replications", "5"),
    ):
        subprocess.run(pontual(name, folder, *options), check=True, capture_output=True, timeout=300)


@dataclass
class Server:
    """The dashboard as `pontual dashboard` starts it.

    Attributes:
        plan: that its pages are opened with; empty for the first.
    """

    address: str
    process: subprocess.Popen[bytes]
    plan: str = ""

    def page(self, name: str, **parameters: str) -> str:
        """The address of a page."""
        if self.plan:
            parameters.setdefault("plan", self.plan)
        query = "&".join(f"{key}={value}" for key, value in parameters.items())
        return f"{self.address}/{ADDRESS_OF[name]}?{query}"


def started(folder: Path, cache: Path, working_folder: Path | None = None) -> Server:
    """Start a server on a free port of this machine, and wait until it answers.

    Args:
        folder: the plan folder to open.
        cache: where results of jobs are kept.
        working_folder: that it is started in, where Streamlit looks for secrets; None for this one.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "STREAMLIT_SERVER_HEADLESS": "true",
        "XDG_CACHE_HOME": str(cache),
        "PYTHONPATH": str(PROGRAM),
    }
    command = pontual("dashboard", folder, "--port", str(port))
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=working_folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return Server(address, process)
        except OSError:
            assert process.poll() is None, "the dashboard ended"
            assert time.monotonic() < end, "the dashboard does not answer"
            time.sleep(0.2)


def stopped(server: Server) -> None:
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(30)


@pytest.fixture(scope="session")
def server(planned_week: Path, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard on the planned week, which tests leave as it is."""
    running = started(planned_week, tmp_path_factory.mktemp("cache"))
    yield running
    stopped(running)


@pytest.fixture(scope="session")
def desks(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A dashboard on a folder of plans, one for each test that changes its own; and the folder."""
    place = tmp_path_factory.mktemp("desks")
    plans = place / "desks"
    plans.mkdir()
    running = started(plans, place / "cache")
    yield running, plans
    stopped(running)


@pytest.fixture
def own_server(planned_week: Path, desks: tuple[Server, Path]) -> tuple[Server, Path]:
    """A dashboard with a copy of the planned week, which one test may change; and the copy's folder."""
    running, plans = desks
    folder = plans / f"week-{len(list(plans.iterdir())) + 1}"
    shutil.copytree(planned_week, folder)
    return replace(running, plan=f"{plans.name}/{folder.name}"), folder


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def _looks_for_the_server(message: ConsoleMessage) -> bool:
    """Opened below its root, Streamlit's own script asks for its server there first, and is told 404."""
    return "404" in message.text and message.location["url"].endswith(
        ("/_stcore/health", "/_stcore/host-config")
    )


@dataclass
class Reader:
    """A person at a page.

    Attributes:
        complaints: what the browser's console holds against the pages, and requests to other machines.
    """

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def opens(self, address: str) -> None:
        """Go to a page and wait until it is drawn."""
        self.page.goto(address)
        self.settles()

    def settles(self) -> None:
        """Wait until the server has nothing more to draw."""
        self.page.wait_for_selector('[data-testid="stApp"][data-test-connection-state="CONNECTED"]')
        self.page.wait_for_selector("h1")
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')

    def chooses(self, label: str, option: str) -> None:
        """Pick from a list, which a page that is drawn again at that moment closes."""
        self.settles()
        wanted = self.page.get_by_role("option", name=option, exact=True)
        end = time.monotonic() + PATIENCE
        while not wanted.is_visible():
            assert time.monotonic() < end, f"{option} is not offered"
            self.page.get_by_label(label, exact=True).click()
            with contextlib.suppress(WaitedTooLong):
                wanted.wait_for(timeout=3_000)
        wanted.click()

    def rests(self) -> None:
        """Wait until the page has been still for a while: nothing is running, nothing fades in."""
        end = time.monotonic() + PATIENCE
        still = 0.0
        while still < SECONDS_OF_REST:
            assert time.monotonic() < end, "the page does not come to rest"
            time.sleep(0.2)
            state = self.page.get_by_test_id("stApp").get_attribute("data-test-script-state")
            working = state != "notRunning" or self.page.get_by_role("progressbar").count() > 0
            still = 0.0 if working else still + 0.2

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _looks_for_the_server(message):
            self.complaints.append(f"console: {message.text} {message.location}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1", "data:", "blob:")):
            self.complaints.append(f"request: {request.url}")


def new_reader(browser: Browser) -> Reader:
    """A person with a small notebook in São Paulo, whose browser has kept nothing."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 720}, locale="pt-BR", timezone_id="America/Sao_Paulo"
    )
    return Reader(context.new_page())


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    """A person at the pages; the console stays without an error."""
    person = new_reader(browser)
    yield person
    person.page.context.close()
    assert person.complaints == []
