"""Schedule, one booking: find it, see where it is or why it is nowhere, and book it anew."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from dashboard.access import Action
from dashboard.app_pages.background import begin, forget, outcome
from dashboard.app_pages.publishing import publish_button
from dashboard.app_pages.sign_in import allowed
from dashboard.jobs import Work
from dashboard.results import short_key
from dashboard.results.found_bookings import booking_words, bookings_named, found_booking
from dashboard.results.plans import ChosenPlan
from dashboard.texts import Texts
from data.files import BadDataError
from data.files.personal import booking_surrogate
from data.identity import BadKeyError, SurrogateKey
from data.model import Bookings, Case, Participants, Table
from optimizer.planning.explaining import explained_bookings
from optimizer.planning.published_changes import ChangedPlan, rebooked
from optimizer.solve_result import SolveLimits

WORK: Final = 5.0
"""Work of an explanation."""

_FOUND: Final = "found-booking"
_WRONG: Final = "wrong-search"
_NAME: Final = "find-name"
_TAX_ID: Final = "find-tax"
_WHY: Final = "booking-why"
_REBOOK: Final = "booking-rebook"


def finder(plan: ChosenPlan, case: Case, texts: Texts) -> str | None:
    """Find a booking by its code; with the issuer's key by order number and CPF or CNPJ, which go at once.

    Returns the booking that is shown, if one is.
    """
    key = _key(texts)
    with st.form("find", border=False):
        places = st.columns([3, 2, 1] if key else [5, 1], vertical_alignment="bottom")
        places[0].text_input(
            texts.say("schedule.find"),
            placeholder=texts.say("schedule.find_order" if key else "schedule.find_code"),
            key=_NAME,
        )
        if key:
            places[1].text_input(texts.say("schedule.tax_id"), type="password", key=_TAX_ID)
        places[-1].form_submit_button(
            texts.say("schedule.find_button"),
            icon=":material/search:",
            width="stretch",
            on_click=_search,
            args=(case, key, texts),
            key="find-button",
        )
    _tell_what_is_wrong()
    found = st.session_state.get(_FOUND)
    if isinstance(found, str) and found in case.bookings.position:
        with st.container(border=True):
            booking_view(plan, case, found, texts)
        return found
    return None


def booking_view(plan: ChosenPlan, case: Case, booking_id: str, texts: Texts) -> None:
    """Where one booking is, or why it is nowhere and where it could be; once on a page for each booking."""
    found = found_booking(case, booking_id)
    st.markdown(f"**{booking_words(case, found, texts)}**")
    if found.unplaced is None:
        return
    if not allowed(Action.EXPLORE):
        return
    _rebooking(plan, booking_id, found.unplaced["alternatives"], texts)
    if st.button(texts.say("schedule.why"), icon=":material/help:", key=f"why-{booking_id}"):
        arguments = (case, [booking_id], SolveLimits(work=WORK), texts.language)
        begin(f"{_WHY}-{booking_id}", Work(explained_bookings, arguments))
    told = outcome(f"{_WHY}-{booking_id}", texts)
    if told is not None:
        _sentences(told)


def _key(texts: Texts) -> SurrogateKey | None:
    """The key that order numbers are read with; a bad one is told."""
    try:
        return SurrogateKey.if_named()
    except BadKeyError:
        st.warning(texts.say("schedule.bad_key"), icon=":material/key_off:")
        return None


def _search(case: Case, key: SurrogateKey | None, texts: Texts) -> None:
    """Look for what was typed; order number and CPF or CNPJ leave the session before the page is drawn."""
    st.session_state.pop(_FOUND, None)
    name, tax_id = st.session_state[_NAME], st.session_state.get(_TAX_ID, "")
    named = bookings_named(case, name)
    if key is not None and not tax_id and not named:
        st.session_state[_NAME] = ""  # It may be an order number.
        st.session_state[_WRONG] = (texts.say("schedule.needs_tax_id"), [])
        return
    if key is not None and tax_id:
        st.session_state[_NAME] = st.session_state[_TAX_ID] = ""
        try:
            named = [booking_surrogate(key, name, tax_id)]
        except BadDataError as error:
            faults = [f"{problem.column}: {texts.phrase(problem.expected)}" for problem in error.problems]
            st.session_state[_WRONG] = (texts.say("schedule.bad_order"), faults)
            return
    known = [one for one in named if one in case.bookings.position]
    if len(known) == 1:
        st.session_state[_FOUND] = known[0]
    elif known:
        st.session_state[_WRONG] = (texts.count("schedule.several", len(known)), [])
    else:
        st.session_state[_WRONG] = (texts.say("schedule.not_found"), [])


def _tell_what_is_wrong() -> None:
    said, faults = st.session_state.pop(_WRONG, (None, []))
    if said is not None:
        st.warning(said, icon=":material/search_off:")
    if faults:
        st.code("\n".join(faults), language=None)


def _rebooking(plan: ChosenPlan, booking_id: str, alternatives: tuple[int, ...], texts: Texts) -> None:
    """Choose one of the free starts, see what it does to others, publish."""
    if not allowed(Action.CHANGE) or not plan.is_current:
        return
    if not alternatives:
        st.caption(texts.say("schedule.no_alternative"))
        return
    case = plan.read_current()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        start: int = st.selectbox(
            texts.say("schedule.alternative"),
            alternatives,
            format_func=lambda minute: texts.instant(case.axis.instant_of(minute)),
            key=f"start-{booking_id}-{texts.language}",
            width=280,
        )
        asked = st.button(
            texts.say("schedule.rebook"),
            type="primary",
            icon=":material/event_available:",
            help=texts.say("schedule.rebook_help"),
            key=f"rebook-{booking_id}",
        )
    slot = f"{_REBOOK}-{booking_id}"
    if asked:
        begin(slot, Work(rebooked, (case, booking_id, start)))
    found = outcome(slot, texts)
    if isinstance(found, ChangedPlan):
        _proposal(plan, booking_id, found, texts)


def _proposal(plan: ChosenPlan, booking_id: str, found: ChangedPlan, texts: Texts) -> None:
    slot = f"{_REBOOK}-{booking_id}"
    if found.case is None:
        st.error(texts.say("schedule.cannot_rebook"), icon=":material/block:")
        st.button(texts.say("solved.back"), icon=":material/arrow_back:", on_click=forget, args=(slot,))
        return
    session = found_booking(found.case, booking_id)
    with st.container(horizontal=True, gap="small"):
        st.badge(booking_words(found.case, session, texts), icon=":material/check:", color="blue")
        others = [name for name in found.gained if name != booking_id]
        if found.moved:
            moved = texts.count("solved.moved", len(found.moved))
            st.badge(moved, icon=":material/schedule:", color="orange")
        if found.dropped:
            dropped = texts.count("solved.dropped", len(found.dropped))
            st.badge(dropped, icon=":material/event_busy:", color="orange")
        if others:
            gained = texts.count("solved.gained", len(others))
            st.badge(gained, icon=":material/event_available:", color="blue")
        if not found.moved and not found.dropped:
            st.badge(texts.say("schedule.nobody_else"), icon=":material/check:", color="blue")
    inputs = _inputs(plan)
    if not inputs:
        st.caption(texts.say("schedule.enter_too"))
    publish_button(plan, found, "allocate", inputs, texts, lambda: forget(slot), key=slot)


def _inputs(plan: ChosenPlan) -> tuple[type[Table], ...]:
    """Tables of the plan folder that say what was agreed; none where they carry order numbers and CPFs."""
    try:
        plan.plan_folder().read(None)
    except BadDataError:
        return ()
    return (Bookings, Participants)


def _sentences(told: dict[str, Any]) -> None:
    for explanation in told["explanations"]:
        lines = [line for line in explanation["sentences"] if line]
        known = {name: short_key(name) for name in (explanation["booking"], *explanation["competitors"])}
        for long, short in known.items():
            lines = [line.replace(long, short) for line in lines]
        st.markdown("\n".join(f"- {line}" for line in lines))
