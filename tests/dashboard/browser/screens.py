"""Takes the screenshots of docs/screens/: every page in both themes, and the first one on a tablet.

Call it with a plan folder that has a plan, such as that of `make demo`::

    python -m tests.dashboard.browser.screens out/demo
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from dashboard.app_pages.application import FIRST, PAGES
from dashboard.texts import Language
from tests.dashboard.browser.conftest import Reader, Server, started, stopped

OUT = Path(__file__).resolve().parents[3] / "docs" / "screens"
NOTEBOOK, TABLET = (1280, 720), (820, 1180)
MOST_BYTES = 120_000
COLOURS = 128
Theme = Literal["light", "dark"]


def take(
    browser: Browser, server: Server, page: str, theme: Theme, size: tuple[int, int], language: Language
) -> bytes:
    """One screenshot as a small PNG."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=language,
        timezone_id="America/Sao_Paulo",
        color_scheme=theme,
    )
    person = Reader(context.new_page())
    person.opens(server.page(page, lang=language))
    person.rests()
    taken = person.page.screenshot()
    context.close()
    small = io.BytesIO()
    with Image.open(io.BytesIO(taken)) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


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
    with tempfile.TemporaryDirectory() as cache, sync_playwright() as driver:
        server = started(folder, Path(cache))
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, page, theme, size in wanted:
            taken = take(browser, server, page, theme, size, "pt-BR")
            if len(taken) > MOST_BYTES:
                sys.exit(f"{name} has {len(taken)} bytes, expected {MOST_BYTES} at most")
            (OUT / name).write_bytes(taken)
            print(f"{name}: {len(taken)} bytes")
        browser.close()
        stopped(server)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
