"""The application: its pages, and what surrounds them."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import streamlit as st
from altair.utils.schemapi import disable_debug_mode

import dashboard
from dashboard.app_pages.frame import chosen_texts, kind_errors, language_switch, page_style, plan_choice
from dashboard.app_pages.sign_in import may_enter, offer_sign_in, sign_out_button
from dashboard.texts import Texts

ICON = Path(dashboard.__file__).with_name("icon.svg")


@dataclass(frozen=True)
class Entry:
    """A page in the navigation.

    Attributes:
        name: module of this package, with a function ``page(texts)``; the texts ``page.NAME`` (its title) and
            ``question.NAME`` (what it answers, its heading) belong to it.
        address: last part of the page's address; the page that is shown first is there without one, too.
        icon: in the navigation.
    """

    name: str
    address: str
    icon: str


PAGES = (
    Entry("today", "hoje", ":material/today:"),
    Entry("week", "semana", ":material/calendar_view_week:"),
    Entry("schedule", "agenda", ":material/event_available:"),
    Entry("what_if", "e-se", ":material/tune:"),
    Entry("capacity", "dimensionamento", ":material/groups:"),
    Entry("review", "revisao", ":material/fact_check:"),
    Entry("data", "dados", ":material/database:"),
)
"""In the order in which people go through them: today, week, schedule, what_if, capacity, review, data."""


FIRST = "week"
"""Name of the page that is shown where the address names none."""


def show(first: str = FIRST) -> None:
    """Show the page that the reader has chosen.

    Args:
        first: as FIRST.
    """
    # Charts are checked as wholes when they are drawn; to check each part as well takes half the page's time.
    disable_debug_mode()
    st.set_page_config(page_title="Pontual", page_icon=str(ICON), layout="wide")
    page_style()
    texts = chosen_texts()
    pages = {entry.name: _page(entry, texts, is_first=entry.name == first) for entry in PAGES}
    # Streamlit gives its first page no address: whoever comes to that of its entry finds the same there.
    of_first = next(entry for entry in PAGES if entry.name == first)
    by_address = _page(of_first, texts, visibility="hidden")
    chosen = st.navigation([*pages.values(), by_address], position="top")
    heading, controls = st.columns([3, 2], vertical_alignment="bottom")
    known = may_enter()
    with controls, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if known:
            plan_choice(texts)
        language_switch(texts)
        sign_out_button(texts)
    with heading:
        if not known:
            offer_sign_in(texts)
            return
        name = next((name for name, entry in pages.items() if entry is chosen), first)
        st.title(texts.say(f"question.{name}"), anchor=False)
    chosen.run()


def _page(
    entry: Entry,
    texts: Texts,
    *,
    is_first: bool = False,
    visibility: Literal["visible", "hidden"] = "visible",
) -> st.Page:
    return st.Page(
        partial(_run, entry.name, texts),
        title=texts.say(f"page.{entry.name}"),
        icon=entry.icon,
        url_path="inicio" if is_first else entry.address,
        default=is_first,
        visibility=visibility,
    )


def _run(name: str, texts: Texts) -> None:
    """A page's module is imported when somebody first opens the page."""
    with kind_errors(texts):
        importlib.import_module(f"dashboard.app_pages.{name}").page(texts)
