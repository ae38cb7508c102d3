"""HTML that is escaped by default: plain text becomes text, only `Markup` is taken as HTML."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence


class Markup(str):
    """A piece of HTML that needs no escaping any more."""

    __slots__ = ()


VOID_ELEMENTS = frozenset({"meta"})


def element(name: str, /, *content: str, **attributes: str) -> Markup:
    """One element. `class_` stands for the attribute ``class``, and ``_`` in other names for ``-``."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(value)}"' for key, value in attributes.items()
    )
    if name in VOID_ELEMENTS:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{together(*content)}</{name}>")


def together(*content: str) -> Markup:
    """Several pieces one after the other."""
    return Markup("".join(piece if isinstance(piece, Markup) else html.escape(piece) for piece in content))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> Markup:
    """A table; the columns at the positions `numbers` are aligned to the right."""
    right = frozenset(numbers)

    def line(kind: str, cells: Sequence[str]) -> Markup:
        return element(
            "tr",
            *(
                element(kind, cell, **({"class_": "number"} if place in right else {}))
                for place, cell in enumerate(cells)
            ),
        )

    return element(
        "div",
        element(
            "table",
            element("thead", line("th", headings)),
            element("tbody", *(line("td", cells) for cells in rows)),
        ),
        class_="table",
    )
