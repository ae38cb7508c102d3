"""Calibration: the parameters of the simulation from an issuer's past sessions, with intervals and fit."""

from simulation.calibration.calibrate import Calibration, calibrate
from simulation.calibration.pictures import DISTRIBUTIONS, Picture
from simulation.calibration.results import (
    LEAST_EVENTS,
    LEAST_SESSIONS,
    NOTES,
    Estimate,
    Fit,
    Kept,
    Note,
    TooShortError,
)
from simulation.calibration.shapes import KindShape

__all__ = [
    "DISTRIBUTIONS",
    "LEAST_EVENTS",
    "LEAST_SESSIONS",
    "NOTES",
    "Calibration",
    "Estimate",
    "Fit",
    "Kept",
    "KindShape",
    "Note",
    "Picture",
    "TooShortError",
    "calibrate",
]
