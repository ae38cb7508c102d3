"""Signing in by OpenID Connect, through Streamlit's own login, where it is configured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.access import Action, Role, may, role_of_person, role_without_sign_in
from dashboard.texts import Texts


def is_configured() -> bool:
    """Whether the secrets have a section ``[auth]``, which names the identity provider."""
    return bool(_secrets("auth"))


def current_role() -> Role:
    """The role of whoever looks at the page."""
    if not is_configured():
        return role_without_sign_in(str(st.get_option("server.address") or ""))
    return role_of_person(st.user.to_dict(), _secrets("roles")) if st.user.is_logged_in else Role.VIEWER


def allowed(action: Action) -> bool:
    """Whether whoever looks at the page may do this."""
    return may(current_role(), action)


def may_enter() -> bool:
    """Whether the pages may be shown: nobody need sign in, or the reader has."""
    return not is_configured() or bool(st.user.is_logged_in)


def offer_sign_in(texts: Texts) -> None:
    """What those see who have not signed in."""
    st.title(texts.say("sign_in.title"), anchor=False)
    st.write(texts.say("sign_in.why"))
    st.button(texts.say("sign_in.button"), type="primary", icon=":material/login:", on_click=st.login)


def sign_out_button(texts: Texts) -> None:
    """The reader's role and the way out, where people sign in."""
    if is_configured() and st.user.is_logged_in:
        role = texts.label("role", current_role().value)
        st.button(
            texts.say("sign_in.out"), help=texts.say("sign_in.role", role=role), on_click=st.logout, key="out"
        )


def _secrets(section: str) -> Mapping[str, Any]:
    """A section of the secrets; empty where there is none, or no secrets at all."""
    held = st.secrets.get(section, {}) if st.secrets.load_if_toml_exists() else {}
    return held if isinstance(held, Mapping) else {}
