"""What a calibration finds: parameters with intervals, those that it leaves alone, and how well all fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.model.columns import FloatArray
from simulation.calibration.pictures import Picture
from simulation.calibration.tails import chi_square_above

LEAST_SESSIONS = 200
"""A history with fewer good rows is refused: not even the commonest parameter would mean much."""

LEAST_EVENTS = 20
"""Of what a parameter describes; with fewer, a share is counted and its interval exact, and any other
parameter stays as it was."""

DOUBTFUL = 0.01
"""A test of fit whose p-value is below this is pointed out."""


class TooShortError(ValueError):
    """The history holds too few sessions to calibrate from."""


@dataclass(frozen=True)
class Estimate:
    """A parameter of `Scenario` as the history shows it.

    Attributes:
        low, high: 95 % interval.
        events: how many rows speak of it (for a share: how many times it happened).
        trials: out of how many rows.
        method: how the interval was found.
    """

    parameter: str
    value: float
    low: float
    high: float
    events: int
    trials: int
    method: str


@dataclass(frozen=True)
class Kept:
    """A parameter that the history can't tell; so many rows speak of it."""

    parameter: str
    events: int

    @property
    def too_few(self) -> bool:
        """Whether there are too few rows; else their likelihood has no maximum."""
        return self.events < LEAST_EVENTS

    @property
    def reason(self) -> str:
        """Why it was not fitted."""
        if self.too_few:
            return f"{self.events} rows speak of it; expected at least {LEAST_EVENTS}"
        return "the rows do not tell it: the likelihood has no maximum"


NOTES = {
    "slope": "no_show_per_lead_day is 0: the rows do not tell it; no-shows hold the mean",
    "no_shows": "no arrival of a no-show is kept: customers later than {minutes:g} minutes and those who did"
    " not come are told apart by the model of lateness alone",
    "interruptions": "interruptions are not recorded: durations hold them, and failure_recoverable is 0",
    "uneven_delays": "delays are not spread evenly: their range is that of the same mean and deviation",
}
"""What may be taken for granted."""


@dataclass(frozen=True)
class Note:
    """Something that was taken for granted: one of NOTES, and minutes where it names some."""

    name: str
    minutes: float = 0.0

    @property
    def text(self) -> str:
        """The sentence."""
        return NOTES[self.name].format(minutes=self.minutes)


@dataclass(frozen=True)
class Fit:
    """How well the model describes a part of the history.

    Attributes:
        about: what was tested.
        test: name of the test.
        sample: rows that entered.
        statistic: large when the fit is bad.
        p_value: probability of a statistic as large under the model.
    """

    about: str
    test: str
    sample: int
    statistic: float
    p_value: float

    @property
    def doubtful(self) -> bool:
        """Whether the model describes this badly."""
        return self.p_value < DOUBTFUL


@dataclass(frozen=True)
class Part:
    """What one part of the calibration found."""

    estimates: tuple[Estimate, ...] = ()
    kept: tuple[Kept, ...] = ()
    fits: tuple[Fit, ...] = ()
    notes: tuple[Note, ...] = ()
    pictures: tuple[Picture, ...] = ()


def evenness(about: str, ranks: FloatArray, fitted: int) -> Fit | None:
    """Pearson's test that numbers are spread evenly over (0, 1), as a distribution function makes them.

    Args:
        ranks: values of the distribution function at what was observed.
        fitted: parameters that were fitted to the same rows; each takes a degree of freedom, which makes the
            test a little stricter than it says (Chernoff & Lehmann 1954).

    Returns:
        None with too few rows for a test.
    """
    bins = min(20, len(ranks) // 10)
    freedom = bins - 1 - fitted
    if freedom < 1:
        return None
    counts, _ = np.histogram(ranks, bins=bins, range=(0.0, 1.0))
    expected = len(ranks) / bins
    statistic = float(((counts - expected) ** 2).sum() / expected)
    return Fit(about, "chi-square", len(ranks), statistic, chi_square_above(statistic, freedom))
