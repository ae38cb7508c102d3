"""Tables of a case as people see them on a page."""

from __future__ import annotations

import pandas as pd

from dashboard.results.summary import rules_in_order, short_key
from dashboard.texts import Texts
from data.model import MISSING, PlanningAxis, Table
from data.model.columns import Choice, Instant, Instants, Integer, Surrogate, Tokens

ALTERNATIVES_SHOWN = 3


def readable_table(table: Table, axis: PlanningAxis, texts: Texts) -> pd.DataFrame:
    """A table with columns named in the reader's language.

    Instants become wall-clock times of the service (without a zone), surrogates are shortened, and words of
    closed lists are translated. Missing numbers and instants are empty.
    """
    shown: dict[str, object] = {}
    for column in table.columns():
        values = getattr(table, column.name).tolist()
        match column.kind:
            case Instant():
                moments = [None if v == MISSING else axis.instant_of(v).replace(tzinfo=None) for v in values]
                cells: object = pd.Series(moments, dtype="datetime64[s]")
            case Surrogate():
                cells = [short_key(value) for value in values]
            case Instants():
                cells = [
                    ", ".join(texts.instant(axis.instant_of(start)) for start in value[:ALTERNATIVES_SHOWN])
                    for value in values
                ]
            case Choice():
                cells = [texts.label(_FAMILIES.get(column.name, column.name), value) for value in values]
            case Tokens():
                cells = [rules_in_order(value) for value in values]
            case Integer():
                cells = pd.Series([None if v == MISSING else v for v in values], dtype="Int64")
            case _:
                cells = values
        shown[texts.label("column", column.name)] = cells
    return pd.DataFrame(shown)


_FAMILIES = {"kind": "roster"}
