"""A day that is stopped, looked at and predicted: what a look costs, what a prediction, and how true it is.

`python -m benchmarks.simulation.middle_of_day [--days 300] [--save]`

- **Looks**: the same replications of a day of 80 agents without a mender, and with one who decides nothing;
  their logs are compared first. Milliseconds of each, and what a review costs.
- **Predictions**: 200 replications of the rest of a day of some 2,100 sessions, from noon on.
- **Reliability**: days of 40 agents that much goes wrong on, stopped at random moments of their middle. For
  all sessions that are open then: the predicted probabilities of a start over 5 minutes late, in bins, beside
  the shares that came. Sessions of a day depend on each other, so the 95 % interval is by days as a whole.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from random import Random
from statistics import median
from typing import Any, Final

import numpy as np

from benchmarks.provenance import record
from benchmarks.simulation.busy_day import busy_day
from data.day import DayState, Decision
from data.model import Scenario
from data.model.columns import FloatArray, IntArray
from simulation import Mended, Outcome, Player, PoolLateBinding, TwinEngine, draw
from simulation.mending.day_view import DayView, PlannedDayView
from simulation.outcome_log import OutcomeLog
from simulation.prediction import Predictor

DAYS: Final = 300
ROUNDS: Final = 15
NOON: Final = 720.0
TOLERANCE: Final = 5.0
EDGES: Final = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0)
ROUGH: Final = Scenario(duration_sigma=0.4, late_probability=0.3, agent_absence=0.1)
REBOOKED: Final = (Outcome.REBOOKED_BY_ISSUER, Outcome.REBOOKED_SAME_DAY)


class Onlooker:
    """Decides nothing, and counts."""

    def __init__(self) -> None:
        self.reviews = 0

    def decide(self, state: DayState) -> Sequence[Decision]:  # noqa: ARG002 - the protocol's argument
        """Nothing."""
        self.reviews += 1
        return ()


def run(days: int = DAYS, save: bool = False) -> dict[str, Any]:
    """Measure, print and, if asked to, keep the figures."""
    result = {"looks": _looks(), "prediction": _prediction(), "reliability": _reliability(days)}
    _print(result)
    if save:
        record("simulation_middle_of_day", result)
    return result


def _looks() -> dict[str, Any]:
    case, onlooker = busy_day(80, 10), Onlooker()
    plain = Player(case, Scenario())
    watched = Player(case, Scenario(), Mended(PoolLateBinding(), onlooker))
    if not np.array_equal(plain.play(1, 0).begun, watched.play(1, 0).begun, equal_nan=True):
        raise RuntimeError("a day that is looked at goes another way")
    onlooker.reviews = 0
    seconds: dict[str, list[float]] = {"plain": [], "watched": []}
    for number in range(ROUNDS):
        for name, player in (("plain", plain), ("watched", watched)):
            seconds[name].append(_seconds(lambda player=player, number=number: player.play(1, number)))
    one, other = median(seconds["plain"]), median(seconds["watched"])
    reviews = onlooker.reviews / ROUNDS
    return {
        "sessions": len(plain.week),
        "milliseconds_plain": 1e3 * one,
        "milliseconds_watched": 1e3 * other,
        "reviews": reviews,
        "milliseconds_a_review": 1e3 * (other - one) / reviews,
    }


def _prediction() -> dict[str, Any]:
    case = busy_day(70, 7)
    player = Player(case, Scenario())
    state, _ = _stopped(player, PlannedDayView.of(case, player.week, 0), 1, NOON)
    predictor = Predictor(case, Scenario())
    predictor.predict(state, replications=2)
    seconds = [_seconds(lambda: predictor.predict(state)) for _ in range(ROUNDS)]
    return {
        "sessions": len(case.sessions),
        "sessions_left": len(predictor.predict(state, replications=1)),
        "replications": 200,
        "seconds": median(seconds),
        "seconds_most": max(seconds),
    }


def _stopped(player: Player, view: PlannedDayView, seed: int, moment: float) -> tuple[DayState, OutcomeLog]:
    """The state of the first day at a moment, and the whole day."""
    play = TwinEngine().begin(
        player.week, player.scenario, draw(player.week, player.scenario, seed, 0), PoolLateBinding()
    )
    play.until(moment)
    state = DayView(view).look(play.sight(), moment).copy()
    return state, play.finish()


def _reliability(days: int) -> list[dict[str, float]]:
    case = busy_day(40, 8)
    player, predictor = Player(case, ROUGH), Predictor(case, ROUGH)
    number = {name: place for place, name in enumerate(player.week.booking_id.tolist())}
    view = PlannedDayView.of(case, player.week, 0)
    told, came, day = [], [], []
    for seed in range(days):
        moment = Random(seed).uniform(560.0, 900.0)
        state, log = _stopped(player, view, seed, moment)
        found = predictor.predict(state, seed=-1 - seed, tolerance=TOLERANCE)
        for row in np.flatnonzero(~found.is_running).tolist():
            session = number[found.booking_id[row]]
            told.append(float(found.late[row]))
            came.append(log.wait[session] > TOLERANCE or log.outcome[session] in REBOOKED)
            day.append(seed)
    return _bins(np.array(told), np.array(came, dtype=np.float64), np.array(day, dtype=np.int64), days)


def _bins(told: FloatArray, came: FloatArray, day: IntArray, days: int) -> list[dict[str, float]]:
    rows = []
    place = np.clip(np.searchsorted(EDGES, told, side="right") - 1, 0, len(EDGES) - 2)
    for bin_number in range(len(EDGES) - 1):
        inside = place == bin_number
        if not (count := int(inside.sum())):
            continue
        by_day = np.bincount(day[inside], weights=(came - told)[inside], minlength=days)
        rows.append(
            {
                "predicted": float(told[inside].mean()),
                "observed": float(came[inside].mean()),
                "sessions": count,
                "half_width": 1.96 * float(np.sqrt((by_day**2).sum())) / count,
            }
        )
    return rows


def _seconds(turn: Callable[[], object]) -> float:
    started = time.process_time()
    turn()
    return time.process_time() - started


def _print(result: dict[str, Any]) -> None:
    looks, prediction = result["looks"], result["prediction"]
    print(
        f"{looks['sessions']} sessions: {looks['milliseconds_plain']:.1f} ms without a mender, "
        f"{looks['milliseconds_watched']:.1f} ms with {looks['reviews']:.0f} reviews, "
        f"{looks['milliseconds_a_review']:.3f} ms each"
    )
    print(
        f"prediction at noon, {prediction['sessions_left']} of {prediction['sessions']} sessions left, "
        f"200 replications: {prediction['seconds']:.2f} s, {prediction['seconds_most']:.2f} s at most"
    )
    print(f"{'predicted':>10} {'observed':>10} {'± 95 %':>8} {'sessions':>9}")
    for row in result["reliability"]:
        print(
            f"{row['predicted']:10.3f} {row['observed']:10.3f} {row['half_width']:8.3f} {row['sessions']:9d}"
        )


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--save", action="store_true")
    arguments = parser.parse_args()
    run(arguments.days, arguments.save)
    return 0


if __name__ == "__main__":
    sys.exit(main())
