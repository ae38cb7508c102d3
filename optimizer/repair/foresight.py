"""What to change of a day whose plan still stands, for what is likely to go wrong with it.

The next hours are played many times from where the day stands (`simulation.prediction.outlook`). Where
customers are likely to be served late, changes are tried one by one, with the same chance; that one is made
which takes away most late customers beyond its price, until none is worth its price. So nobody is disturbed
for what chance may mend.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from data.day import (
    OPEN,
    CallStandby,
    DayState,
    Decision,
    Delay,
    MoveBreak,
    NewTime,
    SessionNow,
    Status,
    carried_out,
)
from data.model import Case, Scenario
from optimizer.repair.agents_now import (
    AgentTime,
    PendingBreak,
    agent_time,
    are_legal,
    ends_of_work,
    expected_end,
)
from optimizer.repair.day_facts import DayFacts
from optimizer.repair.problem import is_awaited
from simulation.policies import OwnList, PoolLateBinding
from simulation.prediction.outlook import Outlook, Outlooks

TOLERANCE = 10.0
"""A customer who waits longer is served late."""

REPLICATIONS, AT_A_GLANCE = 30, 10
"""How often a pool's next hours are played for one question; and at a first glance, at the whole day or at a
change."""

SHORTLIST = 6
"""Changes of a pool that are looked at again after the first glance."""

HORIZON = 150
"""Minutes from now to the last appointment that is looked at."""

WORTH_A_LOOK = 0.5
"""Late customers of a pool, as expected, from which changes are tried."""

PRICES: Final[Mapping[str, float]] = {
    "move_break": 0.3,
    "delay": 0.4,
    "new_time": 0.6,
    "call_standby": 2.0,
}
"""Late customers, as expected, that a change must take away to be made."""

BREAKS_WITHIN = 60
"""A break that is moved was due within so many minutes from now."""

BREAK_STEPS = (-30, 20, 45, 75)
"""Minutes by which a break is moved: to the nearest start that the law allows."""

NEW_TIME_FROM, NEW_TIMES_FOR, NEW_TIMES = 0.2, 2, 5
"""New times are tried for those most likely to be late: from which probability, for how many, how many."""

TOLD_WITHIN = (10, 30)
"""Minutes before the appointment in which a customer is told of a delay: in time, and when it is sure."""


@dataclass(frozen=True)
class Precaution:
    """A change that is worth it.

    Attributes:
        late_before, late_after: customers of the pool who will be served late, as expected, without it and
            with it.
    """

    decision: Decision
    late_before: float
    late_after: float


@dataclass(frozen=True)
class Foreseen:
    """The next hours, and what to do about them.

    Attributes:
        until: the last appointment looked at, in minutes on the planning axis.
        late: by booking, the probability of being served late or not at all once the precautions are taken.
        late_before: customers who will be, as expected, if nothing is done.
        precautions: in the order in which they are to be carried out.
    """

    until: float
    late: Mapping[str, float]
    late_before: float
    precautions: tuple[Precaution, ...]


class Foresight:
    """Looks ahead from any number of states of a case's days.

    Raises:
        ValueError: when the twin does not know the policy.
    """

    def __init__(self, case: Case, scenario: Scenario, policy: PoolLateBinding | OwnList) -> None:
        self._outlooks = Outlooks(case, scenario, policy, REPLICATIONS)
        self._glances = Outlooks(case, scenario, policy, AT_A_GLANCE)

    def foreseen(self, facts: DayFacts, state: DayState, now: int) -> Foreseen:
        """The next hours and the changes that are worth it; the state is not changed."""
        until = state.now + HORIZON
        late = dict(self._glances.of(state, until, TOLERANCE).late)
        expected: dict[int, float] = defaultdict(float)
        for booking, probability in late.items():
            expected[self._outlooks.pool_of_session(state.sessions[booking])] += probability
        before = dict(late)
        made: list[Precaution] = []
        for pool in sorted(pool for pool, number in expected.items() if number > WORTH_A_LOOK):
            outlook = self._outlooks.of(state, until, TOLERANCE, pool)
            before |= outlook.late
            late |= outlook.late
            for precaution, after in self._of_pool(facts, state, now, pool, outlook):
                made.append(precaution)
                late |= after
                state = carried_out(state, [precaution.decision])
        return Foreseen(until, late, sum(before.values()), tuple(made))

    def _of_pool(
        self, facts: DayFacts, state: DayState, now: int, pool: int, outlook: Outlook
    ) -> Iterator[tuple[Precaution, Mapping[str, float]]]:
        """The precautions of a pool, each with the probabilities once it is taken."""
        late = outlook.late
        if sum(late.values()) <= WORTH_A_LOOK:
            return
        changes = self._shortlist(facts, state, now, pool, outlook)
        while changes and sum(late.values()) > WORTH_A_LOOK:
            least, best = sum(late.values()), None
            for decision in changes:
                after = outlook.after(carried_out(state, [decision]))
                cost = sum(after.values()) + PRICES[decision.kind]
                if cost < least:
                    least, best = cost, (decision, after)
            if best is None:
                return
            yield Precaution(best[0], sum(late.values()), sum(best[1].values())), best[1]
            state, late = carried_out(state, [best[0]]), best[1]
            changes = [
                decision
                for decision in changes
                if _subject(decision) != _subject(best[0]) and _is_free(facts, state, now, decision)
            ]

    def _shortlist(
        self, facts: DayFacts, state: DayState, now: int, pool: int, outlook: Outlook
    ) -> list[Decision]:
        """The changes that look best at a first glance, among those that look worth it."""
        least = sum(outlook.after(state, AT_A_GLANCE).values())
        costs = []
        for decision in self._changes(facts, state, now, pool, outlook.late):
            after = outlook.after(carried_out(state, [decision]), AT_A_GLANCE)
            costs.append((sum(after.values()) + PRICES[decision.kind], decision))
        costs.sort(key=lambda one: one[0])
        return [decision for cost, decision in costs[:SHORTLIST] if cost < least]

    def _changes(
        self, facts: DayFacts, state: DayState, now: int, pool: int, late: Mapping[str, float]
    ) -> Iterator[Decision]:
        after_work = ends_of_work(facts, state, now)
        for agent in state.agents.values():
            time = None
            if self._outlooks.pool_of(agent.agent_id) == pool:
                time = agent_time(facts, agent, now, after_work)
            if time is None:
                continue
            if time.on_call:
                yield CallStandby(agent_id=agent.agent_id, start=time.free, end=time.end)
            yield from _moved_breaks(time, now)
        worst = sorted(late, key=lambda booking: (-late[booking], booking))
        for booking in worst:
            if late[booking] > PRICES["delay"]:
                yield from _delays(facts, state, now, booking)
        movable = [b for b in worst if late[b] >= NEW_TIME_FROM and _is_movable(facts, state, now, b)]
        for booking in movable[:NEW_TIMES_FOR]:
            yield from _new_times(facts, state, now, booking)


def _moved_breaks(agent: AgentTime, now: int) -> Iterator[MoveBreak]:
    """The next break of an agent at other times, the later breaks as they fall due."""
    for pause in agent.breaks[:1]:
        if pause.due <= now + BREAKS_WITHIN:
            for start in _other_starts(pause, now):
                if are_legal(agent, [start, *(later.due for later in agent.breaks[1:])]):
                    yield MoveBreak(agent_id=agent.agent_id, place=pause.place, start=start)


def _other_starts(pause: PendingBreak, now: int) -> list[int]:
    allowed = [start for start in pause.moved if start > now]
    wanted = [pause.planned + step for step in BREAK_STEPS]
    return sorted({min(allowed, key=lambda t: (abs(t - goal), t)) for goal in wanted}) if allowed else []


def _is_movable(facts: DayFacts, state: DayState, now: int, booking: str) -> bool:
    """Whether a customer could be given a new time: one who is not there, knows the first time only, and can
    be told."""
    session = state.sessions[booking]
    return _is_as_planned(session) and session.start >= now + facts.policy.link_lead_minutes


def _is_as_planned(session: SessionNow) -> bool:
    """Whether a customer is not there yet, and has not been told of another start so far."""
    is_expected = session.status is Status.EXPECTED and not session.connected
    return is_expected and session.start == session.planned_start


def _delays(facts: DayFacts, state: DayState, now: int, booking: str) -> Iterator[Delay]:
    """Later starts within the tolerance, beyond what needs no message."""
    session = state.sessions[booking]
    earliest, latest = (now + minutes for minutes in TOLD_WITHIN)
    if _is_as_planned(session) and earliest <= session.start <= latest:
        last = session.start + facts.policy.rebooking_after_minutes
        unnoticed = session.start + facts.policy.unnoticed_delay_minutes
        starts = range((unnoticed // facts.grid + 1) * facts.grid, last + 1, facts.grid)
        for start in _not_elsewhere(facts, state, now, session, starts):
            yield Delay(booking_id=booking, agent_id=session.agent_id, start=start)


def _new_times(facts: DayFacts, state: DayState, now: int, booking: str) -> Iterator[NewTime]:
    """Other starts of the next hours, evenly spread, within the windows of all who must attend (R23). Who
    serves the customer decides itself, or in the next repair."""
    session = state.sessions[booking]
    first, last = now + facts.policy.link_lead_minutes, state.now + HORIZON
    tolerance = facts.policy.rebooking_after_minutes
    starts = [
        start
        for start in facts.starts_today(booking)
        if first <= start <= last and not session.start <= start <= session.start + tolerance
    ]
    free = list(_not_elsewhere(facts, state, now, session, starts))
    for start in free[:: -(-len(free) // NEW_TIMES) or 1]:
        yield NewTime(booking_id=booking, agent_id=session.agent_id, start=start)


def _not_elsewhere(
    facts: DayFacts, state: DayState, now: int, session: SessionNow, starts: Iterable[int]
) -> Iterator[int]:
    """Starts at which nobody who must attend is in another session."""
    people = set(session.participants)
    engaged = [
        span
        for other in state.sessions.values()
        if other.booking_id != session.booking_id and not people.isdisjoint(other.participants)
        for span in _span(facts, other, now)
    ]
    for start in starts:
        if not any(begins < start + session.duration and start < ends for begins, ends in engaged):
            yield start


def _span(facts: DayFacts, session: SessionNow, now: int) -> Iterator[tuple[int, int]]:
    """From when to when a session that is not over is held, as far as is known."""
    if session.status is Status.RUNNING:
        yield now, expected_end(session, now)
    elif session.status in OPEN and not is_awaited(facts, session, now):
        start = max(session.start, now)
        yield start, start + session.duration


def _is_free(facts: DayFacts, state: DayState, now: int, decision: Decision) -> bool:
    """Whether another start still takes nobody out of another session, whatever was decided before it."""
    if not isinstance(decision, Delay | NewTime):
        return True
    session = state.sessions[decision.booking_id]
    return decision.start in _not_elsewhere(facts, state, now, session, [decision.start])


def _subject(decision: Decision) -> str:
    """Whom a change concerns: nobody is disturbed twice at once."""
    return decision.agent_id if isinstance(decision, MoveBreak | CallStandby) else decision.booking_id
