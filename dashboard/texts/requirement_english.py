"""Texts of `pontual requirement`, in English."""

from __future__ import annotations

REQUIREMENT_ENGLISH: dict[str, str] = {
    "requirement.days": "Agents needed, by day; shares by {n} days that had no part in the search, "
    "95% intervals",
    "requirement.skills": "Served badly, by skill",
    "requirement.intervals": "Agents by interval: {day}",
    "requirement.reached": "{targets}: kept in {kept} of {all} periods; {surely} surely miss",
    "requirement.out_of_reach": "{day}: no number of agents keeps {targets} ({periods})",
    "requirement.skill_misses": "{skill}: {share} served badly over a day, more than {limit}: more agents "
    "with this skill would be needed, or agents who are kept free for it",
    "requirement.absences": "With the agents rostered, of whom some are missing by chance, the targets are "
    "kept in {kept} of {all} periods",
    "requirement.floor": "on the floor",
    "requirement.rostered": "rostered",
    "requirement.erlang_c": "Erlang C",
    "requirement.erlang_a": "Erlang A",
    "requirement.agents": "agents",
    "requirement_column.day": "day",
    "requirement_column.skills": "skills",
    "requirement_column.skill": "skill",
    "requirement_column.bookings": "bookings",
    "requirement_column.floor": "agent hours",
    "requirement_column.rostered": "rostered",
    "requirement_column.peak": "most at once",
    "requirement_column.erlang_c": "Erlang C",
    "requirement_column.erlang_a": "Erlang A",
    "requirement_column.square_root": "square root",
    "requirement_column.worst": "worst period",
    "requirement_column.starts": "from",
    "requirement_column.load": "load",
    "requirement_column.agents": "agents",
    "requirement_column.one_more": "one more spares",
    "requirement_column.one_fewer": "one fewer costs",
    "requirement_column.served_badly": "served badly",
}
