"""What can be wrong with files, and how it is said: every problem at once, personal values masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from data.identity import masked

PROBLEMS_SHOWN_PER_FILE = 50
VALUE_CHARACTERS_SHOWN = 60
LONGEST_VALUE = 10_000


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place.

    Attributes:
        file: path within the folder, or the file's name.
        row: the row as a spreadsheet numbers it (the header is 1; in JSON and Parquet the first record is 2);
            None when the file as a whole is meant.
        column: column of the table, or path of the field in plan.json; "" when the row as a whole is meant.
        value: what was found, with personal values masked (see `shown`); "" when nothing was.
        expected: what should have been there.
    """

    file: str
    row: int | None
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            place += f", {self.column}"
        found = f"'{self.value}'; " if self.value else ""
        return f"{place}: {found}{self.expected}"


def shown(value: str) -> str:
    """A value as an error may show it: CPF, CNPJ, e-mail and telephone masked, on one line, and short."""
    value = masked(value[:LONGEST_VALUE]).strip()
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in value)
    return text if len(text) <= VALUE_CHARACTERS_SHOWN else text[: VALUE_CHARACTERS_SHOWN - 1] + "…"


class FilesError(Exception):
    """Base of the errors of this room; `exit_code` is what the command line ends with."""

    exit_code: ClassVar[int] = 70


class BadDataError(FilesError):
    """Files hold what they must not; nothing was read, and nothing written.

    Attributes:
        problems: all of them, of all files, in order of file and row.
    """

    exit_code = 65

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        counts = Counter(problem.file for problem in self.problems)
        shown_of: Counter[str] = Counter()
        noun = "problem" if len(self.problems) == 1 else "problems"
        lines = [f"{len(self.problems)} {noun} in {', '.join(counts)}"]
        for problem in self.problems:
            shown_of[problem.file] += 1
            if shown_of[problem.file] <= PROBLEMS_SHOWN_PER_FILE:
                lines.append(f"  {problem}")
            elif shown_of[problem.file] == PROBLEMS_SHOWN_PER_FILE + 1:
                rest = counts[problem.file] - PROBLEMS_SHOWN_PER_FILE
                lines.append(f"  {problem.file}: and {rest} more")
        return "\n".join(lines)


class MissingInputError(FilesError):
    """A folder or file that is needed is not there, or can't be opened."""

    exit_code = 66

    def __init__(self, missing: Iterable[str], why: str = "not found") -> None:
        self.missing: tuple[str, ...] = tuple(missing)
        super().__init__(f"{', '.join(self.missing)}: {why}")


class CannotWriteError(FilesError):
    """Nothing was written: the place is full, read-only, taken, or otherwise refuses."""

    exit_code = 73


class BusyError(FilesError):
    """Another process is writing to the same plan folder; try again later."""

    exit_code = 75
