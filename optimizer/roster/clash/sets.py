"""The smallest clashing sets of each agent's request.

A set clashes when no legal roster holds all of it; it is minimal when leaving out any one item makes it
possible, which is tried out item by item. The smallest one is found by what it must hit: of every selection
that is possible and can't grow, at least one item left out is in each clash, so a least set that hits all of
these and clashes is a smallest clash (Ignatiev, Previti, Liffiton & Marques-Silva 2015, "Smallest MUS
extraction with minimal hitting set dualization").
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from ortools.sat.python import cp_model

from data.model import Case, Duty
from data.progress import Progress, no_progress
from optimizer.cp_sat import run_cp_sat
from optimizer.roster.clash.items import Item, items_of, request_of
from optimizer.roster.clash.request import Request
from optimizer.roster.rules import Rule, Terms

MOST_ROUNDS = 60
"""Selections tried for one clash, at most; after them it is minimal, but not proven to be smallest."""

ROUNDS_IN_ALL = 500
"""The same for all clashes of a case together."""

WORK_OF_A_ROUND = 1.0
"""Deterministic limit on finding one least hitting set, in CP-SAT's time; they take a thousandth of it."""

AN_ITEM = 1_000
"""Weight of an item in a hitting set; its place in the order decides between sets of the same size."""


@dataclass(frozen=True)
class ClashingSet:
    """Items of one agent that no legal roster holds together; without any one of them, some roster does.

    Attributes:
        agent: id of the agent.
        items: pins, facts and limits, in this order.
        smallest: whether it is proven that the items which these were chosen from hold no smaller clash.
    """

    agent: str
    items: tuple[Item, ...]
    smallest: bool

    @property
    def pins(self) -> tuple[Duty, ...]:
        """The pinned duties in it, in order of time."""
        return tuple(item.pin for item in self.items if item.pin is not None)

    @property
    def rules(self) -> tuple[str, ...]:
        """Codes of the rules in it."""
        return tuple(dict.fromkeys(item.rule for item in self.items if item.rule))


@dataclass
class _Rounds:
    """Selections that may still be tried."""

    left: int = ROUNDS_IN_ALL


def clashing_sets(
    case: Case,
    pins: Sequence[Sequence[Duty]],
    terms: Sequence[Terms],
    rules: Sequence[Rule],
    progress: Progress = no_progress,
    also: Collection[str] = (),
) -> tuple[ClashingSet, ...]:
    """Every agent's clashes: taking the last pinned duty of each one out of the request makes it possible.

    First, each pin that breaks a rule alone, once for each such rule; then clashes of the other pins, one
    after the other, until what is left is possible. The whole is empty when every agent's pins can be part of
    a legal roster.

    Args:
        case: the planning case.
        pins: for each agent the pinned duties, in order of time.
        terms: of each agent.
        rules: the rules to obey on the choice of duties.
        progress: told before each agent with pins; may raise to give up.
        also: agents to look at though they have no pins; at most one clash of each is found.
    """
    rounds = _Rounds()
    found: list[ClashingSet] = []
    agents = zip(case.agents.agent_id.tolist(), terms, pins, strict=True)
    for row, (name, own, pinned) in enumerate(agents):
        if not pinned and name not in also:
            continue
        progress(0.0, "pinned duties")
        request = request_of(case, row, own, pinned, rules)
        if not request.is_possible():
            found += _clashes_of_agent(name, request, rounds)
    return tuple(found)


def _clashes_of_agent(name: str, request: Request, rounds: _Rounds) -> list[ClashingSet]:
    found: list[ClashingSet] = []
    left = list(request.pins)
    for pin in request.pins:
        alone = list(_alone(name, replace(request, pins=(pin,)), rounds))
        if alone:
            left = [other for other in left if other is not pin]
            found += alone
    while True:
        rest = _Selection(replace(request, pins=tuple(left)))
        if rest.is_possible(rest.everything):
            return found
        clash = _smallest(name, rest, rest.everything, rounds)
        found.append(clash)
        if not clash.pins:
            return found
        left = [other for other in left if other is not clash.pins[-1]]


