"""The guard against personal data finds what is planted, in whatever way a test puts it out."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.personal_data import personal_data_in

ROOT = Path(__file__).parents[1]

PLANTED = """
import json, logging, subprocess, sys
import pytest

CPF, CNPJ, MAIL, PHONE = "111.444.777-35", "12.ABC.345/01DE-35", "ana@example.com", "(11) 98765-4321"

def test_printed():
    print(f"order of {CPF}")

def test_on_standard_error():
    print(MAIL, file=sys.stderr)

def test_logged():
    logging.getLogger("pontual").warning("call %s", PHONE)

def test_captured_and_read(capfd):
    print(CNPJ)
    assert capfd.readouterr().out

def test_said_by_a_program():
    script = "print('11144477735')"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout

def test_in_a_result(tmp_path):
    (tmp_path / "result.json").write_text(json.dumps({"who": MAIL}), encoding="utf-8")

def test_in_a_journal(tmp_path):
    (tmp_path / "offers").mkdir()
    (tmp_path / "offers" / "journal.jsonl").write_text(json.dumps({"tax_id": "11222333000181"}) + "\\n")

def test_in_a_table_of_a_run(tmp_path):
    run = tmp_path / "week" / "runs" / "one"
    run.mkdir(parents=True)
    (run / "bookings.csv").write_text(f"booking_id,note\\nB1,{PHONE}\\n", encoding="utf-8")

def test_in_a_store(tmp_path):
    (tmp_path / "store.db").write_bytes(b"\\x00\\x17" + CPF.encode() + b"\\x00")

def test_clean_with_personal_input(tmp_path, capfd):
    (tmp_path / "bookings.csv").write_text(f"order_number,tax_id\\nCERTI-1,{CPF}\\n", encoding="utf-8")
    print("***.444.777-** 12345678901 2026-11-30T09:00:00-03:00 0.11144477735 surrogate@attendee.invalid")
    assert capfd.readouterr().out

@pytest.mark.shows_personal_data
def test_marked():
    print(CPF)

@pytest.mark.shows_personal_data("events.jsonl")
def test_with_a_named_input(tmp_path):
    (tmp_path / "events.jsonl").write_text(CPF)

@pytest.mark.shows_personal_data("events.jsonl")
def test_beside_a_named_input(tmp_path):
    (tmp_path / "events.jsonl").write_text(CPF)
    (tmp_path / "out.jsonl").write_text(CPF)
"""


def test_every_way_out_is_watched(tmp_path: Path) -> None:
    """Each planted leak fails its test, naming where it was and of what kind; clean tests pass."""
    (tmp_path / "test_planted.py").write_text(PLANTED, encoding="utf-8")
    command = [
        sys.executable, "-m", "pytest", "-p", "tests.support.personal_data_guard", "-p", "no:cacheprovider",
        "-c", "/dev/null", "--rootdir", str(tmp_path), "--show-capture=no", "-rE", str(tmp_path),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "13 passed, 10 errors" in done.stdout
    told, _, _ = done.stdout.partition("short test summary info")
    failed = {
        name: re.findall(r"\S.*: (?:CPF|CNPJ|e-mail|telephone) .*", section)
        for name, section in re.findall(r"ERROR at teardown of (\w+) _+\n((?:[^_].*\n)*)", told)
    }
    assert failed == {
        "test_printed": ["Captured stdout call: CPF 11...35"],
        "test_on_standard_error": ["Captured stderr call: e-mail an...om"],
        "test_logged": ["Captured log call: telephone (1...21"],
        "test_captured_and_read": ["Output that the test has read: CNPJ 12...35"],
        "test_said_by_a_program": ["Output that the test has read: CPF 11...35"],
        "test_in_a_result": ["result.json: e-mail an...om"],
        "test_in_a_journal": ["offers/journal.jsonl: CNPJ 11...81"],
        "test_in_a_table_of_a_run": ["week/runs/one/bookings.csv: telephone (1...21"],
        "test_in_a_store": ["store.db: CPF 11...35"],
        "test_beside_a_named_input": ["out.jsonl: CPF 11...35"],
    }


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("CPF 111.444.777-35.", "CPF"),
        ('{"tax_id":"11144477735"}', "CPF"),
        ("x=11.222.333/0001-81", "CNPJ"),
        ("12ABC34501DE35", "CNPJ"),
        ("<ana.souza+x@sub.example.com.br>", "e-mail"),
        ("+55 11 98765-4321", "telephone"),
        ("(48) 3456-7890", "telephone"),
        ("tel 48987654321,", "telephone"),
        ("B1,11144477735,B2", "CPF"),
        ("cpf:11144477735:", "CPF"),
        ("+554834567890", "telephone"),
    ],
)
def test_what_is_personal_is_found(text: str, kind: str) -> None:
    """In a sentence, in JSON, at an end, formatted or bare; the value itself is not shown."""
    ((found, shown),) = personal_data_in(text)
    assert found == kind
    assert len(shown) == 7


@pytest.mark.parametrize(
    "text",
    [
        "111.444.777-36", "11144477736", "00000000000", "3.11144477735", "1114447773512", "a11144477735",
        "12ABC34501DE36", "@media (min-width: 10px)", "appointment-b-1@pontual", "x@attendee.invalid",
        "plan@1.0", "2026-11-30 09:00", "30-11-2026", "20987654321", "(23) 98765-4321", "0.48987654321",
        "48987654321.5", "p-ana2b3c4d5e6f7g2h3i4",
    ],
)  # fmt: skip
def test_what_is_not_is_not(text: str) -> None:
    """Wrong check digits, longer numbers, decimals, dates, surrogates, areas that do not exist."""
    assert list(personal_data_in(text)) == []
