"""The content of a report: a planning case with what each command said about it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np

from dashboard.results.groups import GroupEstimates
from data.coverage import Coverage, coverage
from data.model import Case
from data.model.columns import FloatArray
from simulation import Kpi


@dataclass(frozen=True)
class LevelOutcome:
    """One level of a lexicographic objective; nan where a number is not known."""

    name: str
    objective: float
    bound: float
    gap: float


@dataclass(frozen=True)
class SolveOutcome:
    """What is told of a solve; empty or nan where the document does not say."""

    levels: tuple[LevelOutcome, ...] = ()
    status: str = ""
    engine: str = ""
    seconds: float = math.nan
    reproducible: bool | None = None

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> SolveOutcome:
        """Read the result document of `roster` or `allocate`; unknown fields are passed over."""
        listed = document.get("levels")
        levels = tuple(
            LevelOutcome(
                str(level.get("name", "")),
                number(level.get("objective")),
                number(level.get("bound")),
                number(level.get("gap")),
            )
            for level in (listed if isinstance(listed, list | tuple) else ())
            if isinstance(level, Mapping)
        )
        reproducible = document.get("reproducible")
        return cls(
            levels,
            str(document.get("status", "")),
            str(document.get("engine", "")),
            number(document.get("seconds")),
            reproducible if isinstance(reproducible, bool) else None,
        )


@dataclass(frozen=True, eq=False)
class ReportContent:
    """Everything that the report and the result page show.

    Attributes:
        case: the case with its duties, breaks, sessions and unplaced bookings.
        roster: the result document of `pontual roster`; empty when there is none.
        allocation: the result document of `pontual allocate`; empty when there is none.
        kpis: simulated indicators by name; empty when nothing was simulated.
        by_interval, by_skill: the same by interval of the day (under the time when it begins) and by skill.
        waits: waits beyond the appointment of simulated sessions, in minutes; may be empty.
        violations: number of broken rules that the referee found; None when it was not asked.
        replications: simulated weeks behind `kpis`.
        seed: seed of the run.
        seconds: seconds that the run took.
        written_at: when the run was written, an aware instant.
        versions: versions of the programs behind the result, by name.
    """

    case: Case
    roster: Mapping[str, Any] = field(default_factory=dict)
    allocation: Mapping[str, Any] = field(default_factory=dict)
    kpis: Mapping[str, Kpi] = field(default_factory=dict)
    by_interval: Mapping[str, GroupEstimates] = field(default_factory=dict)
    by_skill: Mapping[str, GroupEstimates] = field(default_factory=dict)
    waits: FloatArray = field(default_factory=lambda: np.empty(0, dtype=np.float64))
    violations: int | None = None
    replications: int | None = None
    seed: int | None = None
    seconds: float = math.nan
    written_at: datetime | None = None
    versions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_documents(
        cls,
        case: Case,
        result: Mapping[str, Any],
        simulated: Mapping[str, Any] | None = None,
        written_at: datetime | None = None,
    ) -> ReportContent:
        """Build the content from the documents that commands write; what they do not say stays unknown.

        Args:
            case: the case with its duties, breaks, sessions and unplaced bookings.
            result: the documents of the commands under their names (`roster`, `allocate`, `check`,
                `simulate`), or that of a single command as it is; also `seed`, `seconds` and `versions`.
            simulated: a document with `kpis`, `by_interval`, `by_skill`, `waits` (minutes) and
                `replications`; these go before those of
                `result["simulate"]`.
            written_at: when the run was written, an aware instant.
        """
        told = {**_part(result, "simulate"), **(simulated or {})}
        versions = _part(result, "versions") or case.plan.versions
        return cls(
            case=case,
            roster=_part(result, "roster") or (result if "required" in result else {}),
            allocation=_part(result, "allocate") or (result if "eligible" in result else {}),
            kpis=estimates(_part(told, "kpis") or told),
            by_interval=group_estimates(told.get("by_interval")),
            by_skill=group_estimates(told.get("by_skill")),
            waits=_numbers(told.get("waits")),
            violations=_violations(result),
            replications=_whole(told.get("replications")),
            seed=_whole(result.get("seed", told.get("seed"))),
            seconds=number(result.get("seconds")),
            written_at=written_at,
            versions={str(name): str(version) for name, version in versions.items()},
        )

    @cached_property
    def coverage(self) -> Coverage:
        """The roster against the requirement, counted anew from the case."""
        return coverage(self.case)

    @cached_property
    def roster_outcome(self) -> SolveOutcome:
        """The roster's solve."""
        return SolveOutcome.from_document(self.roster)

    @cached_property
    def allocation_outcome(self) -> SolveOutcome:
        """The allocation's solve."""
        return SolveOutcome.from_document(self.allocation)

    @property
    def placed(self) -> int:
        """Bookings with a session."""
        return len(self.case.sessions)

    @property
    def eligible(self) -> int:
        """Bookings that break no rule of eligibility: those with a session, and the unplaced other ones."""
        refused = int((self.case.unplaced.reason == "not_eligible").sum())
        return self.placed + len(self.case.unplaced) - refused


def estimates(document: Mapping[str, Any]) -> dict[str, Kpi]:
    """Indicators of a document: name -> ``{mean, low, high}``; what is not of that form is left out."""
    return {
        str(name): Kpi(number(value.get("mean")), number(value.get("low")), number(value.get("high")))
        for name, value in document.items()
        if isinstance(value, Mapping) and "mean" in value
    }


def group_estimates(document: Any) -> dict[str, GroupEstimates]:
    """Groups of a document: name -> ``{sessions, kpis}``; what is not of that form is left out."""
    return {
        str(name): GroupEstimates(number(group.get("sessions")), estimates(group["kpis"]))
        for name, group in (document.items() if isinstance(document, Mapping) else ())
        if isinstance(group, Mapping) and isinstance(group.get("kpis"), Mapping)
    }


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    return part if isinstance(part, Mapping) else {}


def _violations(result: Mapping[str, Any]) -> int | None:
    listed = _part(result, "check").get("violations", result.get("violations"))
    return len(listed) if isinstance(listed, list | tuple) else _whole(listed)


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _numbers(values: Any) -> FloatArray:
    listed = values if isinstance(values, list | tuple) else []
    return np.array([number(value) for value in listed], dtype=np.float64)


def number(value: Any) -> float:
    """A JSON number; nan for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    return float(value)
