"""Played days, what is predicted in the middle of them, and what then came to pass."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random
from typing import NamedTuple

import numpy as np

from data.day import DayState
from data.model import Case, Scenario
from simulation import OwnList, PoolLateBinding, TwinEngine, Week, draw
from simulation.mending.day_view import DayView, PlannedDayView
from simulation.outcome_log import OutcomeLog
from simulation.prediction import Prediction, Predictor
from simulation.records import Outcome
from tests.simulation.weeks import random_week

ROUGH = Scenario(
    duration_mean=25.0,
    duration_sigma=0.4,
    late_probability=0.3,
    agent_absence=0.15,
    cancellation_probability=0.05,
    cancellation_notice_median=60.0,
)
"""A scenario in which much goes wrong."""


class Seen(NamedTuple):
    """One session that was open in the middle of a day, taken at random: what was predicted, and what came.

    Attributes:
        late, held: probabilities.
        was_late, was_held: what came.
        rank: place of the true start among the predicted ones, from 0 to 1, ties broken at random; nan
            where the session was not held.
    """

    late: float
    was_late: bool
    held: float
    was_held: bool
    rank: float


def middle_of_day(
    case: Case, scenario: Scenario, policy: PoolLateBinding | OwnList, seed: int, moment: float
) -> tuple[DayState, OutcomeLog]:
    """The state of the first day at a moment, and the whole day."""
    week = Week.of(case)
    play = TwinEngine().begin(week, scenario, draw(week, scenario, seed, 0), policy)
    play.until(moment)
    state = DayView(PlannedDayView.of(case, week, 0)).look(play.sight(), moment).copy()
    return state, play.finish()


def came_late(log: OutcomeLog, session: int, tolerance: float) -> bool:
    """As in `Prediction.late`."""
    rebooked = (Outcome.REBOOKED_BY_ISSUER, Outcome.REBOOKED_SAME_DAY)
    return bool(log.wait[session] > tolerance) or log.outcome[session] in rebooked


def days_seen(count: int, first_seed: int = 0, tolerance: float = 5.0) -> Iterator[Seen]:
    """One session of each of so many days, all days independent."""
    for seed in range(first_seed, first_seed + count):
        dice = Random(seed)
        case = random_week(seed, agents=dice.randint(3, 8), pools=dice.choice((1, 2)), fullness=0.95)
        policy = PoolLateBinding()
        moment = dice.uniform(500.0, 800.0)
        state, log = middle_of_day(case, ROUGH, policy, seed, moment)
        number = {name: n for n, name in enumerate(Week.of(case).booking_id.tolist())}
        prediction = Predictor(case, ROUGH, policy).predict(state, seed=-1 - seed, tolerance=tolerance)
        open_rows = np.flatnonzero(~prediction.is_running)
        if len(open_rows):
            row = int(dice.choice(open_rows.tolist()))
            yield seen(prediction, row, log, number[prediction.booking_id[row]], tolerance, dice)


def seen(
    prediction: Prediction, row: int, log: OutcomeLog, session: int, tolerance: float, dice: Random
) -> Seen:
    """What was predicted of a session, and what came."""
    was_held = not np.isnan(log.begun[session]) and np.isnan(log.rebooked_at[session])
    starts = prediction.starts[:, row]
    starts = starts[~np.isnan(starts)]
    rank = np.nan
    if was_held and len(starts):
        begun = log.begun[session]
        below = np.count_nonzero(starts < begun - 1e-4)
        equal = np.count_nonzero(np.abs(starts - begun) <= 1e-4)
        rank = (below + dice.random() * (equal + 1)) / (len(starts) + 1)
    return Seen(
        float(prediction.late[row]),
        came_late(log, session, tolerance),
        float(prediction.held[row]),
        was_held,
        rank,
    )


def reliability(
    found: list[Seen], edges: tuple[float, ...] = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0)
) -> list[tuple[float, float, int, float, float]]:
    """By bin of the predicted probability of a late start: mean predicted, observed share, sessions, and the
    limits of the observed number, as a share, that a Poisson binomial with these probabilities keeps with
    three standard deviations and a half session."""
    rows = []
    for low, high in pairwise(edges):
        inside = [s for s in found if low <= s.late < high or s.late == high == 1.0]
        if inside:
            p = np.array([s.late for s in inside])
            observed = sum(s.was_late for s in inside) / len(inside)
            spread = (3.0 * float(np.sqrt(np.sum(p * (1 - p)))) + 0.5) / len(inside)
            mean = float(p.mean())
            rows.append((mean, observed, len(inside), mean - spread, mean + spread))
    return rows
