"""The look of the report: system fonts, colours by role, light and dark, and print."""

from __future__ import annotations

from importlib import resources

from dashboard.charts import DARK, LIGHT, Colours


def stylesheet() -> str:
    """The CSS of the report with the charts' colours as variables."""
    rules = resources.files("dashboard.report").joinpath("report.css").read_text(encoding="utf-8")
    return "\n".join(
        [
            f":root {{ color-scheme: light dark; {_variables(LIGHT)} --page: #f5f7f9; }}",
            "@media screen and (prefers-color-scheme: dark) {",
            f"  :root {{ {_variables(DARK)} --page: #0e1318; }}",
            "}",
            rules,
        ]
    )


def _variables(colours: Colours) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.by_name().items())
