"""The examples of docs/offers.md are what really happens."""

from __future__ import annotations

import json
from pathlib import Path

from optimizer.offers import Service
from tests.offers.selling import Talk
from tests.support.cases import tiny_case

PAGE = Path(__file__).resolve().parents[2] / "docs" / "offers.md"


def test_examples_run_as_printed() -> None:
    """Each request of the page gets exactly the answer that is printed below it."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] in ("> ", "< ")]
    talk = Talk(tiny_case())
    service = Service(talk.desk, lambda: talk.desk.state.now, told=True)
    pairs = list(zip(lines[::2], lines[1::2], strict=True))
    assert len(pairs) > 10
    for request, answer in pairs:
        assert (request[0], answer[0]) == (">", "<")
        assert service.answer(request[2:].encode()).decode() == answer[2:] + "\n"
    names = {json.loads(request[2:])["op"] for request, _ in pairs}
    assert names >= {"check", "hold", "confirm", "wait", "reschedule", "cancel", "status"}
