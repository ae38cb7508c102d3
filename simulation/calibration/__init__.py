"""Calibration: the parameters of the simulation from an issuer's past sessions, with intervals and fit."""

from simulation.calibration.calibrate import Calibration, calibrate
from simulation.calibration.results import LEAST_EVENTS, LEAST_SESSIONS, Estimate, Fit, Kept, TooShortError
from simulation.calibration.shapes import KindShape

__all__ = [
    "LEAST_EVENTS",
    "LEAST_SESSIONS",
    "Calibration",
    "Estimate",
    "Fit",
    "Kept",
    "KindShape",
    "TooShortError",
    "calibrate",
]
