"""Takes the screenshots of docs/screens/: every page in both themes, and the first one on a tablet.

Today shows a Monday morning with two overruns, and Review that whole day. Call it with a plan folder that has
a plan, such as that of `make demo`; it is copied::

    python -m tests.dashboard.browser.screens out/demo
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from dashboard.app_pages.application import FIRST, PAGES
from dashboard.texts import Language, Texts
from tests.dashboard.browser.conftest import Reader, Server, started, stopped
from tests.dashboard.browser.written_days import written_day

OUT = Path(__file__).resolve().parents[3] / "docs" / "screens"
NOTEBOOK, TABLET = (1280, 720), (820, 1180)
MOST_BYTES = 120_000
COLOURS = 256
Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Scene:
    """What is shown, and in what.

    Attributes:
        morning, whole_day: events of a day that Today and Review show, as a booking system writes them.
    """

    server: Server
    browser: Browser
    language: Language
    morning: bytes
    whole_day: bytes


def take(scene: Scene, page: str, theme: Theme, size: tuple[int, int]) -> bytes:
    """One screenshot as a small PNG."""
    context = scene.browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=scene.language,
        timezone_id="America/Sao_Paulo",
        color_scheme=theme,
    )
    person = Reader(context.new_page())
    person.opens(scene.server.page(page, lang=scene.language))
    events = {"today": scene.morning, "review": scene.whole_day}.get(page)
    if events is not None:
        _hand_in(person, events, Texts(scene.language))
    person.rests()
    taken = person.page.screenshot()
    context.close()
    small = io.BytesIO()
    with Image.open(io.BytesIO(taken)) as image:
        few = image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(small, "PNG", optimize=True)
    return small.getvalue()


def _hand_in(person: Reader, events: bytes, texts: Texts) -> None:
    """Upload the day, where the page does not follow it yet, and have it taken in."""
    person.rests()
    upload = person.page.locator('input[type="file"]')
    if not upload.count():
        return
    upload.first.set_input_files({"name": "day.jsonl", "mimeType": "text/plain", "buffer": events})
    person.rests()
    take_in = person.page.get_by_role("button", name=texts.say("today.take_in"))
    if take_in.count():
        take_in.click()


def main(folder: Path) -> None:
    """Write all screenshots anew."""
    OUT.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("there is no chromium on this machine")
    themes: tuple[Theme, Theme] = ("light", "dark")
    wanted = [
        (f"{entry.name}-{theme}.png", entry.name, theme, NOTEBOOK) for entry in PAGES for theme in themes
    ]
    wanted.append((f"{FIRST}-tablet.png", FIRST, "light", TABLET))
    wanted.sort(key=lambda scene: scene[1] != "review")  # It is held against a day that Today follows after.
    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        copy = Path(place) / folder.name
        shutil.copytree(folder, copy)
        server = started(copy, Path(place) / "cache")
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        scene = Scene(server, browser, "pt-BR", written_day(copy, "10:30"), written_day(copy, "23:59"))
        for name, page, theme, size in wanted:
            taken = take(scene, page, theme, size)
            if len(taken) > MOST_BYTES:
                sys.exit(f"{name} has {len(taken)} bytes, expected {MOST_BYTES} at most")
            (OUT / name).write_bytes(taken)
            print(f"{name}: {len(taken)} bytes")
        browser.close()
        stopped(server)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
