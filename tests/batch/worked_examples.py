"""The worked examples of docs/batch: a morning of requests, one of each mode, with their results.

`python -m tests.batch.worked_examples` writes the plan folder and all documents anew.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from data.files import PlanFolder, write_case
from data.identity import SurrogateKey
from data.model import Case, Duties
from data.store import Database, Run, Store, create_or_upgrade
from pontual.batch import BatchJob
from tests.batch.asking import at
from tests.support.cases import tiny_case

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "batch"
KEY = b"an example key, never use it"
ORDER = {"order_number": "CERTI-2026-001", "tax_id": "111.444.777-35"}
SHARED = {"schema": "pontual/batch-request@1.0", "plan": "example"}
FROM_RUN_TO_RUN = ("timings", "solver_version")
"""Fields that are left out of the documents."""


def plan_case() -> Case:
    """The tiny day without a roster."""
    return replace(tiny_case(), duties=Duties.empty())


def requests() -> Iterator[tuple[str, dict[str, Any]]]:
    """The requests in their order, by mode."""
    kind = {"skill": "pj", "duration_minutes": 20}
    row = {"order_status": "paid", "holder_type": "person", **kind, "booked_at": "2026-11-29T18:05:00-03:00"}
    person = {
        "cpf": "111.444.777-35", "role": "holder", "has_cnh": True,
        "window_start": at(540), "window_end": at(780),
    }  # fmt: skip
    at_ten = [{"earliest": at(600), "ends_by": at(630)}]
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("18:00", "roster", {"work": 2.0, "why": "the first roster"}),
        ("18:01", "allocate", {"deadline_seconds": 60.0}),
        ("18:02", "offers", {"items": [kind], "table": True}),
        ("18:03", "hold", {"items": [{**ORDER, **kind, "start": at(605), "seconds": 900}]}),
        ("18:05", "confirm", {"items": [ORDER], "bookings": [{**ORDER, **row}],
                              "participants": [{**ORDER, **person}]}),
        ("18:06", "wait", {"items": [{"booking": "cart-7", **kind, "windows": at_ten}]}),
        ("18:10", "reschedule", {"items": [{**ORDER, "start": at(700)}], "why": "the customer asked for it"}),
        ("18:20", "cancel", {"items": [ORDER, {"booking": "B4"}]}),
        ("18:21", "release", {"items": [{"booking": "cart-7"}]}),
        ("18:30", "reoptimise", {"seed": 1}),
    ]  # fmt: skip
    for time, mode, fields in steps:
        now = f"2026-11-29T{time}:00-03:00"
        yield mode, {**SHARED, "key": f"example-{mode}", "mode": mode, "now": now, **fields}


def results(place: str, case: Case) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each request with its result, but for what differs from run to run; `case` goes into a new store."""
    create_or_upgrade(Database(place))
    Store(place).put_case("example", case, Run("store import"))
    job = BatchJob(place, SurrogateKey(KEY))
    for mode, request in requests():
        result = json.loads(job.answer(json.dumps(request).encode()).document)
        yield mode, request, {n: v for n, v in result.items() if n not in FROM_RUN_TO_RUN}


def write() -> None:
    """Write everything anew."""
    FOLDER.mkdir(exist_ok=True)
    if not (FOLDER / "plan").exists():
        write_case(FOLDER / "plan", plan_case())
    with tempfile.TemporaryDirectory() as place:
        listed = results(f"{place}/store.db", PlanFolder(FOLDER / "plan").read())
        for number, (mode, request, result) in enumerate(listed, start=1):
            for what, document in (("request", request), ("result", result)):
                text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
                (FOLDER / f"{number:02d}-{mode}.{what}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
