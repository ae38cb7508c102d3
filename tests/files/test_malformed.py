"""Thousands of damaged planning cases: each is read, and then reads back the same, or is refused clearly."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.files import BadDataError, FileFormat, MissingInputError, read_case
from data.files.plan_folder import case_files
from data.identity import SurrogateKey, is_valid_cnpj, is_valid_cpf, masked
from tests.files.strategies import whole_case
from tests.files.test_round_trip import FORMATS, same_case

KEY = SurrogateKey(b"a secret that is only for tests")
CPF = "111.444.777-35"
CPF_DIGITS = "11144477735"

NASTY = (
    "", " ", "0", "-1", "1e3", "1e999", "nan", "999999999999999999999", "28,5", "1.234,5", "true", "n\xe3o",
    "talvez", "2026-11-30", "30/11/2026 08:00", "31/02/2026", "2018-11-04T00:30", "2019-02-16T23:30",
    "24:00", "25:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-30T08:00:00-03:00",
    "1970-01-01T00:00Z", "=1+1", "'=1", "@x", "A1", "B1", "B2", "P1", "pf", "pf|pj", "|", "a||b", "paid",
    "holder", "proxy", "fixed", "SP", "sp", "CLT_8H", "SHIFT_12X36", "America/Manaus", "America", "clt",
    "nr17", "\x00", "\ufeff", "\ud800", "\xe9", "e\u0301", "\u6f22", "\U0001f600", "\u202e", "a\nb", "a\rb",
    '"', '""', "a,b", "a;b", "a\tb", "x" * 200, CPF, "11144477735", "12ABC34501DE35", "joana@example.org",
    "(11) 98765-4321", "NULL", "#REF!", "\\N", "None", "[]", "{}",
)  # fmt: skip

HEADERS = ("booking_id", "order_number", "tax_id", "cpf", "agent_id", "starts_at", "", "skils", "Skill", CPF)

Damage = Callable[[bytes], bytes]


@cache
def good_files(file_format: FileFormat) -> dict[str, bytes]:
    """The files of a good case."""
    return case_files(whole_case(), file_format)


def put_byte(content: bytes, place: int, value: int) -> bytes:
    at = place % (len(content) or 1)
    return content[:at] + bytes([value]) + content[at + 1 :]


def insert(content: bytes, place: int, more: bytes) -> bytes:
    at = place % (len(content) + 1)
    return content[:at] + more + content[at:]


def cut(content: bytes, place: int, length: int) -> bytes:
    at = place % (len(content) + 1)
    return content[:at] + content[at + length :]


def repeat(content: bytes, place: int, length: int) -> bytes:
    at = place % (len(content) + 1)
    return content[: at + length] + content[at:]


def recode(content: bytes, encoding: str) -> bytes:
    return content.decode("utf-8", "replace").encode(encoding, "replace")


def swap(content: bytes, old: bytes, new: bytes) -> bytes:
    return content.replace(old, new)


def cell(content: bytes, row: int, column: int, value: str) -> bytes:
    """Another value in one cell of a CSV file."""
    records = list(csv.reader(io.StringIO(content.decode("utf-8", "replace"), newline="")))
    if records and (chosen := records[row % len(records)]):
        chosen[column % len(chosen)] = value
    return _written(records)


def shape(content: bytes, row: int, what: str) -> bytes:
    """A row longer, shorter, there twice, or gone; or a column gone or there twice."""
    records = list(csv.reader(io.StringIO(content.decode("utf-8", "replace"), newline="")))
    if not records:
        return content
    at = row % len(records)
    match what:
        case "longer":
            records[at].append("x")
        case "shorter":
            records[at] = records[at][:-1]
        case "twice":
            records.insert(at, list(records[at]))
        case "gone":
            del records[at]
        case "column gone":
            records = [record[:at] + record[at + 1 :] for record in records]
        case _:
            records = [record + record[at : at + 1] for record in records]
    return _written(records)


def _written(records: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(records)
    return text.getvalue().encode("utf-8", "surrogatepass")


places = st.integers(0, 5_000)
byte_damage: st.SearchStrategy[Damage] = st.one_of(
    st.builds(lambda p, v: lambda c: put_byte(c, p, v), places, st.integers(0, 255)),
    st.builds(lambda p, m: lambda c: insert(c, p, m), places, st.binary(min_size=1, max_size=4)),
    st.builds(
        lambda p, m: lambda c: insert(c, p, m.encode("utf-8", "surrogatepass")),
        places,
        st.sampled_from(NASTY),
    ),
    st.builds(lambda p, n: lambda c: cut(c, p, n), places, st.integers(1, 5_000)),
    st.builds(lambda p, n: lambda c: repeat(c, p, n), places, st.integers(1, 200)),
    st.builds(
        lambda e: lambda c: recode(c, e),
        st.sampled_from(["cp1252", "utf-16", "utf-8-sig", "utf-16-le", "utf-32", "cp850", "utf-7"]),
    ),
    st.builds(
        lambda pair: lambda c: swap(c, *pair),
        st.sampled_from(
            [
                (b",", b";"),
                (b",", b"\t"),
                (b"\r\n", b"\n"),
                (b"\r\n", b"\r"),
                (b"-03:00", b""),
                (b'"', b"'"),
                (b".", b","),
            ]
        ),
    ),
    st.just(lambda _: b""),
)  # fmt: skip
cell_damage: st.SearchStrategy[Damage] = st.one_of(
    st.builds(lambda r, k, v: lambda c: cell(c, r, k, v), places, places, st.sampled_from(NASTY)),
    st.builds(lambda r, k, v: lambda c: cell(c, r, k, v), places, places, st.text(max_size=12)),
    st.builds(lambda k, v: lambda c: cell(c, 0, k, v), places, st.sampled_from(HEADERS)),
    st.builds(
        lambda r, w: lambda c: shape(c, r, w),
        places,
        st.sampled_from(["longer", "shorter", "twice", "gone", "column gone", "column twice"]),
    ),
)
damages = st.tuples(
    st.sampled_from(FORMATS),
    st.lists(
        st.tuples(st.integers(0, 100), st.tuples(cell_damage, byte_damage), st.booleans()),
        min_size=1,
        max_size=3,
    ),
    st.booleans(),
)


def check_refusal(error: BadDataError, files: dict[str, bytes]) -> None:
    """A refusal says where and what, and shows nothing personal."""
    assert error.problems
    told = f"{error} {error.problems}"
    assert CPF not in told
    assert CPF_DIGITS not in told
    assert told.encode("utf-8")
    for problem in error.problems:
        assert problem.expected
        assert problem.file in files
        assert masked(problem.value) == problem.value
        assert not is_valid_cpf(problem.value)
        assert not is_valid_cnpj(problem.value)


def judge(
    drawn: tuple[FileFormat, list[tuple[int, tuple[Damage, Damage], bool]], bool], seen: list[str]
) -> None:
    """Damage a case, read it, and check what came of it."""
    file_format, steps, with_key = drawn
    files = dict(good_files(file_format))
    for which, (of_cells, of_bytes), use_cells in steps:
        name = sorted(files)[which % len(files)]
        damage = of_cells if use_cells and name.endswith(".csv") else of_bytes
        files[name] = damage(files[name])
    folder = Path(tempfile.mkdtemp())
    try:
        for name, content in files.items():
            (folder / name).write_bytes(content)
        try:
            case = read_case(folder, KEY if with_key else None)
        except BadDataError as error:
            seen.append("refused")
            check_refusal(error, files)
        except MissingInputError:
            seen.append("missing")
        else:
            seen.append("accepted")
            again = folder / "again"
            again.mkdir()
            for name, content in case_files(case, file_format).items():
                (again / name).write_bytes(content)
            assert same_case(read_case(again), case)
    finally:
        shutil.rmtree(folder)


def run(count: int) -> None:
    seen: list[str] = []

    @settings(max_examples=count, suppress_health_check=list(HealthCheck))
    @given(damages)
    def check(drawn: tuple[FileFormat, list[tuple[int, tuple[Damage, Damage], bool]], bool]) -> None:
        judge(drawn, seen)

    check()
    print({what: seen.count(what) for what in set(seen)})
    # The damage is neither so light nor so heavy that only one way of ending is tried.
    assert len(seen) >= count
    assert seen.count("accepted") > count // 50
    assert seen.count("refused") > count // 4


def test_damaged_cases_are_read_or_refused() -> None:
    """Four hundred damaged cases: read and read back the same, or refused; no other exception."""
    run(400)


@pytest.mark.soak
def test_ten_thousand_damaged_cases_are_read_or_refused() -> None:
    """Ten thousand of them."""
    run(10_000)
