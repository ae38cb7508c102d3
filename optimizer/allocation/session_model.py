"""The CP-SAT model of some bookings in some segments: optional intervals, one start a booking.

It serves as the exact model (all bookings, all segments) and as the neighbourhood of the large search, where
the sessions outside it stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ortools.sat.python import cp_model

from data.model import MISSING
from optimizer.allocation.problem import NOBODY, runs
from optimizer.allocation.working_plan import Placement, WorkingPlan
from optimizer.cp_sat import CpSatOutcome


class SessionModel:
    """Place bookings into segments that are otherwise empty.

    Every session now in one of the segments must be among the bookings (or stand outside the plan), for the
    segments are taken to be free but for them. Shared participants' other sessions are respected.

    Args:
        plan: the plan as it stands; it is not changed.
        segments: positions of the segments to fill.
        bookings: the bookings to place.
        required: bookings that must be placed.

    Attributes:
        starts: the start of each booking that has one.
        chosen: for each booking, the segments that it may be in, and whether it is.
    """

    def __init__(
        self,
        plan: WorkingPlan,
        segments: Sequence[int],
        bookings: Sequence[int],
        required: frozenset[int] = frozenset(),
    ) -> None:
        self.plan = plan
        self.problem = plan.problem
        self.model = cp_model.CpModel()
        self.bookings = list(bookings)
        self.starts: dict[int, cp_model.IntVar] = {}
        self.chosen: dict[int, dict[int, cp_model.IntVar]] = {booking: {} for booking in bookings}
        self._attends: dict[int, cp_model.IntVar] = {}
        self._inside: dict[int, list[tuple[cp_model.IntervalVar, int, cp_model.IntVar]]] = {
            s: [] for s in segments
        }
        self._lowest: dict[int, int] = {}
        self._kept: dict[int, cp_model.IntVar] = {}
        self._deviation: dict[int, cp_model.IntVar] = {}
        for booking in self.bookings:
            self._add_booking(booking, segments, must=booking in required)
        for segment, inside in self._inside.items():
            self._add_segment(segment, inside)
        self._add_people()

    def _add_booking(self, booking: int, segments: Sequence[int], must: bool) -> None:
        problem, model = self.problem, self.model
        set_up, occupied = int(problem.set_up[booking]), int(problem.occupied[booking])
        skill, pin = int(problem.skill[booking]), int(problem.fixed_agent[booking])
        possible = self.plan.possible_starts(booking, leaving_out=self.bookings)
        choices: list[tuple[int, int]] = []
        for segment in segments if skill != NOBODY else ():
            agent = problem.segments.rows[segment][0]
            if problem.agent_skills[agent, skill] and pin in (NOBODY, agent):
                bits = possible & problem.segments.start_bits(segment, set_up, occupied)
                if bits:
                    choices.append((segment, bits))
        everywhere = 0
        for _, bits in choices:
            everywhere |= bits
        if not choices:
            if must:
                model.add_bool_or([])
            return
        start = model.new_int_var_from_domain(_domain(everywhere), "")
        self.starts[booking] = start
        self._lowest[booking] = (everywhere & -everywhere).bit_length() - 1
        for segment, bits in choices:
            chosen = model.new_bool_var("")
            self.chosen[booking][segment] = chosen
            if bits != everywhere:
                model.add_linear_expression_in_domain(start, _domain(bits)).only_enforce_if(chosen)
            interval = model.new_optional_fixed_size_interval_var(start - set_up, occupied, chosen, "")
            self._inside[segment].append((interval, occupied, chosen))
        literals = list(self.chosen[booking].values())
        if must:
            model.add_exactly_one(literals)
        else:
            model.add_at_most_one(literals)

    def _add_segment(
        self, segment: int, inside: list[tuple[cp_model.IntervalVar, int, cp_model.IntVar]]
    ) -> None:
        if len(inside) > 1:
            self.model.add_no_overlap([interval for interval, _, _ in inside])
            _, start, end, _, _ = self.problem.segments.rows[segment]
            lengths = [length for _, length, _ in inside]
            chosen = [literal for _, _, literal in inside]
            self.model.add(cp_model.LinearExpr.weighted_sum(chosen, lengths) <= end - start)

    def _add_people(self) -> None:
        """No shared participant in two sessions at once."""
        attends: dict[int, list[int]] = {}
        for booking in self.bookings:
            if booking in self.starts:
                for person in self.problem.people[booking]:
                    attends.setdefault(person, []).append(booking)
        for listed in attends.values():
            if len(listed) > 1:
                self.model.add_no_overlap([self._attendance(booking) for booking in listed])

    def _attendance(self, booking: int) -> cp_model.IntervalVar:
        held = int(self.problem.held[booking])
        if booking not in self._attends:
            self._attends[booking] = self.model.new_bool_var("")
            self.model.add(_sum(self.chosen[booking].values()) == self._attends[booking])
        present = self._attends[booking]
        return self.model.new_optional_fixed_size_interval_var(self.starts[booking], held, present, "")

    def hold(self, booking: int, slot: int) -> None:
        """Let a booking be placed at no other start than this."""
        for chosen in self.chosen[booking].values():
            self.model.add(self.starts[booking] == slot).only_enforce_if(chosen)

    def placed(self) -> cp_model.LinearExpr:
        """Placed bookings by priority: one of an urgent priority outweighs all of the less urgent ones."""
        literals: list[cp_model.IntVar] = []
        weights: list[int] = []
        total = 0
        for priority in sorted({int(self.problem.priority[b]) for b in self.bookings}, reverse=True):
            same = [b for b in self.bookings if int(self.problem.priority[b]) == priority]
            weight = total + 1
            total += weight * len(same)
            for booking in same:
                literals += self.chosen[booking].values()
                weights += [weight] * len(self.chosen[booking])
        return cp_model.LinearExpr.weighted_sum(literals, weights)

    def kept(self) -> tuple[cp_model.LinearExpr, int]:
        """Confirmed sessions with a movable pin that stay where they were; and how many could."""
        for booking in self.bookings:
            slot, wanted = int(self.problem.movable_slot[booking]), int(self.problem.movable_agent[booking])
            agents = [
                chosen
                for segment, chosen in self.chosen[booking].items()
                if wanted in (NOBODY, self.problem.person[self.problem.segments.rows[segment][0]])
            ]
            if slot >= 0 and agents and booking not in self._kept:
                kept = self.model.new_bool_var("")
                self.model.add(_sum(agents) >= 1).only_enforce_if(kept)
                self.model.add(self.starts[booking] == slot).only_enforce_if(kept)
                self._kept[booking] = kept
        return _sum(self._kept.values()), len(self._kept)

    def deviation(self) -> tuple[cp_model.LinearExpr, int]:
        """Minutes of deviation of the placed bookings from their wishes; and how many there could be."""
        problem, model = self.problem, self.model
        most = 0
        for booking, start in self.starts.items():
            wish = int(problem.wish[booking])
            if wish == MISSING:
                continue
            if booking not in self._deviation:
                horizon = problem.slots * problem.grid + abs(wish)
                deviation = model.new_int_var(0, horizon, "")
                for literal in self.chosen[booking].values():
                    model.add(deviation >= start * problem.grid - wish).only_enforce_if(literal)
                    model.add(deviation >= wish - start * problem.grid).only_enforce_if(literal)
                self._deviation[booking] = deviation
            bits = self.plan.problem.window_bits(booking)
            ends = ((bits & -bits).bit_length() - 1, bits.bit_length() - 1)
            most += max(problem.deviation(booking, slot) for slot in ends)
        return _sum(self._deviation.values()), most

    def hint(self, sessions: dict[int, Placement]) -> None:
        """Give a complete assignment to start from: these sessions, all else unplaced."""
        model = self.model
        model.clear_hints()  # type: ignore[no-untyped-call]
        for booking, start in self.starts.items():
            slot, agent = sessions.get(booking, (NOBODY, NOBODY))
            model.add_hint(start, self._lowest[booking] if slot == NOBODY else slot)
            for segment, chosen in self.chosen[booking].items():
                model.add_hint(chosen, self._holds(segment, agent, slot))
            if booking in self._attends:
                model.add_hint(self._attends[booking], slot != NOBODY)
            if booking in self._kept:
                model.add_hint(
                    self._kept[booking],
                    slot != NOBODY and self.problem.keeps_confirmation(booking, slot, agent),
                )
            if booking in self._deviation:
                model.add_hint(
                    self._deviation[booking], 0 if slot == NOBODY else self.problem.deviation(booking, slot)
                )

    def _holds(self, segment: int, agent: int, slot: int) -> bool:
        row = self.problem.segments.rows[segment]
        return row[0] == agent and row[1] <= slot < row[2]

    def placements(self, outcome: CpSatOutcome) -> dict[int, Placement]:
        """The sessions of a solved model.

        Raises:
            LookupError: when the search found none.
        """
        return {
            booking: (outcome.value(self.starts[booking]), self.problem.segments.rows[segment][0])
            for booking, segments in self.chosen.items()
            for segment, chosen in segments.items()
            if outcome.chosen(chosen)
        }


def _sum(literals: Iterable[cp_model.IntVar]) -> cp_model.LinearExpr:
    return cp_model.LinearExpr.sum(list(literals))


def _domain(bits: int) -> cp_model.Domain:
    return cp_model.Domain.from_intervals([list(run) for run in runs(bits)])
