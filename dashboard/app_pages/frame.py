"""What surrounds every page: the language switch, the colours, and kind words when something is wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAPIException

from dashboard.charts import DARK, LIGHT, Colours
from dashboard.results import ResultError, folder_label, problem_words
from dashboard.results.plans import ChosenPlan, plans_on_offer
from dashboard.texts import LANGUAGES, Language, Texts

LANGUAGE_KEY: Final = "lang"
PLAN_KEY: Final = "plan"
LANGUAGE_NAMES: Final[dict[Language, str]] = {"pt-BR": "PT", "en": "EN"}

_STYLE = """
.block-container { padding-top: 3.9rem; padding-bottom: 3rem; max-width: 1320px; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: var(--muted); opacity: 1; }
[data-testid^="stBaseButton-primary"] { color: var(--surface); }
[data-testid="stDataFrame"] { font-variant-numeric: tabular-nums; }
.headline { font-size: 1.12rem; line-height: 1.5; margin: 0; text-wrap: pretty; }
.cards {
  display: grid; grid-template-columns: repeat(var(--count), 1fr); gap: 12px;
  font-variant-numeric: tabular-nums;
}
@media (max-width: 1100px) { .cards { grid-template-columns: repeat(3, 1fr); } }
@media (max-width: 640px) { .cards { grid-template-columns: repeat(2, 1fr); } }
.card {
  border: 1px solid var(--grid); border-radius: 10px; padding: 11px 15px 10px; background: var(--surface);
}
.card .label { font-size: 0.83rem; color: var(--muted); }
.card .value { font-size: 1.65rem; line-height: 1.3; font-weight: 600; letter-spacing: -0.02em; }
.card .detail { font-size: 0.79rem; line-height: 1.4; color: var(--muted); }
@media (max-width: 900px) {
  [data-testid="stTopNavLink"] > span:has([data-testid="stIconMaterial"]) { display: none; }
  [class*="st-key-stacks-"] > div > [data-testid="stHorizontalBlock"] > [data-testid="stColumn"] {
    min-width: 100%;
  }
  [class*="st-key-wraps-"] > div > [data-testid="stHorizontalBlock"] > [data-testid="stColumn"] {
    min-width: 14rem;
  }
}
"""

_log = logging.getLogger(__name__)


def page_style() -> None:
    """Small changes to Streamlit's own look, and colours by name, which follow the theme by themselves."""
    dark = DARK.by_name()
    named = " ".join(
        f"--{name}: light-dark({colour}, {dark[name]});" for name, colour in LIGHT.by_name().items()
    )
    st.html(f"<style>:root {{ {named} }} {_STYLE}</style>")


def draw_again() -> NoReturn:
    """Draw anew what a button was pressed in: its fragment, or the page where that is drawn whole.

    A callback gets its arguments as they were when the button was drawn. A reader who changes a field and
    presses at once means what the field says now; so buttons that depend on fields are asked in the script::

        if st.button(...):
            act(field)
            draw_again()
    """
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()


def chosen_texts() -> Texts:
    """The texts of the language that the address or the switch names."""
    language = st.session_state.get(LANGUAGE_KEY) or st.query_params.get(LANGUAGE_KEY)
    return Texts(language if language in LANGUAGES else LANGUAGES[0])


def language_switch(texts: Texts) -> None:
    """Choose the language; the address keeps it."""
    st.session_state[LANGUAGE_KEY] = texts.language
    st.segmented_control(
        texts.say("app.language"),
        LANGUAGES,
        format_func=lambda language: LANGUAGE_NAMES[language],
        key=LANGUAGE_KEY,
        label_visibility="collapsed",
        required=True,
    )
    _in_address(LANGUAGE_KEY, texts.language)


def plan_choice(texts: Texts) -> None:
    """Choose the plan that all pages show; the address keeps it. Nothing where there is no choice."""
    offered = plans_on_offer()
    wanted = st.session_state.get(PLAN_KEY) or st.query_params.get(PLAN_KEY)
    if len(offered) < 2:
        return
    st.session_state[PLAN_KEY] = wanted if wanted in offered else next(iter(offered))
    chosen = st.selectbox(
        texts.say("app.folder"),
        list(offered),
        format_func=lambda name: folder_label(offered[name], texts),
        help=texts.say("app.folder_help"),
        key=PLAN_KEY,
        label_visibility="collapsed",
    )
    _in_address(PLAN_KEY, chosen)


def chosen_plan(texts: Texts) -> ChosenPlan | None:
    """The plan that the reader has chosen; None where there is none, which the page then says."""
    offered = plans_on_offer()
    if not offered:
        st.subheader(texts.say("app.no_runs"), anchor=False)
        st.write(texts.say("app.no_runs_how"))
        st.code("make demo", language="bash")
        return None
    name = st.session_state.get(PLAN_KEY)
    name = name if name in offered else next(iter(offered))
    return ChosenPlan(name, offered[name])


def choose_plan(name: str) -> None:
    """Turn to another plan, from the next run of the script on; only callbacks may call this."""
    st.session_state[PLAN_KEY] = name


def _in_address(key: str, value: str) -> None:
    if st.query_params.get(key) != value:
        st.query_params[key] = value


def colours() -> Colours:
    """The colours that suit the reader's theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def columns_that_stack(name: str, widths: Sequence[int]) -> list[DeltaGenerator]:
    """Columns that stand below each other on a tablet held upright; the name is new on its page."""
    with st.container(key=f"stacks-{name}"):
        return st.columns(widths, gap="large")


def columns_that_wrap(name: str, count: int) -> list[DeltaGenerator]:
    """Narrow columns for widgets, a few in a row on a tablet held upright; the name is new on its page."""
    with st.container(key=f"wraps-{name}"):
        return st.columns(count, vertical_alignment="bottom")


@contextmanager
def kind_errors(texts: Texts) -> Iterator[None]:
    """Show what is wrong in words; a traceback helps no planner, and may hold personal data."""
    try:
        yield
    except ResultError as error:
        show_error(error, texts)
    except Exception as error:
        _log.error("a page failed: %s", type(error).__name__)  # the trace may hold data
        st.error(
            f"**{texts.say('error.title')}**  \n{texts.say('error.unexpected')}", icon=":material/error:"
        )


def show_error(error: ResultError, texts: Texts) -> None:
    """Say what is wrong with a result, and list the details as plain text."""
    st.error(f"**{texts.say('error.title')}**  \n{texts.say(error.key)}", icon=":material/error:")
    if error.details:
        lines = (each if isinstance(each, str) else problem_words(each, texts) for each in error.details)
        st.code("\n".join(lines), language=None, wrap_lines=True)
