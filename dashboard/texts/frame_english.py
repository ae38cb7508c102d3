"""Texts of what surrounds all pages, in English."""

from __future__ import annotations

FRAME_ENGLISH: dict[str, str] = {
    "page.week": "Week",
    "page.schedule": "Schedule",
    "question.week": "Is the roster good?",
    "question.schedule": "Where are the sessions?",
    "sign_in.title": "Sign in to see the plans",
    "sign_in.why": "This dashboard shows working data, and opens only to those who have access.",
    "sign_in.button": "Sign in",
    "sign_in.out": "Sign out",
    "sign_in.role": "Your role: {role}",
    "role.viewer": "viewer",
    "role.planner": "planner",
    "role.manager": "manager",
    "job.waiting": "Queued: other work is under way…",
    "job.running": "Working: {share} ({seconds} s)",
    "job.cancel": "Cancel",
    "job.gone": "The result is no longer kept. Ask for it again.",
    "job.died": "The work ended suddenly (too little memory, perhaps). Nothing has changed; try again.",
    "job.failed": "The work failed by a defect of Pontual. Nothing has changed.",
    "job.refused": "The work is not possible with these data. Nothing has changed:",
}
