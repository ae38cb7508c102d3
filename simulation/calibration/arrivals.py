"""Who comes, and when: no-shows by participants and lead time, lateness and earliness of participants.

The model is the simulation's (`simulation.draws`): a customer does not come at all with the probability
``base + per_lead_day * days``; else each participant is late with the probability q by a lognormal time, cut
at the cap, or early by an exponential time, and the session waits for the last of its k participants. With
the distribution function F of one participant's lateness,

    F(x) = (1 - q) exp(x / early)                for x <= 0
    F(x) = 1 - q + q Phi(ln(x / median) / sigma)  for 0 < x < cap,

the last of k comes by x with the probability F(x)**k. Where the export does not keep when customers came who
were counted as no-shows, such a row says only that nobody came within the tolerance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from data.files.past_sessions import SessionHistory
from data.model import Scenario
from data.model.columns import BoolArray, FloatArray, IntArray
from simulation.calibration.pictures import Picture, picture
from simulation.calibration.results import LEAST_EVENTS
from simulation.calibration.rounding import even_places, resolution
from simulation.calibration.tails import normal_below

_MINUTES_A_DAY = 1440.0
_LEAST = 1e-300


@dataclass(frozen=True)
class ArrivalFigures:
    """Parameters of arrivals, named as in `Scenario`."""

    no_show_single: float
    no_show_joint: float
    no_show_per_lead_day: float
    late_probability: float
    late_median: float
    late_sigma: float
    early_mean: float


@dataclass(frozen=True, eq=False)
class Arrivals:
    """What a history says about arrivals.

    Attributes:
        lateness: minutes after the appointment at which the last participant came; by session that came.
        came_of: participants of those.
        alone: of those, whether the session is not counted below; then its lateness speaks for itself, given
            that the customers came in time to be recorded.
        cap: longest lateness in the model.
        limit: lateness up to which arrivals are kept at all; inf: all are.
        joint, lead, of, came: of sessions that came or did not (whose lead time is known, where any is):
            whether two or more had to attend, days between booking and session, participants, and whether
            they came.
        hour: hour of the day, of the same sessions.
        leads_known: whether any lead time is known.
        early_known: whether arrivals before the appointment are kept.
    """

    lateness: FloatArray
    came_of: IntArray
    alone: BoolArray
    cap: float
    limit: float
    joint: BoolArray
    lead: FloatArray
    of: IntArray
    came: BoolArray
    hour: IntArray
    leads_known: bool
    early_known: bool

    @classmethod
    def of_history(cls, history: SessionHistory, base: Scenario) -> Arrivals:
        """Sort the rows; those that say neither that customers came nor that they did not are left out."""
        came = np.isfinite(history.arrived)
        no_show = history.outcome == "no_show"
        kept = bool((came & no_show).any()) or not no_show.any()
        lead = np.maximum(history.appointed - history.booked_at, 0.0) / _MINUTES_A_DAY
        told = np.isfinite(lead)
        leads_known = bool(told.any())
        counted = (came | no_show) & (told | (not leads_known))
        lateness = (history.arrived - history.appointed)[came]
        return cls(
            lateness=lateness,
            came_of=history.participants[came],
            alone=~counted[came],
            cap=base.late_cap,
            limit=math.inf if kept else base.late_tolerance,
            joint=history.participants[counted] >= 2,
            lead=lead[counted] if leads_known else np.zeros(int(counted.sum())),
            of=history.participants[counted],
            came=came[counted],
            hour=history.hour[counted],
            leads_known=leads_known,
            early_known=int((lateness < 0).sum()) >= LEAST_EVENTS,
        )

    @property
    def late(self) -> int:
        """How many sessions waited for a late participant."""
        return int((self.lateness > 0).sum())

    def log_likelihood(self, figures: ArrivalFigures) -> float:
        """Of these figures; -inf where they can't be."""
        absent = self.absence(figures)
        if not ((absent > 0.0) & (absent < 1.0)).all():
            return -math.inf
        missed = absent[~self.came]
        if np.isfinite(self.limit):
            missed = missed + (1.0 - missed) * (1.0 - self._recorded(self.of[~self.came], figures))
        comes = float(np.log1p(-absent[self.came]).sum()) + float(np.log(missed).sum())
        given = float(np.log(self._recorded(self.came_of[self.alone], figures)).sum())
        return comes + float(self._log_density(figures).sum()) - given

    def too_late(self, figures: ArrivalFigures) -> FloatArray:
        """Probability of coming too late to be recorded, by counted session whose customers come."""
        return 1.0 - self._recorded(self.of, figures)

    def _recorded(self, of: IntArray, figures: ArrivalFigures) -> FloatArray:
        return last_by(np.full(len(of), self.limit), of, figures, self.cap)

    def absence(self, figures: ArrivalFigures) -> FloatArray:
        """Probability of not coming at all, by counted session."""
        base = np.where(self.joint, figures.no_show_joint, figures.no_show_single)
        return np.asarray(base + figures.no_show_per_lead_day * self.lead)

    def _log_density(self, figures: ArrivalFigures) -> FloatArray:
        """Of each arrival's lateness."""
        x, of = self.lateness, self.came_of
        late, capped = x > 0.0, x >= self.cap
        by = one_by(x, figures)
        density = np.empty_like(x)
        early = ~late
        if self.early_known:
            density[early] = by[early] / figures.early_mean
        else:
            by[early] = 1.0 - figures.late_probability
            density[early] = by[early] / of[early]
        score = np.log(x[late] / figures.late_median) / figures.late_sigma
        density[late] = (
            figures.late_probability
            * np.exp(-0.5 * score**2)
            / (math.sqrt(2.0 * math.pi) * figures.late_sigma * x[late])
        )
        logs = np.log(of) + (of - 1) * np.log(by) + np.log(np.maximum(density, _LEAST))
        beyond = 1.0 - last_by(np.full(int(capped.sum()), self.cap), of[capped], figures, math.inf)
        logs[capped] = np.log(np.maximum(beyond, _LEAST))
        return np.asarray(logs)

    def ranks(self, figures: ArrivalFigures) -> FloatArray:
        """The model's distribution function at each lateness (before the appointment: only if kept).

        A rounded record stands for all lateness within half a step: its rank is spread over theirs.
        """
        half, told = self._half_step, self._told()
        x, of = self.lateness[told], self.came_of[told]
        first, last = self._below(x - half, of, figures), self._below(x + half, of, figures)
        return np.asarray(first + even_places(len(of)) * (last - first))

    def drawn(self, figures: ArrivalFigures) -> Picture:
        """Lateness beside its model (before the appointment: only if kept), given that it is recorded."""
        told = self._told()
        of = self.came_of[told]

        def below(edge: float) -> float:
            return float(np.clip(self._below(np.full(len(of), edge), of, figures), 0.0, 1.0).mean())

        return picture("lateness", self.lateness[told], below)

    @property
    def _half_step(self) -> float:
        return resolution(self.lateness) / 2.0

    def _told(self) -> BoolArray:
        """Rows whose lateness is known as it was: not capped, and early only if that is kept."""
        told = np.ones(len(self.lateness), dtype=np.bool_) if self.early_known else self.lateness > 0.0
        return np.asarray(told & (self.lateness + self._half_step < self.cap) & (self.lateness <= self.limit))

    def _below(self, minutes: FloatArray, of: IntArray, figures: ArrivalFigures) -> FloatArray:
        """P(lateness <= minutes, given that it is one of those that are told)."""

        def by(at: FloatArray) -> FloatArray:
            return last_by(at, of, figures, math.inf)

        half = self._half_step
        bottom = 0.0 if self.early_known else by(np.full(len(of), half))
        top = by(np.full(len(of), min(self.cap - half, self.limit + half)))
        return np.asarray((by(minutes) - bottom) / (top - bottom))


def one_by(x: FloatArray, figures: ArrivalFigures) -> FloatArray:
    """P(lateness of one participant <= x), the cap aside."""
    late = x > 0.0
    by = np.empty_like(x)
    by[~late] = (1.0 - figures.late_probability) * np.exp(x[~late] / max(figures.early_mean, _LEAST))
    score = np.log(x[late] / figures.late_median) / figures.late_sigma
    by[late] = 1.0 - figures.late_probability * normal_below(-score)
    return np.maximum(by, _LEAST)


def last_by(x: FloatArray, of: IntArray, figures: ArrivalFigures, cap: float) -> FloatArray:
    """P(the last of so many participants is at most x late); 1 from the cap on."""
    return np.where(x >= cap, 1.0, one_by(x, figures) ** of)
