"""A chart as an image file of its own, on a white ground, for documents and print."""

from __future__ import annotations

from typing import Any

import altair as alt
import vl_convert

from dashboard.report.drawing import VEGA_LITE, with_own_names

PNG_SCALE = 2
"""Pixels of a PNG for each pixel of the drawing."""


def svg_file(chart: alt.LayerChart) -> bytes:
    """The chart as an SVG file; the same chart gives the same bytes."""
    drawn = vl_convert.vegalite_to_svg(_on_white(chart), vl_version=VEGA_LITE, allowed_base_urls=[])
    return with_own_names(drawn).encode()


def png_file(chart: alt.LayerChart) -> bytes:
    """The chart as a PNG file."""
    drawn: bytes = vl_convert.vegalite_to_png(
        _on_white(chart), vl_version=VEGA_LITE, scale=PNG_SCALE, allowed_base_urls=[]
    )
    return drawn


def _on_white(chart: alt.LayerChart) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    spec["config"]["background"] = "#ffffff"
    return spec
