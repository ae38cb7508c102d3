"""One run of the search for a roster, level after level.

Every agent's best tour against all others is found exactly (`optimizer.roster.search`), so the roster obeys
the law at every moment and no turn makes it worse. Where the whole choice is small, CP-SAT makes it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from data.model import Case
from optimizer.roster.bound import understaffing_bound
from optimizer.roster.budget import spend_best
from optimizer.roster.columns import ColumnSearch, choices_of, columns_apply, demand_of, first_of_each_shift
from optimizer.roster.columns.choices import Column
from optimizer.roster.columns.master import NoMixtureError
from optimizer.roster.fairness import FairShares, Tally, share_fairly
from optimizer.roster.granting import grant_wishes
from optimizer.roster.joint import MOST_NUMBERS, choose_jointly, improve_jointly, menu_numbers
from optimizer.roster.levels import IN_TURN, gap_of
from optimizer.roster.limits import KEPT_AFTER_WISHES, KEPT_FOR_STEADINESS, EnoughError, Meter
from optimizer.roster.replanning import Published, replan
from optimizer.roster.rules import Rule
from optimizer.roster.search import Tour, Working
from optimizer.roster.steadiness import steady, usual_start
from optimizer.roster.team import Team
from optimizer.solve_result import SolveStatus

COLUMNS = "column generation over tours (GLOP), dives and groups of agents, exact choice of tours (HiGHS)"

REPLANNING = "changes that bring back most first; bounds by linear and integer relaxation (HiGHS)"

NOISE = 0.9
"""Tours worth less than this apart are drawn by lot: less than an agent-interval, so only ties."""

KICK = 6.0
"""The same for the first of a group of agents, who may lose a little."""

DEPTH = 1.0
"""How much more the interval counts in which most is missing, in the first rounds."""

SHAPING_ROUNDS = 5
"""Rounds in which the depth of the need counts; after them, only agent-intervals do."""

WORK_OF_WISHES = 0.3
"""Share of the work limit that may be spent on wishes, besides."""

WORK_OF_FAIRNESS = 0.2
"""The same for fair shares."""

IDLE_ROUNDS = 2
"""Rounds without a gain after which agents no longer choose one by one."""

GROUPS = (1, 1, 3, 1, 1, 5)
"""How many agents choose anew together, in turn, once single best choices gain nothing."""

BOUND_REACHED = "bound reached"
NO_BETTER = "no better roster among the duties considered"
EXACT_ENDS = (BOUND_REACHED, NO_BETTER)
"""Ends of a search that prove that the duties considered make no better roster."""

PATIENCE = 400
"""Such moves without a gain, for each agent and at least for 20, after which the search gives up."""


class Run:
    """One run: the working roster, and the best one so far."""

    def __init__(
        self, case: Case, team: Team, meter: Meter, rules: Sequence[Rule], wishes_bound: int
    ) -> None:
        self._case = case
        self._wishes_bound = wishes_bound
        self.team = team
        self._meter = meter
        self._rules = rules
        self._working = Working(team, meter)
        self.best: list[Tour] | None = None
        self.objective = 0
        self.bound = 0
        self._price = 0.0
        self.changes_bound = 0
        self.engine = IN_TURN

    @property
    def gap(self) -> float:
        """Distance to the bound, as a fraction: see `gap_of`."""
        return gap_of(self._case, self.objective, self.bound, self.team.requirement.total)

    def begin_with(self, tours: Mapping[int, Tour]) -> None:
        """Let agents have these tours from the start, the others choose; nothing worse is ever kept."""
        for agent, tour in tours.items():
            self._working.put(agent, tour)
        for agent in range(len(self.team.patterns)):
            if agent not in tours:
                self._working.take(agent)
                self._working.put(agent, self._working.best_tour(agent))
        self.best, self.objective = list(self._working.tours), self._working.objective()

    def search(self) -> None:
        """Search until something ends it, then meet wishes and make starts steadier."""
        self.cover()
        if self.best is not None and not self._meter.interrupted:
            self._end_with("wishes", KEPT_AFTER_WISHES, self._grant_wishes)
        shares = FairShares(self._case, self.team.requirement)
        if self.best is not None and not self._meter.interrupted:
            self._end_with(
                "fair shares", KEPT_FOR_STEADINESS, lambda checkpoint: self._share_fairly(shares, checkpoint)
            )
        if self.best is not None and not self._meter.interrupted:
            self._end_with(
                "steadier starts",
                0.0,
                lambda checkpoint: steady(self._working, Tally(self._working, shares), checkpoint),
            )

    def cover(self) -> None:
        """Search for the best coverage until something ends it.

        Begun with a roster, the bound comes first: where the roster meets it, nothing is searched for.
        """
        begun = self.best is not None
        try:
            if begun:
                self._find_bound()
            self._keep_to_budget()
            self._one_by_one()
            if columns_apply(self.team) and self._case.plan.work_minutes_budget is None:
                self._by_columns()
            if not begun:
                self._find_bound()
            if self._fits_into_one_model(with_wishes=self.team.wish_price > 0):
                self._all_at_once()
            else:
                self._in_groups()
        except EnoughError:
            pass
        except KeyboardInterrupt:
            self._meter.interrupt()

    def replan(self, published: Published) -> None:
        """Change as little as possible of a published roster: nothing else is improved, by more changes."""
        try:
            self.engine = REPLANNING
            self.bound, self.changes_bound = replan(
                self._case, published, self._working, self._meter, self._rules
            )
        except EnoughError:
            pass
        except KeyboardInterrupt:
            self._meter.interrupt()
        self.best = list(self._working.tours)

    def _keep(self, changed: Iterable[int] | None = None) -> None:
        """Keep the present roster as the best; end the search when that is good enough.

        `changed` names the agents whose tours differ from the best so far; None stands for all.
        """
        tours = self._working.tours
        if self.best is None or changed is None:
            self.best = list(tours)
        else:
            for agent in changed:
                self.best[agent] = tours[agent]
        self.objective = self._working.objective()
        self._end_if_good_enough()

    def _end_if_good_enough(self) -> None:
        if self.objective <= self.bound:
            self._meter.end(BOUND_REACHED)
        if self._meter.limits.gap is not None and self.gap <= self._meter.limits.gap:
            self._meter.end("gap reached")

    def _restore(self) -> None:
        """Go back to the best roster."""
        for agent, tour in enumerate(self.best or ()):
            self._working.put(agent, tour)

    def _keep_to_budget(self) -> None:
        """Find a roster that keeps to the budget, if there is one; all later choices keep to it as well."""
        working, budget = self._working, self._case.plan.work_minutes_budget
        if budget is None or self.best is not None:
            working.budget = budget
            return
        self._price = spend_best(working, budget, self._keep_if_better, self._one_round)
        self._restore()
        working.price, working.budget = 0.0, budget

    def _keep_if_better(self) -> None:
        if self.best is None or self._working.objective() < self.objective:
            self._keep()

    def _one_round(self, depth: float) -> None:
        for agent in self._working.shuffled(range(len(self.team.patterns))):
            self._meter.checkpoint("agents choose one by one")
            self._working.take(agent)
            self._working.put(agent, self._working.best_tour(agent, noise=NOISE, depth=depth))

    def _one_by_one(self) -> None:
        """Every agent chooses the best tour against all others, round after round."""
        idle = 0
        rounds = 0 if self.best is None or self._working.budget is not None else SHAPING_ROUNDS
        while idle < IDLE_ROUNDS:
            depth = DEPTH if rounds < SHAPING_ROUNDS else 0.0
            self._one_round(depth)
            rounds += 1
            if self.best is None or self._working.objective() < self.objective:
                self._keep()
                idle = 0
            elif not depth:
                idle += 1
        self._restore()

    def _find_bound(self) -> None:
        self._meter.checkpoint("bound")
        self.bound = self._wishes_bound * self.team.wish_price + understaffing_bound(
            self.team.requirement,
            self.team.shift_requirement,
            self.team.terms,
            self._case.axis.day_starts,
            self._rules,
            self._meter.seconds_left(),
            lambda: self._meter.report("bound"),
            self._case.plan.work_minutes_budget,
            self.team.overtime_price,
        )
        self._end_if_good_enough()

    def _fits_into_one_model(self, *, with_wishes: bool) -> bool:
        """Whether CP-SAT can choose for everybody; it knows no limits but those of the graphs of tours."""
        numbers = menu_numbers(self.team, with_wishes=with_wishes)
        return numbers <= MOST_NUMBERS and not self.team.has_late_limits

    def _by_columns(self) -> None:
        """Column generation chooses whole tours, and gives the bound."""
        working, meter = self._working, self._meter

        def checkpoint(work: float, what: str) -> None:
            meter.work += work
            meter.checkpoint(what)

        def found(columns: dict[int, Column], bound: int) -> None:
            self.bound = max(self.bound, bound)
            for agent, column in columns.items():
                working.put(agent, column.tour)
            self._keep()

        self.engine = COLUMNS
        columns = ColumnSearch(
            choices_of(self.team),
            demand_of(self.team),
            meter.limits.seed,
            checkpoint,
            found,
            meter.seconds_left,
        )
        start = {}
        for choices in columns.agents:
            tour = working.tours[choices.agent]
            start[choices.agent] = choices.column_of(
                first_of_each_shift(self.team.patterns[choices.agent], tour)
            )
        columns.start_from(start)
        try:
            columns.run()
        except NoMixtureError:
            self._restore()
            return
        self.bound = self.objective
        meter.end("no better roster")

    def _in_groups(self) -> None:
        """Agents choose anew, alone or as a few one after the other; what does not lose is kept.

        An agent alone takes another tour that is as good. The first of a group takes one that may be a little
        worse, and the others look for what that opens to them. Ties are broken by lot, to move about, or in
        favour of steadier starts.
        """
        working = self._working
        agents = self.team.choosers
        patience = PATIENCE * max(len(agents), 20)
        moves = idle = 0
        while idle < patience:
            self._meter.checkpoint("groups of agents choose anew")
            chosen = working.some(agents, GROUPS[moves % len(GROUPS)])
            before = {agent: working.tours[agent] for agent in chosen}
            working.price = self._price if moves % 2 else 0.0
            for place, agent in enumerate(chosen):
                kick = place == 0 and len(chosen) > 1
                near = usual_start(self.team.patterns[agent], before[agent])
                working.take(agent)
                found = working.best_tour(
                    agent,
                    noise=KICK * self.team.usual_price if kick else NOISE,
                    near=None if kick or moves % 2 else near,
                )
                working.put(agent, found)
            moves, idle = moves + 1, idle + 1
            objective = working.objective()
            if objective > self.objective:
                for agent, tour in before.items():
                    working.put(agent, tour)
            else:
                idle = 0 if objective < self.objective else idle
                self._keep(before)
        self._meter.end("no more gains")

    def _all_at_once(self) -> None:
        """CP-SAT chooses for everybody from all duties of the menus."""
        working, meter = self._working, self._meter
        outcome = choose_jointly(working, meter, meter.work_left, meter.seconds_left())
        meter.work += outcome.work
        if working.objective() < self.objective:
            self.best, self.objective = list(working.tours), working.objective()
        if outcome.interrupted:
            meter.interrupt()
        elif outcome.status is SolveStatus.OPTIMAL:
            meter.end(NO_BETTER)
        else:
            meter.clock_stopped = outcome.clock_stopped
            meter.end("time limit" if outcome.clock_stopped else "work limit")

    def _grant_wishes(self, checkpoint: Callable[[], None]) -> None:
        """Meet wishes where coverage does not suffer: for everybody at once where that is small enough."""
        working, meter = self._working, self._meter
        if self.team.wish_price:
            return  # The first level has weighed them.
        if not any(working.not_met(agent) for agent in range(len(self.team.patterns))):
            return
        work = WORK_OF_WISHES * meter.limits.work
        if not self._fits_into_one_model(with_wishes=True):
            grant_wishes(working, self._meter.within(work, checkpoint))
            return
        improve_jointly(working, meter, work, KEPT_AFTER_WISHES)

    def _share_fairly(self, shares: FairShares, checkpoint: Callable[[], None]) -> None:
        """Make shares fair where neither coverage nor wishes suffer, by swaps, and then for everybody at once
        where that is small enough.
        """
        tally = Tally(self._working, shares)
        work = WORK_OF_FAIRNESS * self._meter.limits.work
        try:
            share_fairly(self._working, tally, self._meter.within(work, checkpoint))
        except EnoughError:
            return
        if (
            tally.unfairness
            and menu_numbers(self.team, one_by_one=True) <= MOST_NUMBERS
            and not self.team.has_late_limits
        ):
            improve_jointly(self._working, self._meter, work, KEPT_FOR_STEADINESS, shares)

    def _end_with(self, what: str, kept: float, step: Callable[[Callable[[], None]], None]) -> None:
        """Take a last step, which loses no coverage, within the time kept for it."""
        self._restore()
        self._working.price, self._working.budget = 0.0, self._case.plan.work_minutes_budget
        try:
            step(lambda: self._meter.checkpoint(what, last=True, kept=kept))
        except EnoughError:
            pass
        except KeyboardInterrupt:
            self._meter.interrupt()
            return
        self.best, self.objective = list(self._working.tours), self._working.objective()
