"""A planner brings tables, mends what is wrong, and saves them as a plan."""

from __future__ import annotations

from pathlib import Path

from dashboard.texts import Language, Texts
from data.files import read_case
from tests.dashboard.browser.conftest import Reader, Server, in_language


@in_language("pt-BR")
def test_bring_tables(own_server: tuple[Server, Path], reader: Reader, language: Language) -> None:
    """A bad cell is shown with row and column; the mended file fits, and is saved as a new plan; a template
    can be downloaded."""
    server, folder = own_server
    texts = Texts(language)
    good = (folder / "bookings.csv").read_bytes()
    bad = good.replace(b",paid,", b",pago,", 1)
    reader.opens(server.page("data", lang=language))
    page = reader.page

    def upload(content: bytes) -> None:
        given = {"name": "bookings.csv", "mimeType": "text/csv", "buffer": content}
        page.locator('input[type="file"]').first.set_input_files(given)

    upload(bad)
    page.get_by_text(texts.count("data.problems", 1)).wait_for()
    page.get_by_test_id("stFileChipDeleteBtn").or_(
        page.get_by_test_id("stFileUploaderDeleteBtn")
    ).first.click()
    page.get_by_text(texts.count("data.problems", 1)).wait_for(state="detached")
    upload(good)
    page.get_by_label(texts.say("data.name"), exact=True).fill(f"brought-{language}")
    page.get_by_role("button", name=texts.say("data.save")).click()
    page.get_by_text(texts.say("data.saved", name=f"brought-{language}")).wait_for()
    assert len(read_case(folder.parent / f"brought-{language}").bookings) == good.count(b"\n") - 1
    page.get_by_role("tab", name=texts.say("data_tab.templates")).click()
    with page.expect_download() as caught:
        page.get_by_role("button", name=texts.say("data.all_templates")).click()
    assert caught.value.suggested_filename == "pontual.xlsx"
    assert page.get_by_test_id("stException").count() == 0
