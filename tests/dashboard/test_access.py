"""Roles: what each may do, and who gets which."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.access import ALLOWED, Action, Role, may, role_of_person, role_without_sign_in

ROLES = {"planner": ["ana@example.com"], "manager": ["Rui@Example.com", "both@example.com"]}


def test_each_role_may_do_more_than_the_one_before() -> None:
    viewer, planner, manager = (ALLOWED[role] for role in (Role.VIEWER, Role.PLANNER, Role.MANAGER))
    assert viewer < planner < manager
    assert viewer == {Action.LOOK}
    assert not may(Role.PLANNER, Action.RECALIBRATE)
    assert may(Role.MANAGER, Action.RECALIBRATE)


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"email": "ana@example.com"}, Role.PLANNER),
        ({"email": "RUI@example.com", "email_verified": True}, Role.MANAGER),
        ({"email": "ana@example.com", "email_verified": False}, Role.VIEWER),
        ({"email": "nobody@example.com"}, Role.VIEWER),
        ({"email": ["ana@example.com"]}, Role.VIEWER),
        ({}, Role.VIEWER),
    ],
)
def test_roles_come_from_verified_addresses(claims: dict[str, Any], role: Role) -> None:
    assert role_of_person(claims, ROLES) is role


def test_nothing_is_listed() -> None:
    assert role_of_person({"email": "ana@example.com"}, {}) is Role.VIEWER


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("127.0.0.1", Role.MANAGER),
        ("localhost", Role.MANAGER),
        ("::1", Role.MANAGER),
        ("", Role.VIEWER),
        ("0.0.0.0", Role.VIEWER),
        ("planning.example", Role.VIEWER),
    ],
)
def test_without_sign_in_only_ones_own_machine_may_change_plans(address: str, role: Role) -> None:
    assert role_without_sign_in(address) is role
