"""Columnar tables: what a column holds, and frozen records of equally long read-only arrays.

A table of the domain model is a frozen dataclass whose fields are NumPy arrays. Each field is declared once,
with :func:`column`, and that one declaration serves the model, the readers, the writers and the documents.

What an array holds depends on the kind of its column:

==============  =================================================  ==========================
kind            in memory                                          missing value
==============  =================================================  ==========================
Text, Choice    ``object`` array of ``str``                        ``""``
Surrogate       ``object`` array of ``str``                        (never missing)
Tokens          ``object`` array of ``str``: sorted, joined by |   ``""``
Integer         ``int64``                                          ``MISSING``
Number          ``float64``                                        ``nan``
Flag            ``bool``                                           (never missing)
Instant         ``int64`` minutes on the planning axis             ``MISSING``
Day             ``int64`` days since the first day of the horizon  ``MISSING``
TimeOfDay       ``int64`` minutes since local midnight, 0 to 1440  ``MISSING``
Instants        ``object`` array of ``tuple[int, ...]`` (minutes)  ``()``
==============  =================================================  ==========================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

MISSING: int = -(2**31)
"""Stands for "no value" in integer columns (instants, days, times and counts)."""

TextArray = NDArray[np.object_]
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def numbered(texts: TextArray) -> tuple[IntArray, list[str]]:
    """Over cells, the number of their text; and the texts, in the order in which they are met.

    As pandas.factorize, which a small batch would load pandas for: a tenth of its time.
    """
    cells = texts.tolist()
    numbers = {text: number for number, text in enumerate(dict.fromkeys(cells))}
    return np.fromiter(map(numbers.__getitem__, cells), dtype=np.int64, count=len(cells)), list(numbers)


@dataclass(frozen=True)
class Text:
    """Free text used as a key or a label; never parsed as a number."""


@dataclass(frozen=True)
class Surrogate:
    """A pseudonymous key. `raw` names the personal columns from which a reader may derive it (keyed HMAC)."""

    raw: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """One of a closed list of words."""

    options: tuple[str, ...]


@dataclass(frozen=True)
class Tokens:
    """A set of words, written with ``|`` between them; `options` empty allows any word."""

    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Integer:
    """A whole number from `low` to `high`, both allowed."""

    low: int
    high: int


@dataclass(frozen=True)
class Number:
    """A decimal number from `low` to `high`, both allowed."""

    low: float
    high: float


@dataclass(frozen=True)
class Flag:
    """True or false."""


@dataclass(frozen=True)
class Instant:
    """A point in time; whole minutes. With `floor`, seconds are cut off instead of refused."""

    floor: bool = False


@dataclass(frozen=True)
class Day:
    """A calendar date in Brasília."""


@dataclass(frozen=True)
class TimeOfDay:
    """A wall-clock time in the zone that the row names, 00:00 to 24:00."""


@dataclass(frozen=True)
class Instants:
    """A list of points in time, written with ``|`` between them."""


Kind = Text | Surrogate | Choice | Tokens | Integer | Number | Flag | Instant | Day | TimeOfDay | Instants


@dataclass(frozen=True)
class Column:
    """One column of a table: its name, kind, meaning, and what a file may leave out.

    Attributes:
        optional: a cell may be empty, and the whole column may be missing.
        default: what an empty cell of an optional column becomes; None means the kind's missing value.
        key: part of the table's key; the combination of all key columns is unique.
        refers_to: ``table.column`` whose values this column may take.
    """

    name: str
    kind: Kind
    doc: str
    optional: bool = False
    default: Any = None
    key: bool = False
    refers_to: str = ""


def column(
    kind: Kind,
    doc: str,
    *,
    optional: bool = False,
    default: Any = None,
    key: bool = False,
    refers_to: str = "",
) -> Any:
    """Declare a dataclass field that is a column of a table."""
    return field(
        metadata={
            "kind": kind,
            "doc": doc,
            "optional": optional,
            "default": default,
            "key": key,
            "refers_to": refers_to,
        }
    )


def dtype_of(kind: Kind) -> np.dtype[Any]:
    """The NumPy type of a column of this kind."""
    match kind:
        case Flag():
            return np.dtype(np.bool_)
        case Number():
            return np.dtype(np.float64)
        case Integer() | Instant() | Day() | TimeOfDay():
            return np.dtype(np.int64)
        case _:
            return np.dtype(object)


def missing_value(kind: Kind) -> Any:
    """What stands for "no value" in a column of this kind."""
    match kind:
        case Flag():
            return False
        case Number():
            return float("nan")
        case Integer() | Instant() | Day() | TimeOfDay():
            return MISSING
        case Instants():
            return ()
        case _:
            return ""


@cache
def _declared(kind: type[Table]) -> tuple[Column, ...]:
    return tuple(Column(f.name, **f.metadata) for f in fields(kind) if f.metadata)


@dataclass(frozen=True, eq=False)
class Table:
    """Base of the columnar tables: equally long, read-only columns.

    Raises:
        ValueError: when columns differ in length.
    """

    TABLE: ClassVar[str] = ""

    def __post_init__(self) -> None:
        lengths = set()
        for spec in self.columns():
            array = np.ascontiguousarray(getattr(self, spec.name), dtype=dtype_of(spec.kind))
            if array is getattr(self, spec.name) and array.flags.writeable and array.flags.owndata:
                array = array.view()
            array.flags.writeable = False
            object.__setattr__(self, spec.name, array)
            lengths.add(len(array))
        if len(lengths) > 1:
            raise ValueError(f"{type(self).__name__}: columns differ in length: {sorted(lengths)}")

    @classmethod
    def columns(cls) -> tuple[Column, ...]:
        """The declared columns, in the order in which files carry them."""
        return _declared(cls)  # type: ignore[arg-type]  # a class is hashable, whatever its rows are

    @classmethod
    def key_columns(cls) -> tuple[str, ...]:
        """Names of the columns that make a row's key."""
        return tuple(c.name for c in cls.columns() if c.key)

    @classmethod
    def from_columns(cls, values: Mapping[str, Any], rows: int) -> Self:
        """Build a table of `rows` rows; an optional column that is left out takes its default."""
        arrays: dict[str, Any] = {}
        for spec in cls.columns():
            if spec.name in values:
                arrays[spec.name] = as_column(values[spec.name], spec.kind)
            elif spec.optional:
                fill = missing_value(spec.kind) if spec.default is None else spec.default
                arrays[spec.name] = as_column([fill] * rows, spec.kind)
            else:
                raise ValueError(f"{cls.__name__}: column {spec.name} is required")
        return cls(**arrays)

    @classmethod
    def empty(cls) -> Self:
        """A table with no rows."""
        return cls(**{c.name: np.empty(0, dtype=dtype_of(c.kind)) for c in cls.columns()})

    def followed_by(self, other: Self) -> Self:
        """This table with the rows of another one below."""
        return type(self)(
            **{
                spec.name: np.concatenate([getattr(self, spec.name), getattr(other, spec.name)])
                for spec in self.columns()
            }
        )

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> Self:
        """Build a table from one mapping a row; meant for small tables and tests.

        An optional column that a row leaves out takes its default.
        """
        listed = list(rows)
        values: dict[str, Any] = {}
        for spec in cls.columns():
            fill = missing_value(spec.kind) if spec.default is None else spec.default
            cells = [row.get(spec.name, fill) if spec.optional else row[spec.name] for row in listed]
            values[spec.name] = cells
        return cls.from_columns(values, len(listed))

    def __len__(self) -> int:
        return len(getattr(self, self.columns()[0].name))

    def take(self, rows: NDArray[Any]) -> Self:
        """The table with only these rows: positions, or a mask."""
        return type(self)(**{c.name: getattr(self, c.name)[rows] for c in self.columns()})

    def row(self, position: int) -> dict[str, Any]:
        """One row as a plain mapping."""
        return {c.name: _plain(getattr(self, c.name)[position]) for c in self.columns()}

    def rows(self) -> list[dict[str, Any]]:
        """All rows as plain mappings; meant for small tables and tests."""
        return [self.row(position) for position in range(len(self))]

    @cached_property
    def position(self) -> dict[Any, int]:
        """Row of each key (a plain value when the key is one column, else a tuple)."""
        names = self.key_columns()
        if len(names) == 1:
            keys: Iterable[Any] = getattr(self, names[0]).tolist()
        else:
            keys = zip(*(getattr(self, name).tolist() for name in names), strict=True)
        return {key: place for place, key in enumerate(keys)}

    def same_as(self, other: Self) -> bool:
        """Whether both tables hold the same rows in the same order."""
        return len(self) == len(other) and all(
            np.array_equal(
                getattr(self, c.name), getattr(other, c.name), equal_nan=isinstance(c.kind, Number)
            )
            for c in self.columns()
        )


def as_column(values: Any, kind: Kind) -> NDArray[Any]:
    """An array of the kind's type; tuples stay single cells."""
    wanted = dtype_of(kind)
    if wanted == np.dtype(object) and not isinstance(values, np.ndarray):
        array = np.empty(len(values), dtype=object)
        array[:] = values if not isinstance(kind, Instants) else _boxed(values)
        return array
    return np.asarray(values, dtype=wanted)


def _boxed(values: Any) -> NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        array[place] = tuple(value)
    return array


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def tokens(value: str) -> frozenset[str]:
    """The words of one cell of a Tokens column."""
    return frozenset(value.split("|")) if value else frozenset()


def joined(words: Iterable[str]) -> str:
    """The canonical cell of a Tokens column: sorted, joined by ``|``."""
    return "|".join(sorted(set(words)))
