"""The same request on the same store gives the same bytes, in whatever process, but for its timings."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from data.generator import GeneratorSettings, generate
from data.store import Database, Run, Store, create_or_upgrade
from tests.batch.asking import Asking, without_timings
from tests.batch.test_searching import rows, without

ROOT = Path(__file__).resolve().parents[2]


def documents(folder: Path, runs: int) -> set[str]:
    """The results of so many processes, by turns on one processor and on all, each with hashes of its own."""
    made = generate(GeneratorSettings(agents=15, days=3, load=0.85, seed=5))
    case = replace(made.case, sessions=made.planted)
    new = case.sessions.booking_id.tolist()[::6]
    kept = folder / "kept.db"
    create_or_upgrade(Database(str(kept)))
    Store(str(kept)).put_case("day", without(case, new), Run("test"))
    Database(str(kept)).tidy_after_erasing()
    asking = Asking(str(kept), now=case.plan.as_of.isoformat())
    document = asking.document("reoptimise", work=4.0, **rows(case, new))
    found = set()
    for number in range(runs):
        store = folder / f"store-{number}.db"
        shutil.copy(kept, store)
        processors = {min(os.sched_getaffinity(0))} if number % 2 else os.sched_getaffinity(0)
        code = (
            f"import os; os.sched_setaffinity(0, {sorted(processors)}); import sys; "
            f"sys.argv = ['pontual', 'batch', '--store', {str(store)!r}]; "
            "from pontual.cli import main; main()"
        )
        environment = dict(os.environ, PYTHONHASHSEED=str(number), PYTHONPATH=str(ROOT))
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, input=json.dumps(document).encode(), capture_output=True,
            check=False, env=environment,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["reproducible"] is True
        found.add(without_timings(done.stdout.decode()))
        store.unlink()
    return found


def test_two_processes_give_the_same_bytes(tmp_path: Path) -> None:
    """One and two processors, other hashes: one document."""
    assert len(documents(tmp_path, 2)) == 1


@pytest.mark.soak
def test_a_hundred_processes_give_the_same_bytes(tmp_path: Path) -> None:
    """The same, a hundred times."""
    assert len(documents(tmp_path, 100)) == 1