def _alone(name: str, request: Request, rounds: _Rounds) -> Iterable[ClashingSet]:
    """The clash of the one pin with each limit that it breaks without any other."""
    chosen = _Selection(request)
    if chosen.is_possible(chosen.everything):
        return
    others = frozenset(n for n in chosen.everything if chosen.items[n].kind != "limit")
    seen: set[str] = set()
    for number in sorted(chosen.everything - others):
        rule = chosen.items[number].rule
        if rule not in seen and not chosen.is_possible(others | {number}):
            seen.add(rule)
            yield _smallest(name, chosen, others | {number}, rounds)


@dataclass
class _Selection:
    """Items of a request, by number, and whether some of them can hold together; answers are remembered."""

    request: Request
    items: list[Item] = field(init=False)
    known: dict[frozenset[int], bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.items = items_of(self.request)

    @property
    def everything(self) -> frozenset[int]:
        """The numbers of all items."""
        return frozenset(range(len(self.items)))

    def is_possible(self, kept: frozenset[int]) -> bool:
        """Whether a legal roster holds these items, the others left out."""
        if kept not in self.known:
            request = self.request
            for number in self.everything - kept:
                request = self.items[number].leave_out(request)
            self.known[kept] = request.is_possible()
        return self.known[kept]


def _smallest(name: str, chosen: _Selection, among: frozenset[int], rounds: _Rounds) -> ClashingSet:
    """A smallest clash among some items that clash; a minimal one when the rounds are used up."""
    orders = (sorted(among), sorted(among, reverse=True))[: 2 if rounds.left else 1]
    best = min((_minimal(chosen, among, order) for order in orders), key=_weight)
    proven = False
    to_hit: list[frozenset[int]] = []
    for _ in range(min(MOST_ROUNDS, rounds.left)):
        rounds.left -= 1
        least = _least_hitting_set(to_hit)
        if least is None:
            break
        if _weight(least) >= _weight(best):
            proven = True
            break
        if not chosen.is_possible(least):
            best, proven = least, True
            break
        to_hit.append(among - _grown(chosen, among, least))
    return ClashingSet(name, tuple(chosen.items[number] for number in sorted(best)), proven)


def _minimal(chosen: _Selection, among: frozenset[int], order: Sequence[int]) -> frozenset[int]:
    """Leave out items, many at once where that works, as long as the rest clashes."""
    return _changed_by_parts(
        among, order, lambda kept, part: kept - part, lambda kept: not chosen.is_possible(kept)
    )


def _grown(chosen: _Selection, among: frozenset[int], start: frozenset[int]) -> frozenset[int]:
    """A selection that is possible, grown until every further item would clash."""
    order = sorted(among - start, reverse=True)
    return _changed_by_parts(start, order, lambda kept, part: kept | part, chosen.is_possible)


def _changed_by_parts(
    start: frozenset[int],
    order: Sequence[int],
    change: Callable[[frozenset[int], frozenset[int]], frozenset[int]],
    holds: Callable[[frozenset[int]], bool],
) -> frozenset[int]:
    """Change a set by the parts of an order by which it still holds; others are halved down to one number."""
    kept = start
    waiting = [tuple(order)] if order else []
    while waiting:
        part = waiting.pop()
        changed = change(kept, frozenset(part))
        if holds(changed):
            kept = changed
        elif len(part) > 1:
            waiting += [part[len(part) // 2 :], part[: len(part) // 2]]
    return kept


def _weight(numbers: frozenset[int]) -> int:
    return sum(AN_ITEM + number for number in numbers)


def _least_hitting_set(to_hit: Sequence[frozenset[int]]) -> frozenset[int] | None:
    """The least set that has an item of each; None when it could not be found within its work."""
    model = cp_model.CpModel()
    taken = {number: model.new_bool_var("") for number in sorted(frozenset().union(*to_hit))}
    for numbers in to_hit:
        model.add_bool_or([taken[number] for number in sorted(numbers)])
    model.minimize(cp_model.LinearExpr.sum([(AN_ITEM + number) * v for number, v in taken.items()]))
    outcome = run_cp_sat(model, work=WORK_OF_A_ROUND)
    if outcome.status != "optimal":
        return None
    return frozenset(number for number, v in taken.items() if outcome.chosen(v))
