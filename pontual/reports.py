"""Documents of a run that people open: the report in two languages, and the key figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np

from data.model import Case
from simulation import SimulationResult

KPI_DOCUMENT = "kpis.json"


def kpi_document(summary: Mapping[str, Any], played: SimulationResult) -> bytes:
    """The key figures with a sample of waits (minutes), for charts."""
    waits = np.round(played.waits, 2).tolist()
    return (json.dumps({**summary, "waits": waits}, ensure_ascii=False) + "\n").encode()


def report_documents(
    case: Case, results: Mapping[str, Mapping[str, Any]], played: SimulationResult, version: str
) -> dict[str, bytes]:
    """The report in Portuguese and in English, as self-contained HTML."""
    from dashboard.report import ReportContent, report_html
    from dashboard.results.content import estimates, group_estimates

    violations = results["check"]["violations"]
    content = ReportContent(
        case=case,
        roster=results["roster"],
        allocation=results["allocate"],
        kpis=estimates(results["simulate"]["kpis"]),
        by_interval=group_estimates(results["simulate"]["by_interval"]),
        by_skill=group_estimates(results["simulate"]["by_skill"]),
        waits=played.waits,
        violations=len(violations),
        replications=played.replications,
        seed=played.seed,
        seconds=sum(float(results[name]["seconds"]) for name in ("roster", "allocate", "simulate")),
        written_at=datetime.now(UTC),
        versions={"pontual": version},
    )
    return {
        "report.html": report_html(content, "pt-BR").encode(),
        "report.en.html": report_html(content, "en").encode(),
    }
