"""Texts of `pontual plan`, in English."""

from __future__ import annotations

# ruff: noqa: E501
PLANNING_ENGLISH: dict[str, str] = {
    "planning.title": "The plan",
    "planning.step": "what",
    "planning.figure": "figure",
    "planning.roster": "roster",
    "planning.none": "none",
    "planning.covered": "{covered} of {required} agent-intervals covered, {under} missing (first level proven: {bound} at least)",
    "planning.service": "expected customers",
    "planning.kept": "targets kept in {kept} of {all} periods; {surely} surely miss",
    "planning.sessions": "bookings of the folder",
    "planning.placed": "{placed} of {eligible} eligible ones have a session",
    "planning.folder": "folder",
}
