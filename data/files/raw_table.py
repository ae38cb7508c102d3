"""A table as text: what every file format is brought to before its cells are read."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from data.files.errors import Problem, shown
from data.model import Table
from data.model.columns import IntArray, Surrogate

HEADER_ROW = 1


@dataclass(frozen=True)
class Cells:
    """One column: each distinct text once, and per row the number of its text.

    Texts are stripped of surrounding blanks; "" is an empty cell.
    """

    codes: IntArray
    texts: tuple[str, ...]

    def spread(self) -> list[str]:
        """The text of each row."""
        distinct = np.array(self.texts, dtype=object)
        listed: list[str] = distinct[self.codes].tolist() if len(self.codes) else []
        return listed


@dataclass(frozen=True)
class RawTable:
    """A file's cells, with what was wrong with its form.

    Attributes:
        file: how errors name the file.
        columns: cells of the known columns that the file has.
        rows: row number of each record, as a spreadsheet shows it.
        problems: what is wrong with the form of the file.
        whole: no row had to be left out, so a key that is absent here is absent from the file.
        spoilt: known columns that the file has, but that can't be read at all; the problems say why.
    """

    file: str
    columns: dict[str, Cells]
    rows: IntArray
    problems: list[Problem] = field(default_factory=list)
    whole: bool = True
    spoilt: frozenset[str] = frozenset()

    @classmethod
    def unreadable(cls, file: str, row: int | None, value: str, expected: str) -> RawTable:
        """A file of which nothing can be read, for one reason."""
        problem = Problem(file, row, "", value, expected)
        return cls(file, {}, np.empty(0, dtype=np.int64), [problem], whole=False)


class Numbering:
    """Gives each distinct text a number as columns come in, piece by piece.

    A file of 200,000 rows has few distinct texts in most columns; each is kept, and read, once.
    """

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict()
        self._numbers.default_factory = self._numbers.__len__
        self._pieces: list[IntArray] = []

    def add(self, texts: Sequence[str]) -> None:
        """Append texts to the column."""
        self._pieces.append(
            np.fromiter(map(self._numbers.__getitem__, texts), dtype=np.int64, count=len(texts))
        )

    def cells(self) -> Cells:
        """The column, with its texts stripped."""
        codes = np.concatenate(self._pieces) if self._pieces else np.empty(0, dtype=np.int64)
        return Cells(codes, tuple(text.strip() for text in self._numbers))


def personal_columns(kind: type[Table]) -> tuple[str, ...]:
    """Columns from which surrogates of this table may be derived."""
    return tuple(
        dict.fromkeys(raw for c in kind.columns() if isinstance(c.kind, Surrogate) for raw in c.kind.raw)
    )


def known_columns(kind: type[Table]) -> tuple[str, ...]:
    """All columns that a file of this table may have."""
    return (*(c.name for c in kind.columns()), *personal_columns(kind))


def header_problems(
    file: str, names: Iterable[str], kind: type[Table], *, unnamed: Iterable[int] = ()
) -> list[Problem]:
    """Unknown, repeated and unnamed columns.

    When no name is known, the first row is no header: it may hold personal data, so it isn't shown.

    Args:
        file: how errors name the file.
        names: the header, in lower case; "" for a column without a name.
        kind: the table that the file should hold.
        unnamed: positions of columns that hold data without a name.
    """
    known = known_columns(kind)
    listed = list(names)
    if not set(listed) & set(known):
        return [Problem(file, HEADER_ROW, "", "", f"expected a header with columns {', '.join(known)}")]
    problems = []
    for name in dict.fromkeys(listed):
        if name and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
            hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"
            problems.append(Problem(file, HEADER_ROW, shown(name), "", f"no such column{hint}"))
        elif name and listed.count(name) > 1:
            problems.append(
                Problem(file, HEADER_ROW, name, "", f"expected once, found {listed.count(name)} times")
            )
    problems += [
        Problem(file, HEADER_ROW, f"column {place + 1}", "", "expected a name: the column holds data")
        for place in unnamed
    ]
    return problems
