"""The application in Streamlit's test bench."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access import Role
from dashboard.texts import Language
from data.files import PlanFolder, write_case
from data.model import Case
from tests.dashboard.weeks import ALLOCATION, GROUPS, KPIS, ROSTER, week

WEEK = week(agents=5, days=2)


def written_plan(folder: Path, case: Case = WEEK) -> Path:
    """A plan folder with the result of a run."""
    write_case(folder, case)
    result = {"roster": ROSTER, "allocate": ALLOCATION, "check": {"violations": []}}
    kpis = {
        "kpis": {name: kpi._asdict() for name, kpi in KPIS.items()},
        "by_skill": {
            name: {"sessions": group.sessions, "kpis": {k: v._asdict() for k, v in group.kpis.items()}}
            for name, group in GROUPS.items()
        },
        "waits": [0.0, 1.0, 12.0],
    }
    documents = {"result.json": json.dumps(result).encode(), "kpis.json": json.dumps(kpis).encode()}
    PlanFolder(folder).write_run(case, documents, "demo")
    return folder


def opened(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path | None,
    language: Language | None = None,
    page: str = "week",
    address: Mapping[str, str] = {},
    role: Role = Role.MANAGER,
) -> AppTest:
    """The whole application at one of its pages, run once.

    Args:
        folder: what the environment names; None: nothing.
        address: parameters of the page's address.
        role: of the reader.
    """
    monkeypatch.setattr("dashboard.app_pages.sign_in.current_role", lambda: role)
    if folder is None:
        monkeypatch.delenv("PONTUAL_RUN", raising=False)
    else:
        monkeypatch.setenv("PONTUAL_RUN", str(folder))
    script = (
        "if __name__ == '__main__':  # a job's process imports it too\n"
        f"    from dashboard.app_pages.application import show\n    show({page!r})\n"
    )
    app = AppTest.from_string(script, default_timeout=60)
    if language is not None:
        app.query_params["lang"] = language
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def worked(app: AppTest) -> AppTest:
    """The page once no work is under way any more."""
    end = time.monotonic() + 90
    while app.get("progress"):
        assert time.monotonic() < end
        time.sleep(0.2)
        app.run()
    return app


def texts_of(app: AppTest) -> str:
    """All texts of the page that people read."""
    shown = [*app.title, *app.subheader, *app.caption, *app.markdown, *app.error, *app.code]
    return "\n".join(
        [*(str(part.value) for part in shown), *(str(part.proto.body) for part in app.get("html"))]
    )


def charts_of(app: AppTest) -> int:
    """How many charts the page has."""
    return len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart"))
