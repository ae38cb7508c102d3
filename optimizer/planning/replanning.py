"""Replanning a published roster: what it changes, and who must be told."""

from __future__ import annotations

from collections import Counter
from typing import Any

from data.files.tables import table_bytes
from data.model import MISSING, Case
from optimizer.roster.replanning import changes_of, counted

CHANGES_FILE = "changes.csv"


def reported_changes(published: Case, planned: Case) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What `pontual roster --replan` tells besides: a document, and the table of changes as a file.

    `to_tell` names the agents with a change within the notice period, those apart whose own absence took a
    duty away and who have none instead.
    """
    table = changes_of(planned, published.roster, planned.roster)
    own = ~table.by_absence
    told = table.within_notice & (own | (table.after_starts_at != MISSING))
    document = {
        "total": counted(table),
        "by_kind": dict(sorted(Counter(table.change[own].tolist()).items())),
        "by_absence": int(table.by_absence.sum()),
        "agents": len(set(table.agent_id[own].tolist())),
        "within_notice": int(told.sum()),
        "to_tell": sorted(set(table.agent_id[told].tolist())),
        "notice_days": planned.plan.notice_days,
        "now": planned.plan.as_of.isoformat(),
    }
    return {"changes": document}, {CHANGES_FILE: table_bytes(table, planned.axis, "csv")}
