"""Whatever comes in is answered or refused by rule: no traceback, no harm, no personal data."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from data.batch.results import result_schema
from data.identity import SurrogateKey
from data.store import Database, Run, Store, create_or_upgrade
from tests.batch.asking import Asking, doubled, judged
from tests.batch.fuzzing import Chance, some_content
from tests.support.cases import tiny_case

ROOT = Path(__file__).resolve().parents[2]
CODES = {0, 10, 11, 65, 66, 75}
PERSONAL = ("111.444.777-35", "11144477735", "exemplo.br")


def looked_at(document: str, exit_code: int) -> str:
    """Check a result document; returns its outcome."""
    assert exit_code in CODES, document
    told = json.loads(document)
    assert told["exit_code"] == exit_code
    assert ("error" in told) == (told["outcome"] == "refused")
    for text in PERSONAL:
        assert text not in document
    return f"{told.get('mode', '')} {told['outcome']}"


def fuzz(url: str, count: int, seed: int) -> Counter[str]:
    """Send so many documents to one process; returns how many had which outcome."""
    chance = Chance(seed)
    Store(url).put_case("day", tiny_case(), Run("test"))
    asking = Asking(url, key=SurrogateKey(b"a secret of the tests, not short"))
    check = jsonschema.Draft202012Validator(result_schema())
    outcomes: Counter[str] = Counter()
    for n in range(count):
        answer = asking.job.answer(some_content(chance, f"f{n}"))
        outcomes[looked_at(answer.document, answer.exit_code)] += 1
        if n % 50 == 0:
            check.validate(json.loads(answer.document))
        if n % 1000 == 0:
            assert doubled(asking.store) == 0
    assert doubled(asking.store) == 0
    assert {fault.split()[0] for fault in judged(asking.case())} <= {"SESSION-ELIGIBLE"}
    return outcomes


def test_a_few_hundred_documents(sqlite_url: str) -> None:
    """All are answered; of every mode some are carried out, and many are refused."""
    outcomes = fuzz(sqlite_url, 300, seed=1)
    assert outcomes.total() == 300
    carried_out = {name.split()[0] for name in outcomes if name.endswith("done")}
    assert len(carried_out) >= 8, outcomes
    assert sum(n for name, n in outcomes.items() if name.endswith("refused")) > 75


@pytest.mark.soak
def test_a_hundred_thousand_documents(sqlite_url: str) -> None:
    """The same, 100,000 times."""
    print(fuzz(sqlite_url, 100_000, seed=2))


@pytest.mark.soak
def test_five_hundred_documents_through_the_command(tmp_path: Path) -> None:
    """Through the real command, each in a process of its own: a result, its exit code, and nothing else."""
    place = str(tmp_path / "store.db")
    create_or_upgrade(Database(place))
    Store(place).put_case("day", tiny_case(), Run("test"))
    chance = Chance(3)
    command = [sys.executable, "-m", "pontual", "batch", "--store", place, "--progress", "none"]
    for n in range(500):
        content = some_content(chance, f"c{n}")
        done = subprocess.run(command, cwd=ROOT, input=content, capture_output=True, check=False, timeout=60)
        looked_at(done.stdout.decode(), done.returncode)
        assert done.stderr == b""
