"""Fit of durations, technical failures and missing documents."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from data.files.past_sessions import STARTED, SessionHistory
from data.model import SESSION_KINDS, Scenario
from simulation.calibration.delays import fit_check, fit_delays
from simulation.calibration.fitting import Fitted, Scale, fit, fit_what_is_told
from simulation.calibration.pictures import Picture, picture
from simulation.calibration.results import LEAST_EVENTS, Estimate, Kept, Note, Part, evenness
from simulation.calibration.service import Service, ServiceFigures, references
from simulation.calibration.shapes import KindShape, kind_shapes, shape_fits
from simulation.calibration.tails import share_interval

_OF_KIND = {"single": "duration_mean", "joint": "joint_factor", "judicial": "judicial_factor"}
_SIGMA = "duration_sigma"
_OVERCOME = "failure_recoverable"
"""Counted among fulfilled sessions: a share of those that no failure ended."""
_FIELDS = tuple(ServiceFigures.__dataclass_fields__)


def fit_sessions(history: SessionHistory, base: Scenario) -> tuple[Part, tuple[KindShape, ...]]:
    """Durations by kind with their common sigma, failures and their delays, missing documents.

    Args:
        history: good rows.
        base: parameters that the history can't tell, and the references of the planned minutes.
    """
    check = fit_check((history.ended - history.started)[history.outcome == STARTED[2]])
    minute = check.estimates[0].value if check.estimates else base.documents_check
    told = _kinds_told(history)
    service = Service.of_history(_of_kinds(history, told), base, minute)
    counts = {
        "failure_rebook": (len(service.cut), service.began),
        _OVERCOME: (len(service.delays), len(service.net)),
        "documents_missing": (len(service.unready), service.began),
    }
    start = _start(service, base, counts, told)

    def log_likelihood(values: Mapping[str, float]) -> float:
        return service.log_likelihood(ServiceFigures(**values))

    fitted, free = fit_what_is_told(
        lambda left: fit(log_likelihood, start, left), start, _free(counts, told), (tuple(counts),)
    )
    figures = ServiceFigures(**fitted.values)
    estimates, kept = _estimates(service, base, fitted, counts, free)
    delays = fit_delays(service.delays) if service.delays_kept else Part()
    notes = list(delays.notes)
    if not service.delays_kept:
        notes.append(Note("interruptions"))
    fits = list(shape_fits(service))
    moments = evenness("moments of failures", service.cut_ranks(figures), 0) if len(service.cut) else None
    fits += [moments] if moments is not None else []
    return (
        Part(
            (*estimates, *delays.estimates, *check.estimates),
            (*kept, *delays.kept, *check.kept),
            (*fits, *delays.fits),
            tuple(notes),
            (*_drawn(service, figures, free), *delays.pictures),
        ),
        kind_shapes(service, references(base)),
    )


def _drawn(service: Service, figures: ServiceFigures, free: Mapping[str, Scale]) -> list[Picture]:
    """Durations of each fitted kind."""
    drawn = []
    for number, kind in enumerate(SESSION_KINDS):
        if _OF_KIND[kind] in free:
            below = partial(service.share_below, number, figures)
            drawn.append(picture(f"duration_{kind}", service.net[service.kind == number], below))
    return drawn


def _kinds_told(history: SessionHistory) -> list[str]:
    """Kinds of which enough sessions were fulfilled."""
    fulfilled = history.outcome == STARTED[0]
    return [k for k in SESSION_KINDS if int((fulfilled & (history.kind == k)).sum()) >= LEAST_EVENTS]


def _of_kinds(history: SessionHistory, kinds: list[str]) -> SessionHistory:
    chosen = np.isin(history.kind.astype(str), kinds)
    return SessionHistory(
        **{name: getattr(history, name)[chosen] for name in SessionHistory.__dataclass_fields__}
    )


def _free(counts: Mapping[str, tuple[int, int]], told: list[str]) -> dict[str, Scale]:
    free = {_OF_KIND[kind]: Scale.POSITIVE for kind in told}
    if told:
        free[_SIGMA] = Scale.POSITIVE
    return free | {
        name: Scale.SHARE
        for name, (events, trials) in counts.items()
        if min(events, trials - events) >= LEAST_EVENTS
    }


def _start(
    service: Service, base: Scenario, counts: Mapping[str, tuple[int, int]], told: list[str]
) -> dict[str, float]:
    """Rough figures to begin with; the held ones as they stay."""
    start = {name: float(getattr(base, name)) for name in _FIELDS}
    relative = service.net / service.scale
    means = {kind: float(relative[service.kind == SESSION_KINDS.index(kind)].mean()) for kind in told}
    for kind in told:
        start[_OF_KIND[kind]] = means[kind] / (1.0 if kind == "single" else start["duration_mean"])
    if told:
        logs = [np.log(relative[service.kind == SESSION_KINDS.index(kind)]) for kind in told]
        start[_SIGMA] = max(float(np.concatenate([of - of.mean() for of in logs]).std()), 1e-3)
    for name, (events, trials) in counts.items():
        start[name] = min(_share((events, trials)), 0.45)
    return start


def _share(counted: tuple[int, int]) -> float:
    return counted[0] / max(counted[1], 1)


def _estimates(
    service: Service,
    base: Scenario,
    fitted: Fitted,
    counts: Mapping[str, tuple[int, int]],
    free: Mapping[str, Scale],
) -> tuple[list[Estimate], list[Kept]]:
    estimates, kept = [], []
    of_kind = np.bincount(service.kind, minlength=len(SESSION_KINDS)).tolist()
    rows = {_OF_KIND[kind]: (of_kind[n], of_kind[n]) for n, kind in enumerate(SESSION_KINDS)}
    rows |= {_SIGMA: (len(service.net), len(service.net)), **counts}
    fatal = _share(counts["failure_rebook"])
    if "failure_rebook" in free:
        fatal = fitted.values["failure_rebook"]
    for name, (events, trials) in rows.items():
        if name in free:
            low, high = fitted.intervals[name]
            estimates.append(Estimate(name, fitted.values[name], low, high, events, trials, "likelihood"))
        elif name == _OVERCOME and not service.delays_kept:
            estimates.append(Estimate(name, 0.0, 0.0, 0.0, events, trials, "set"))
        elif name in counts and trials >= LEAST_EVENTS:
            of = 1.0 - fatal if name == _OVERCOME else 1.0
            low, high = share_interval(events, trials)
            share = events / trials
            estimates.append(Estimate(name, of * share, of * low, of * high, events, trials, "counted"))
        elif name == _OVERCOME and fatal + base.failure_recoverable > 1.0:
            estimates.append(Estimate(name, 0.0, 0.0, 0.0, events, trials, "set"))
        else:
            kept.append(Kept(name, events))
    return estimates, kept
