"""Who may do what: the roles, and how a signed-in person gets one.

Signing in is off until it is configured; then the server listens on its own machine only, and whoever sits
there may do everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from typing import Any


class Role(StrEnum):
    """What a person is to the plans."""

    VIEWER = "viewer"
    PLANNER = "planner"
    MANAGER = "manager"


class Action(StrEnum):
    """What pages ask permission for."""

    LOOK = "look"
    EXPLORE = "explore"
    """What-ifs and other work that takes the machine's time and changes no plan."""
    CHANGE = "change"
    """Publish a roster, rebook, decide on the day, load data."""
    RECALIBRATE = "recalibrate"
    """Change the parameters that all plans are judged by."""


ALLOWED: Mapping[Role, frozenset[Action]] = {
    Role.VIEWER: frozenset({Action.LOOK}),
    Role.PLANNER: frozenset({Action.LOOK, Action.EXPLORE, Action.CHANGE}),
    Role.MANAGER: frozenset(Action),
}


def may(role: Role, action: Action) -> bool:
    """Whether people of this role may do this."""
    return action in ALLOWED[role]


def role_of_person(claims: Mapping[str, Any], roles: Mapping[str, Any]) -> Role:
    """The role of a signed-in person: the highest that lists the person's e-mail address, else viewer.

    Args:
        claims: of the identity provider's token. An address that it says is not verified counts for nothing.
        roles: e-mail addresses by role, as the section ``[roles]`` of the secrets lists them.
    """
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is False:
        return Role.VIEWER
    wanted = email.casefold()
    for role in (Role.MANAGER, Role.PLANNER):
        listed = roles.get(role.value, ())
        if any(isinstance(name, str) and name.casefold() == wanted for name in listed):
            return role
    return Role.VIEWER


def role_without_sign_in(address: str) -> Role:
    """The role of everybody where nobody signs in: all rights on one's own machine, else only a look.

    Args:
        address: that the server listens on; empty for all of the machine's.
    """
    try:
        local = ip_address(address).is_loopback
    except ValueError:
        local = address == "localhost"
    return Role.MANAGER if local else Role.VIEWER
