"""Charts as inline SVG whose colours follow the page, light or dark."""

from __future__ import annotations

import hashlib
import re

import altair as alt
import vl_convert

from dashboard.charts import LIGHT
from dashboard.report.markup import Markup, element

VEGA_LITE = "6.4"

_ROLE_OF_COLOUR = {colour.lower(): name for name, colour in LIGHT.by_name().items()}
_COLOUR = re.compile(r'"(#[0-9a-fA-F]{6})"')
_OPENING = re.compile(r"^.*?<svg[^>]*?width=\"([\d.]+)\" height=\"([\d.]+)\"[^>]*>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_UNWANTED = re.compile(r' (?:font-family|role|aria-[a-z]+)="[^"]*"')
_CLIP = re.compile(r'((?:<clipPath id="|clip-path="url\(#))clip(-?\d+)')
_NUMBER = re.compile(r"\d+\.\d{3,}")


def inline_svg(chart: alt.LayerChart, description: str) -> Markup:
    """Draw a chart made with the light colours; each becomes a CSS variable named after its role.

    The drawing is scaled down to the width of the page, and read out as `description`.

    Raises:
        ValueError: when the renderer does not return the expected SVG.
    """
    spec = chart.to_dict()
    spec["config"]["aria"] = False
    drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    opening = _OPENING.match(drawn)
    if opening is None:
        raise ValueError("the renderer returned something other than an SVG image")
    width, height = opening[1], opening[2]
    inside = drawn[opening.end() : drawn.rindex("</svg>")]
    inside = with_own_names(_TAG.sub(_page_tag, inside))
    return element(
        "svg",
        element("title", description),
        Markup(inside),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_label=description,
    )


def _page_tag(tag: re.Match[str]) -> str:
    """One tag without what the page decides: fonts, colours, and roles (the drawing is one image)."""
    plain = _COLOUR.sub(_as_variable, _UNWANTED.sub("", tag[0]))
    return _NUMBER.sub(lambda found: f"{float(found[0]):.2f}", plain)


def with_own_names(inside: str) -> str:
    """Names of clips made from the drawing itself: no two on a page clash, and each run gives the same."""
    numbers: dict[str, int] = {}
    inside = _CLIP.sub(lambda found: f"{found[1]}clip-{numbers.setdefault(found[2], len(numbers))}", inside)
    own = hashlib.sha256(inside.encode()).hexdigest()[:8]
    return _CLIP.sub(lambda found: f"{found[1]}c{own}{found[2]}", inside)


def _as_variable(found: re.Match[str]) -> str:
    role = _ROLE_OF_COLOUR.get(found[1].lower())
    return found[0] if role is None else f'"var(--{role})"'
