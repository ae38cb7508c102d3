"""The files of a review, by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from data.files import table_bytes
from data.files.scenario_file import scenario_bytes
from data.model import PlanningAxis
from simulation.review.past import past_sessions
from simulation.review.review import Review

SCENARIO_FILE = "scenario.json"


def review_files(axis: PlanningAxis, found: Review, document: Mapping[str, Any]) -> dict[str, bytes]:
    """The document, the sessions as a history, and, where something is proposed, a scenario file."""
    files = {
        "review.json": (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(),
        "past_sessions.csv": table_bytes(past_sessions(axis, found.days), axis, "csv"),
    }
    if any(change.proposed for change in found.proposal.changes):
        origin = {"days": [day.on.isoformat() for day in found.days], **document["recalibration"]}
        files[SCENARIO_FILE] = scenario_bytes(found.proposal.parameters(), origin)
    return files
