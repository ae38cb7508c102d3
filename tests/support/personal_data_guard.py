"""A plugin of pytest: no test may have the program put out personal data.

Whatever a test prints, logs, captures or hears from a program that it runs, and the results in its temporary
folder, must hold no CPF, CNPJ, e-mail address or telephone number. Inputs may: they are what the program is
to keep to itself. The mark `shows_personal_data` names inputs that look like results; without a name, the
test shows personal data on purpose, and nothing of it is looked at.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Collection, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.personal_data import personal_data_in

RESULTS = ("*.json", "*.jsonl", "*.log", "*.ics", "*.prom", "*.txt", "*.html", "*.svg", "*.db", "*.db-wal")
"""Files that the program writes, wherever they are in a test's folder; tables are results within `RUNS`."""
RUNS = "runs"
TABLES = "*.csv"
LARGEST_BYTES = 4_000_000
"""Of a file that is looked at; national plans are written by marked tests only."""
MARK = "shows_personal_data"


class PersonalDataGuard:
    """Listens to each test, and fails it when it has heard personal data."""

    def __init__(self) -> None:
        self._heard: list[str] = []
        self._originals: list[tuple[type, str, Any]] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        """Listen to what tests read of captured output, and of programs that they run."""
        config.addinivalue_line(
            "markers", f"{MARK}(*inputs): these files hold personal data, or, without any, the test shows it"
        )
        self._listen(pytest.CaptureFixture, "readouterr")
        self._listen(subprocess.Popen, "communicate")

    def pytest_unconfigure(self) -> None:
        """Listen no longer."""
        for kind, name, original in self._originals:
            setattr(kind, name, original)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Look at everything once the test is over."""
        report = yield
        if call.when != "teardown":
            return report
        heard, self._heard = self._heard, []
        mark = item.get_closest_marker(MARK)
        if report.passed and (mark is None or mark.args):
            inputs = () if mark is None else mark.args
            found = set(_found(report, heard, getattr(item, "funcargs", {}).get("tmp_path"), inputs))
            if found:
                report.outcome = "failed"
                report.longrepr = "\n".join(["Personal data was put out:", *sorted(found)])
        return report

    def _listen(self, kind: type, name: str) -> None:
        original: Callable[..., Any] = getattr(kind, name)

        def listening(*arguments: Any, **named: Any) -> Any:
            outcome = original(*arguments, **named)
            self._heard += [_text(part) for part in outcome if part]
            return outcome

        self._originals.append((kind, name, original))
        setattr(kind, name, listening)


def pytest_configure(config: pytest.Config) -> None:
    """Stand guard; also where this module is named as a plugin by itself."""
    config.pluginmanager.register(PersonalDataGuard(), "personal-data")


def _found(
    report: pytest.TestReport, heard: list[str], folder: Path | None, inputs: Collection[str]
) -> Iterator[str]:
    for title, text in [*report.sections, *(("Output that the test has read", one) for one in heard)]:
        for kind, value in personal_data_in(text):
            yield f"{title}: {kind} {value}"
    if folder is not None:
        for path in _results(folder, inputs):
            for kind, value in personal_data_in(_text(path.read_bytes())):
                yield f"{path.relative_to(folder)}: {kind} {value}"


def _results(folder: Path, inputs: Collection[str]) -> Iterator[Path]:
    for pattern in (*RESULTS, f"{RUNS}/*/{TABLES}"):
        for path in folder.rglob(pattern):
            if path.name in inputs or path.is_symlink() or not path.is_file():
                continue
            if path.stat().st_size <= LARGEST_BYTES:
                yield path


def _text(part: str | bytes) -> str:
    return part if isinstance(part, str) else part.decode("utf-8", "replace")
