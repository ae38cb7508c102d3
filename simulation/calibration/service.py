"""What happens in a session: its duration, technical failures, missing documents.

The model is the simulation's (`simulation.draws`). A session would last a lognormal time D. With the
probability f a technical failure ends it at U * D, U even over (0, 1); with the probability g a failure that
is overcome adds a delay. With the probability w documents are missing, and end the session at the check c,
unless a technical failure came before. So, of the sessions that began,

    fulfilled without an interruption, after t    (1 - f - g)(1 - w) p(t)
    fulfilled with one of r minutes, after t      g (1 - w) p(t - r), r by its own distribution
    cut off by a failure after t                  f h(t), t <= c;  f (1 - w) h(t), t > c
    ended by missing documents                    w (1 - f + f P(U D > c))

with p the density of D. A cut-off tells a part of D only, so that its density is the integral over all D that
could have been cut there: h(t) = integral from t of p(d)/d dd, which for a lognormal of the parameters mu and
sigma is exp(-mu + sigma**2 / 2) Phi((mu - sigma**2 - ln t) / sigma); and P(U D > c) = P(D > c) - c h(c).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.files.past_sessions import STARTED, SessionHistory
from data.model import SESSION_KINDS, Scenario
from data.model.columns import FloatArray, IntArray
from simulation.calibration.rounding import spread
from simulation.calibration.tails import normal_below

_LEAST = 1e-300


@dataclass(frozen=True)
class ServiceFigures:
    """Parameters of sessions, named as in `Scenario`."""

    duration_mean: float
    joint_factor: float
    judicial_factor: float
    duration_sigma: float
    failure_rebook: float
    failure_recoverable: float
    documents_missing: float


@dataclass(frozen=True, eq=False)
class Service:
    """What a history says about the sessions that began.

    Attributes:
        kind, scale, net: of fulfilled sessions: number of the kind in SESSION_KINDS, planned minutes over the
            kind's reference, and minutes less those lost to a failure that was overcome.
        hour: of fulfilled sessions, the hour of the appointment.
        delays: those minutes, where there were any.
        cut_kind, cut_scale, cut: of sessions that a failure ended: minutes until then.
        unready_kind, unready_scale, unready: of sessions that missing documents ended: minutes until then.
        check: minutes until missing documents end a session.
        delays_kept: whether interruptions are recorded.
    """

    kind: IntArray
    scale: FloatArray
    net: FloatArray
    hour: IntArray
    delays: FloatArray
    cut_kind: IntArray
    cut_scale: FloatArray
    cut: FloatArray
    unready_kind: IntArray
    unready_scale: FloatArray
    unready: FloatArray
    check: float
    delays_kept: bool

    @classmethod
    def of_history(cls, history: SessionHistory, base: Scenario, check: float) -> Service:
        """Sort the rows of sessions that began."""
        numbers = {name: number for number, name in enumerate(SESSION_KINDS)}
        kind = np.array([numbers[name] for name in history.kind], dtype=np.int64)
        scale = history.planned / references(base)[kind]
        lasted = history.ended - history.started
        fulfilled, cut, unready = (history.outcome == STARTED[place] for place in range(3))
        lost = np.nan_to_num(history.interrupted[fulfilled])
        return cls(
            kind=kind[fulfilled],
            scale=scale[fulfilled],
            net=lasted[fulfilled] - lost,
            hour=history.hour[fulfilled],
            delays=lost[lost > 0.0],
            cut_kind=kind[cut],
            cut_scale=scale[cut],
            cut=lasted[cut],
            unready_kind=kind[unready],
            unready_scale=scale[unready],
            unready=lasted[unready],
            check=check,
            delays_kept=bool(np.isfinite(history.interrupted[fulfilled]).any()),
        )

    @property
    def began(self) -> int:
        """Sessions that began."""
        return len(self.net) + len(self.cut) + len(self.unready)

    def log_likelihood(self, figures: ServiceFigures) -> float:
        """Of these figures; -inf where they can't be."""
        f, g, w = figures.failure_rebook, figures.failure_recoverable, figures.documents_missing
        if f + g >= 1.0 or w >= 1.0:
            return -math.inf
        sigma, delayed = figures.duration_sigma, len(self.delays)
        whole = len(self.net) - delayed
        value = whole * math.log(1.0 - f - g) + len(self.net) * math.log1p(-w)
        if delayed:
            value += delayed * math.log(max(g, _LEAST))
        residual = self.residuals(figures)
        value -= float((0.5 * residual**2).sum()) + len(residual) * math.log(sigma)
        if len(self.cut):
            cut_off = integral_of_inverse(
                self.cut, self._centres(self.cut_kind, self.cut_scale, figures), sigma
            )
            value += float(np.log(np.maximum(f * cut_off, _LEAST)).sum())
            value += int((self.cut > self.check).sum()) * math.log1p(-w)
        if len(self.unready):
            centre = self._centres(self.unready_kind, self.unready_scale, figures)
            beyond = cut_after(self.check, centre, sigma)
            value += float(np.log(np.maximum(w * (1.0 - f + f * beyond), _LEAST)).sum())
        return value

    def residuals(self, figures: ServiceFigures) -> FloatArray:
        """Of fulfilled sessions: how far the logarithm of the duration is off its mean, in sigmas."""
        centres = self._centres(self.kind, self.scale, figures)
        return np.asarray((np.log(self.net) - centres) / figures.duration_sigma)

    def share_below(self, kind: int, figures: ServiceFigures, minutes: float) -> float:
        """The model's share of fulfilled sessions of a kind, interruptions aside, that last up to so long."""
        if minutes <= 0.0:
            return 0.0
        centres = self._centres(self.kind, self.scale, figures)[self.kind == kind]
        return float(normal_below((math.log(minutes) - centres) / figures.duration_sigma).mean())

    def cut_ranks(self, figures: ServiceFigures) -> FloatArray:
        """The model's distribution function at the moment of each failure that ended a session."""
        sigma, w = figures.duration_sigma, figures.documents_missing
        centre = self._centres(self.cut_kind, self.cut_scale, figures)
        beyond_check = cut_after(self.check, centre, sigma)
        at = np.maximum(spread(self.cut), _LEAST)
        beyond = cut_after(at, centre, sigma)
        late = at > self.check
        seen = 1.0 - w * beyond_check
        after = np.where(late, (1.0 - w) * beyond, beyond - w * beyond_check)
        return np.asarray(1.0 - after / seen)

    def _centres(self, kind: IntArray, scale: FloatArray, figures: ServiceFigures) -> FloatArray:
        """The mean logarithm of the duration."""
        factors = np.array([1.0, figures.joint_factor, figures.judicial_factor])
        level = np.log(figures.duration_mean * factors) - figures.duration_sigma**2 / 2.0
        return np.asarray(level[kind] + np.log(scale))


def references(scenario: Scenario) -> FloatArray:
    """Planned minutes at which each kind has its mean, in the order of SESSION_KINDS."""
    return np.array([getattr(scenario, f"{_FIELD[kind]}_reference") for kind in SESSION_KINDS])


_FIELD = {"single": "duration", "joint": "joint", "judicial": "judicial"}


def integral_of_inverse(at: FloatArray | float, centre: FloatArray, sigma: float) -> FloatArray:
    """The integral from `at` of p(d)/d dd for the lognormal density p."""
    score = (centre - sigma**2 - np.log(at)) / sigma
    return np.asarray(np.exp(-centre + sigma**2 / 2.0) * normal_below(score))


def cut_after(at: FloatArray | float, centre: FloatArray, sigma: float) -> FloatArray:
    """P(U D > at) for the lognormal duration D and U even over (0, 1)."""
    stays = normal_below((centre - np.log(at)) / sigma)
    return np.asarray(np.maximum(stays - at * integral_of_inverse(at, centre, sigma), 0.0))
