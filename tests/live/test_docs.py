"""docs/live.md knows every event."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from data.day.events import Event

DOCS = Path(__file__).parents[2] / "docs" / "live.md"


def test_every_kind_of_event_is_in_the_table() -> None:
    """The kinds in the first column are those that the reader knows; what belongs to a kind is named."""
    union, _ = get_args(Event)
    kinds = {get_args(one.model_fields["kind"].annotation)[0]: one for one in get_args(union)}
    rows = [line.split("|")[1:3] for line in DOCS.read_text(encoding="utf-8").splitlines() if "| `" in line]
    told = {kind: besides for kinds_told, besides in rows for kind in re.findall(r"`(\w+)`", kinds_told)}
    assert set(told) == set(kinds)
    for kind, model in kinds.items():
        if kind == "snapshot":
            continue
        own = set(model.model_fields) - {"kind", "number", "at"}
        if kind != "platform_up":
            assert own == set(re.findall(r"`(\w+)`", told[kind])), kind
