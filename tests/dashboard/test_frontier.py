"""The plot of waits against hours on duty."""

from __future__ import annotations

import pytest

from dashboard.charts import FrontierPoint, frontier_chart, frontier_rows
from dashboard.report.image_files import png_file
from dashboard.texts import Texts

POINTS = [
    FrontierPoint(100.0, 0.03, 0.02, 0.04, None, False),
    FrontierPoint(100.0, 0.01, -0.001, 0.02, 1.0, False),
    FrontierPoint(80.0, 0.015, 0.01, 0.02, 0.8, True),
]


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("today", "proposed")), ("pt-BR", ("hoje", "proposto"))]
)
def test_rows(language: str, words: tuple[str, str]) -> None:
    """Each plan is named in the reader's language; shares are not below 0."""
    rows = frontier_rows(POINTS, Texts(language))  # type: ignore[arg-type]
    assert (rows.what[0], rows.what[2]) == words
    assert rows.low.min() == 0.0
    assert list(rows.label[1:]) == ["100%", "80%"]


@pytest.mark.parametrize("target", [None, 0.02])
def test_it_can_be_drawn(target: float | None) -> None:
    """With a target there is a line more, and the picture is a PNG."""
    chart = frontier_chart(POINTS, target, Texts("en"))
    assert len(chart.layer) == (4 if target is None else 5)
    assert png_file(chart).startswith(b"\x89PNG")
