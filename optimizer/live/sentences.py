"""What an event led to, as planners read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from data.day import Rebind, Reception, SessionNow
from data.model import PlanningAxis
from optimizer.live.anomalies import anomaly_sentence
from optimizer.live.live_day import LiveDay, Output
from optimizer.live.texts import say


def sentences(
    live: LiveDay, output: Output, before: Mapping[str, SessionNow], language: str
) -> Iterator[str]:
    """The sentences, in the order in which to act; `before` has the sessions before the event."""
    axis = live.case.axis
    if output.reception is Reception.CONFLICTING:
        yield say(language, "conflict", number=output.number)
    for odd in output.anomalies:
        yield anomaly_sentence(odd, language)
    for decision in output.decisions:
        if isinstance(decision, Rebind):
            yield _rebound(axis, decision, before, language)
    for contact in output.contacts:
        yield str(contact["sentence"])


def _rebound(axis: PlanningAxis, decision: Rebind, before: Mapping[str, SessionNow], language: str) -> str:
    session = before.get(decision.booking_id)
    agent = "" if session is None else session.agent_id
    start = "" if session is None else f"{axis.instant_of(session.start):%H:%M}"
    return say(
        language,
        "rebind" if agent else "rebind.nobody",
        booking=decision.booking_id,
        agent=decision.agent_id,
        before=agent,
        start=start,
    )


def ranges(gaps: tuple[tuple[int, int], ...]) -> str:
    """Gaps as people write them."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in gaps)
