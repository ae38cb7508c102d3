"""From past sessions to the parameters of the simulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.files.past_sessions import SessionHistory
from data.model import Scenario
from simulation.calibration.patience import fit_patience
from simulation.calibration.pictures import Picture
from simulation.calibration.punctuality import fit_punctuality
from simulation.calibration.results import LEAST_SESSIONS, Estimate, Fit, Kept, Note, TooShortError
from simulation.calibration.sessions import fit_sessions
from simulation.calibration.shapes import KindShape

_RESTS_ON = ("duration_reference", "joint_reference", "judicial_reference", "late_cap")
"""Parameters without which the fitted ones would mean something else."""


@dataclass(frozen=True)
class Calibration:
    """What a history tells about the parameters of the simulation.

    Attributes:
        base: what held for the rest.
        sessions: good rows.
        estimates: parameters with their 95 % intervals.
        kept: parameters that the history can't tell.
        kinds: durations by kind.
        fits: tests of the model.
        notes: what was taken for granted.
        pictures: each fitted distribution beside what was observed.
    """

    base: Scenario
    sessions: int
    estimates: tuple[Estimate, ...]
    kept: tuple[Kept, ...]
    kinds: tuple[KindShape, ...]
    fits: tuple[Fit, ...]
    notes: tuple[Note, ...]
    pictures: tuple[Picture, ...]

    def parameters(self) -> dict[str, Any]:
        """For a scenario file: what was fitted, what the fit rests on, and where the base is no default."""
        default = Scenario()
        rest = {
            name: value
            for name, value in self.base.model_dump().items()
            if name in _RESTS_ON or value != getattr(default, name)
        }
        return rest | {estimate.parameter: estimate.value for estimate in self.estimates}

    def scenario(self) -> Scenario:
        """The base with the fitted parameters."""
        return Scenario.model_validate({**self.base.model_dump(), **self.parameters()})


def calibrate(history: SessionHistory, base: Scenario | None = None) -> Calibration:
    """Fit the parameters of the simulation that a history speaks of.

    Args:
        history: good rows.
        base: what holds for the rest: references of planned minutes, cap of lateness, tolerance; default: the
            defaults.

    Raises:
        TooShortError: when there are fewer than LEAST_SESSIONS rows.
    """
    base = base or Scenario()
    if len(history) < LEAST_SESSIONS:
        raise TooShortError(f"expected at least {LEAST_SESSIONS} good rows, found {len(history)}")
    punctuality, patience = fit_punctuality(history, base), fit_patience(history, base)
    sessions, kinds = fit_sessions(history, base)
    return Calibration(
        base=base,
        sessions=len(history),
        estimates=(*punctuality.estimates, *patience.estimates, *sessions.estimates),
        kept=(*punctuality.kept, *patience.kept, *sessions.kept),
        kinds=kinds,
        fits=(*punctuality.fits, *patience.fits, *sessions.fits),
        notes=(*punctuality.notes, *patience.notes, *sessions.notes),
        pictures=(*punctuality.pictures, *patience.pictures, *sessions.pictures),
    )
