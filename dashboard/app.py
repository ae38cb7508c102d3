"""The Streamlit application: navigation, and what all pages share."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from dashboard.app_pages.frame import chosen_texts, page_style
from dashboard.app_pages.result import result_page

ICON = Path(__file__).with_name("icon.svg")


def main() -> None:
    """Show the page that the reader has chosen."""
    st.set_page_config(page_title="Pontual", page_icon=str(ICON), layout="wide")
    page_style()
    texts = chosen_texts()
    page = st.Page(
        partial(result_page, texts),
        title=texts.say("app.page_result"),
        icon=":material/insights:",
        url_path="resultado",
        default=True,
    )
    st.navigation([page], position="top").run()


main()
