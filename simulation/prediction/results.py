"""What is predicted, as columns, a table and a document."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from data.day.minutes import instant_of
from data.model import PlanningAxis
from data.model.columns import BoolArray, FloatArray, TextArray

SCHEMA = "pontual/day-prediction@1.0"


@dataclass(frozen=True, eq=False)
class Prediction:
    """What is still to come of each session that is open or running; columns of equal length.

    Times are minutes on the planning axis. Figures of starts are those of the replications in which the
    session is held; nan where it is held in none, and for running sessions. Figures of ends likewise.

    Attributes:
        now: as of when.
        tolerance: minutes.
        replications: played.
        agent_id: who holds it, or is to.
        is_running: whether it has begun.
        start: the appointment as the customer knows it.
        held: probability that it begins (1: it has).
        start_mean, start_p10, start_p50, start_p90: of its start.
        late: probability that the customer comes, and the session begins more than `tolerance` after the
            later of appointment and arrival, or not in time to be held at all.
        end_mean, end_p10, end_p50, end_p90: of its end.
        starts: minutes, one row for each replication; nan where the session does not begin.
    """

    now: float
    tolerance: float
    replications: int
    booking_id: TextArray
    agent_id: TextArray
    is_running: BoolArray
    start: FloatArray
    held: FloatArray
    start_mean: FloatArray
    start_p10: FloatArray
    start_p50: FloatArray
    start_p90: FloatArray
    late: FloatArray
    end_mean: FloatArray
    end_p10: FloatArray
    end_p50: FloatArray
    end_p90: FloatArray
    starts: FloatArray

    def __len__(self) -> int:
        return len(self.booking_id)

    def frame(self) -> pd.DataFrame:
        """One row a session."""
        left_out = {"now", "tolerance", "replications", "starts"}
        return pd.DataFrame({f.name: getattr(self, f.name) for f in fields(self) if f.name not in left_out})

    def document(self, axis: PlanningAxis) -> dict[str, Any]:
        """The same for machines: instants in the zone of the service; null where there is nothing to say."""
        rows = []
        for row in self.frame().to_dict("records"):
            told: dict[str, Any] = {}
            for name, value in row.items():
                name = str(name)
                if isinstance(value, float):
                    is_moment = name not in ("held", "late")
                    shown = instant_of(axis, value).isoformat() if is_moment and np.isfinite(value) else value
                    told[name] = None if isinstance(shown, float) and np.isnan(shown) else shown
                else:
                    told[name] = value
            rows.append(told)
        return {
            "schema": SCHEMA,
            "at": instant_of(axis, self.now).isoformat(),
            "tolerance_minutes": self.tolerance,
            "replications": self.replications,
            "sessions": rows,
        }


def quantile_rows(values: FloatArray, probabilities: tuple[float, ...]) -> tuple[FloatArray, ...]:
    """Quantiles of each column, nan left out (linear between order statistics, as numpy has it)."""
    ordered = np.sort(values, axis=0)  # nan come last
    count = np.count_nonzero(~np.isnan(ordered), axis=0)
    found = []
    for probability in probabilities:
        place = probability * np.maximum(count - 1, 0)
        low = np.floor(place).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(count - 1, 0))
        below = np.take_along_axis(ordered, low[None, :], axis=0)[0]
        above = np.take_along_axis(ordered, high[None, :], axis=0)[0]
        found.append(np.where(count > 0, below + (place - low) * (above - below), np.nan))
    return tuple(found)


def mean_rows(values: FloatArray) -> FloatArray:
    """Mean of each column, nan left out; nan where there is nothing else."""
    known = ~np.isnan(values)
    count = np.count_nonzero(known, axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))
