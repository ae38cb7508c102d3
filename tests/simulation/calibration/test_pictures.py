"""Pictures of fitted distributions: classes, shares, and waits whose end nobody saw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.calibration import DISTRIBUTIONS, Picture, calibrate
from simulation.calibration.patience import Waits, drawn_waits, staying
from simulation.calibration.pictures import class_edges, picture
from tests.simulation.calibration.histories import TRUTH, played_history


@pytest.fixture(scope="module")
def drawn() -> dict[str, Picture]:
    """All pictures of a history of 5,000 sessions."""
    return {one.about: one for one in calibrate(played_history(TRUTH, 5000, 91)).pictures}


def test_each_fitted_distribution_has_a_picture(drawn: dict[str, Picture]) -> None:
    """Lateness, patience, the three kinds of sessions and delays, each once."""
    assert set(drawn) == set(DISTRIBUTIONS)


@pytest.mark.parametrize("about", DISTRIBUTIONS)
def test_model_and_history_lie_together(drawn: dict[str, Picture], about: str) -> None:
    """Where the model is true, each class's share is the model's but for chance, and most of all is shown."""
    one = drawn[about]
    error = np.sqrt(np.maximum(one.model, 1.0 / one.rows) / one.rows)
    # Patience is seen to its end in half of the rows only.
    assert (np.abs(one.observed - one.model) < (8 if about == "patience" else 5) * error).all()
    least = 0.3 if about == "patience" else 0.97
    assert min(one.observed.sum(), one.model.sum()) > least
    assert max(one.observed.sum(), one.model.sum()) <= 1.0 + 1e-9
    assert 5 <= len(one.model) <= 30


def test_a_wrong_model_shows() -> None:
    """Of durations that are even instead of lognormal, the classes are off by far more than chance."""
    history = played_history(TRUTH, 5000, 91)
    even = history.planned * np.random.default_rng(1).uniform(0.5, 1.5, len(history))
    ended = np.where(history.outcome == "fulfilled", history.started + even, history.ended)
    bent = replace(history, ended=ended, interrupted=np.full(len(history), np.nan))
    for one in calibrate(bent).pictures:
        if one.about == "duration_single":
            error = np.sqrt(np.maximum(one.model, 1.0 / one.rows) / one.rows)
            assert (((one.observed - one.model) / error) ** 2).sum() > 4 * len(error)


def test_classes() -> None:
    """They are of one round width; whole minutes lie in the middle of theirs, or evenly within them."""
    minutes = np.random.default_rng(2).exponential(10.0, size=2000)
    for sample, step in ((minutes, 0.0), (np.rint(minutes), 1.0)):
        edges = class_edges(sample)
        widths = np.diff(edges)
        assert np.ptp(widths) < 1e-9
        assert widths[0] == pytest.approx(5.0)
        assert (edges[0] + step / 2) % widths[0] == pytest.approx(0.0)
        inside = (sample >= edges[0]) & (sample < edges[-1])
        assert inside.mean() >= 0.99
    assert len(class_edges(np.full(30, 6.0))) == 2


def test_a_picture_counts() -> None:
    """Shares of all rows, those outside the classes too; the distribution function is asked at the edges."""
    minutes = np.array([0.0, 1.0, 1.5, 2.0, 3.0])
    one = picture("failure_delay", minutes, lambda edge: edge / 4.0)
    assert one.rows == 5
    assert one.edges[-1] == pytest.approx(3.0 - 1.0 / 120.0)
    assert one.observed.sum() == pytest.approx(0.8)
    assert one.model == pytest.approx(np.diff(one.edges) / 4.0)


def test_a_published_estimate_of_lasting() -> None:
    """Remission of 21 patients on 6-mercaptopurine, as printed (Freireich et al. 1963, Blood 21(6))."""
    ended = np.array([6, 6, 6, 7, 10, 13, 16, 22, 23], dtype=float)
    seen_until = np.array([6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], dtype=float)
    waits = Waits(ended, seen_until)
    everybody = np.concatenate([ended, seen_until])
    lasting = dict(zip(np.sort(everybody).tolist(), staying(waits, everybody).tolist(), strict=True))
    printed = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448, 35: 0.448}
    assert {week: round(lasting[week], 3) for week in printed} == printed
    one = drawn_waits(waits, 20.0, 1.0)
    assert one.observed.sum() == pytest.approx(1.0 - 0.448, abs=5e-4)
    assert one.edges[-1] <= 35.0


def test_whole_minutes_of_a_history() -> None:
    """Rounded to minutes, classes keep their whole minutes together: no comb beside a smooth model."""
    history = played_history(TRUTH, 5000, 92)
    columns = {n: np.rint(getattr(history, n)) for n in ("arrived", "started", "ended", "interrupted")}
    rounded = replace(history, **columns)
    good = ~(rounded.ended <= rounded.started)
    rounded = replace(rounded, **{n: getattr(rounded, n)[good] for n in vars(rounded)})
    for one in calibrate(rounded).pictures:
        error = np.sqrt(np.maximum(one.model, 1.0 / one.rows) / one.rows)
        inner = slice(1, -1)
        assert (np.abs(one.observed - one.model)[inner] < 8 * error[inner]).all(), one.about
