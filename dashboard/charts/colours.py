"""Colours of the charts: one for each role, distinguishable without colour vision and in grey print.

The pairs that must be told apart (work and breaks, covered and missing) differ in lightness as well as in
hue, along blue and orange, which the common forms of colour blindness keep apart.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields


@dataclass(frozen=True)
class Colours:
    """The colour of each role, as six hexadecimal digits; no two roles of one page share a colour.

    `scale` runs from little to much; `series` distinguishes things without an order.
    """

    ink: str
    muted: str
    grid: str
    surface: str
    accent: str
    duty: str
    meal: str
    pause: str
    covered: str
    missing: str
    spare: str
    scale: tuple[str, ...]
    series: tuple[str, ...]

    def by_name(self) -> dict[str, str]:
        """Every colour under a name of its own."""
        named: dict[str, str] = {}
        for spec, value in zip(fields(self), astuple(self), strict=True):
            if isinstance(value, tuple):
                named |= {f"{spec.name}-{place}": colour for place, colour in enumerate(value, start=1)}
            else:
                named[spec.name] = value
        return named


LIGHT = Colours(
    ink="#17212b",
    muted="#566474",
    grid="#e4e9ee",
    surface="#fffffe",
    accent="#1f5f8f",
    duty="#2e6f9e",
    meal="#eda63c",
    pause="#d3e4f1",
    covered="#a9cbe4",
    missing="#c64524",
    spare="#cfbf9d",
    scale=("#eaf2f8", "#c6ddee", "#93bddb", "#5a96c2", "#2c6b9a", "#123f61"),
    series=("#2d6e9d", "#eca53b", "#46a08a", "#b0628f", "#7db3da", "#8b949e"),
)

DARK = Colours(
    ink="#e8edf2",
    muted="#a3b1bf",
    grid="#2c3844",
    surface="#161d24",
    accent="#7db8e4",
    duty="#4f92c4",
    meal="#f0b04f",
    pause="#1f3d55",
    covered="#3a668a",
    missing="#ec6553",
    spare="#85765a",
    scale=("#1b2a37", "#20405a", "#2a5d84", "#34709c", "#6fa9d4", "#b7d8ef"),
    series=("#5093c5", "#f1b150", "#5bbfa6", "#cf86b1", "#9ccbec", "#98a2ad"),
)
