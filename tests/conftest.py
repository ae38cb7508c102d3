"""Settings of the whole suite."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support.personal_data_guard import pytest_configure as pytest_configure

settings.register_profile(
    "pontual",
    max_examples=50,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("pontual")


@pytest.fixture(autouse=True)
def _restore_signal_handlers() -> Any:
    """Leave the signal handlers as they were."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """On the continuous-integration machine a skipped test is a failure: nothing may stay untried there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI"):
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"{len(skipped)} tests were not run; here that counts as a failure", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
