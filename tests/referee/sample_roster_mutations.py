"""For every rule on rosters, the smallest edit of a planned week that breaks it, found by search.

A family yields variations of one agent's duties; the first one that, by the plain restatement of the rules,
breaks exactly what is wanted and leaves the agent's sessions in place is the mutation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from data.model import Agents, Break, Case, Contracts, Duties, Duty, Roster, ShiftLimits, ShiftTypes
from tests.referee.legal_case import added, edited, with_rows
from tests.referee.plain_roster import regime_of
from tests.referee.planned_week import PlannedWeek, week_of

Variation = tuple[str, list[Duty]]
"""An agent, and all duties of that agent instead of the planned ones."""
Family = Callable[[PlannedWeek], Iterator[Variation]]


def unchanged(case: Case) -> Case:
    """The plan as it is has what the rule speaks of."""
    return case


@dataclass(frozen=True)
class SampleMutation:
    """An edit of a planned case.

    Attributes:
        edit: what breaks the rule.
        breaks: codes of all rules that it breaks: those besides its own it cannot help breaking.
        feature: a lawful change that first brings in what the rule speaks of, where the plan lacks it.
        brings: that feature in words.
    """

    edit: Callable[[Case], Case]
    breaks: frozenset[str]
    feature: Callable[[Case], Case] = unchanged
    brings: str = ""


def until_sunday(case: Case) -> Case:
    """The horizon lasts until Sunday, a day without opening hours."""
    return replace(case, plan=case.plan.model_copy(update={"days": 7}))


def minimal_duty(week: PlannedWeek, agent_id: str, start: int) -> Duty:
    """The shortest lawful duty: one grid step, or a pause between its two edges where a pause is due."""
    grid = week.case.plan.grid_minutes
    rule = regime_of(week.case, week.agents[agent_id], 0).break_rule(grid)
    if rule is None:
        return Duty(agent_id, start, start + grid)
    pause = start + rule.edge_minutes
    rest = Break(pause, pause + rule.pause_minutes, "pause")
    return Duty(agent_id, start, rest.end + rule.edge_minutes, (rest,))


def one_more_duty(week: PlannedWeek) -> Iterator[Variation]:
    """A minimal duty besides the others, tried every three hours."""
    for agent_id in week.agents:
        for start in range(0, week.case.axis.end, 180):
            yield agent_id, [*week.duties_of(agent_id), minimal_duty(week, agent_id, start)]


def duty_across(edge: Callable[[PlannedWeek, Duty], int]) -> Family:
    """A duty of ten minutes across an edge that each duty has, besides the others."""

    def family(week: PlannedWeek) -> Iterator[Variation]:
        for agent_id in week.agents:
            planned = week.duties_of(agent_id)
            for duty in planned:
                middle = edge(week, duty)
                yield agent_id, [*planned, Duty(agent_id, middle - 5, middle + 5)]

    return family


def uneven_duty(minutes: int) -> Family:
    """A duty of so many minutes at noon of any day besides the others."""

    def family(week: PlannedWeek) -> Iterator[Variation]:
        for agent_id in week.agents:
            for noon in range(720, week.case.axis.end, 1440):
                yield agent_id, [*week.duties_of(agent_id), Duty(agent_id, noon, noon + minutes)]

    return family


def each_duty(week: PlannedWeek, change: Callable[[Duty], Iterator[Duty]]) -> Iterator[Variation]:
    """All variations in which one duty is another one."""
    for agent_id in week.agents:
        planned = list(week.duties_of(agent_id))
        for place, duty in enumerate(planned):
            for other in change(duty):
                yield agent_id, [*planned[:place], other, *planned[place + 1 :]]


def each_break(duty: Duty, change: Callable[[Break], Iterator[Break | None]]) -> Iterator[Duty]:
    """The duty with one break changed, or taken away (None)."""
    for place, rest in enumerate(duty.breaks):
        for other in change(rest):
            kept = () if other is None else (other,)
            yield replace(duty, breaks=(*duty.breaks[:place], *kept, *duty.breaks[place + 1 :]))


def longer_duties(week: PlannedWeek) -> Iterator[Variation]:
    """A duty ends up to four hours later."""
    return each_duty(week, lambda duty: (replace(duty, end=duty.end + by) for by in range(5, 245, 5)))


def moved(by: Iterator[int] | range) -> Callable[[Break], Iterator[Break]]:
    """The break at another time."""
    shifts = [shift for shift in sorted(by, key=abs) if shift]
    return lambda rest: (Break(rest.start + s, rest.end + s, rest.kind) for s in shifts)


def moved_breaks(week: PlannedWeek) -> Iterator[Variation]:
    """A break up to five hours earlier or later."""
    return each_duty(week, lambda duty: each_break(duty, moved(range(-300, 305, 5))))


def breaks_moved_far(week: PlannedWeek) -> Iterator[Variation]:
    """A break up to five hours earlier or later, twenty minutes at a time."""
    return each_duty(week, lambda duty: each_break(duty, moved(range(-300, 305, 20))))


def breaks_off_the_grid(week: PlannedWeek) -> Iterator[Variation]:
    """A break a minute earlier or later."""
    return each_duty(week, lambda duty: each_break(duty, moved(range(-1, 2))))


def other_lengths_of_breaks(week: PlannedWeek) -> Iterator[Variation]:
    """A break that begins or ends five minutes earlier or later."""

    def change(rest: Break) -> Iterator[Break]:
        for by in (-5, 5):
            yield Break(rest.start, rest.end + by, rest.kind)
            yield Break(rest.start + by, rest.end, rest.kind)

    return each_duty(week, lambda duty: each_break(duty, change))


def missing_breaks(week: PlannedWeek) -> Iterator[Variation]:
    """A duty without one of its breaks."""
    return each_duty(week, lambda duty: each_break(duty, lambda _: iter([None])))


def break_after_duty(week: PlannedWeek) -> Iterator[Variation]:
    """A pause just after a duty."""

    def change(duty: Duty) -> Iterator[Duty]:
        yield replace(duty, breaks=(*duty.breaks, Break(duty.end, duty.end + 10, "pause")))

    return each_duty(week, change)


def roster_mutation(
    family: Family, *codes: str, feature: Callable[[Case], Case] = unchanged, brings: str = ""
) -> SampleMutation:
    """The first variation of the family that breaks exactly these rules."""
    wanted = frozenset(codes)

    def edit(case: Case) -> Case:
        week = week_of(case)
        for agent_id, duties in family(week):
            if week.roster_faults(agent_id, duties) == wanted and week.keeps_sessions(agent_id, duties):
                others = (duty for duty in case.roster.duties if duty.agent_id != agent_id)
                tables = Roster.of([*others, *duties]).to_tables()
                return replace(case, duties=tables[0], breaks=tables[1])
        raise LookupError(f"no {family.__name__} of the plan breaks {', '.join(sorted(wanted))}")

    return SampleMutation(edit, wanted, feature, brings)


def stranger_on_duty(case: Case) -> Case:
    """A duty of an agent whom the case does not know."""
    return added(case, Duties, agent_id="nobody", starts_at=720, ends_at=780)


def no_contract(case: Case) -> Case:
    """An agent on duty whose contract is not in contracts."""
    return edited(case, Agents, {"agent_id": str(case.duties.agent_id[0])}, contract_id="none")


def tight_budget(case: Case) -> Case:
    """The plan has five minutes less of work to give than the duties take."""
    work = sum(duty.work_minutes for duty in case.roster.duties)
    return replace(case, plan=case.plan.model_copy(update={"work_minutes_budget": work - 5}))


NEWCOMER = "newcomer"


def newcomer(case: Case) -> Case:
    """A new agent, without duties or skills in demand, whose contract sets every limit."""
    contract = {
        "contract_id": NEWCOMER,
        "regime": "CLT_8H",
        "daily_minutes": 480,
        "weekly_minutes": 2640,
        "hourly_cost": 28.0,
        "min_duty_minutes": 120,
        "max_duty_minutes": 180,
        "min_days_in_a_row": 2,
        "max_days_in_a_row": 3,
        "min_days_off_in_a_row": 2,
        "max_weekends": 0,
    }
    known = added(case, Contracts, **contract)
    return added(
        known, Agents, agent_id=NEWCOMER, contract_id=NEWCOMER, skills="trainee", pool="", state="SP", city=""
    )


def days_of_newcomer(minutes: int, *days: int) -> Family:
    """The new agent works so many minutes on these days, or on days a little later."""

    def family(week: PlannedWeek) -> Iterator[Variation]:
        for later in range(week.case.axis.days - max(days)):
            starts = [int(week.case.axis.day_starts[day + later]) + 720 for day in days]
            yield NEWCOMER, [Duty(NEWCOMER, start, start + minutes) for start in starts]

    return family


def with_work(case: Case) -> Case:
    """A new agent as above with two days of work, no less and no more than the contract says."""
    known = newcomer(case)
    limited = edited(
        known, Contracts, {"contract_id": NEWCOMER}, min_horizon_minutes=250, max_horizon_minutes=250
    )
    for day in (0, 1):
        noon = int(case.axis.day_starts[day]) + 720
        limited = added(limited, Duties, agent_id=NEWCOMER, starts_at=noon, ends_at=noon + 125)
    return limited


def with_types(case: Case) -> Case:
    """A new agent as above, and shift types: those of all duties, and two which only the new agent works."""
    axis, duties = case.axis, case.roster.duties
    times = {(axis.minute_of_day(duty.start), duty.end - duty.start) for duty in duties}
    rows = [{"shift_type": f"{t}-{m}", "starts": t, "minutes": m} for t, m in sorted(times)]
    rows += [
        {"shift_type": "noon", "starts": 720, "minutes": 120, "not_followed_by": "later"},
        {"shift_type": "later", "starts": 725, "minutes": 120},
    ]
    known = with_rows(newcomer(case), ShiftTypes, rows)
    return added(known, ShiftLimits, contract_id=NEWCOMER, shift_type="noon", most=2)


def typed_days(*days: tuple[int, int, int]) -> Family:
    """The new agent works on these days: day, minutes, and how many minutes after noon the duty starts."""

    def family(week: PlannedWeek) -> Iterator[Variation]:
        noons = [int(start) + 720 for start in week.case.axis.day_starts]
        duties = [
            Duty(NEWCOMER, noons[day] + late, noons[day] + late + minutes) for day, minutes, late in days
        ]
        yield NEWCOMER, duties

    return family


def of_types(code: str, *days: tuple[int, int, int]) -> SampleMutation:
    """Days of a new agent that break a rule on shift types."""
    return roster_mutation(typed_days(*days), code, feature=with_types, brings="shift-types")


def of_worker(code: str, minutes: int) -> SampleMutation:
    """Two days of a new agent with so much work each, which breaks a limit over the horizon."""
    return roster_mutation(
        days_of_newcomer(minutes, 0, 1), code, feature=with_work, brings="an-amount-of-work"
    )


def of_newcomer(code: str, minutes: int, *days: int) -> SampleMutation:
    """Days of a new agent that break one limit of the contract."""
    return roster_mutation(
        days_of_newcomer(minutes, *days), code, feature=newcomer, brings="a-limiting-contract"
    )


def newcomer_with_overtime(case: Case) -> Case:
    """The new agent in part time: two hours a day, an hour more agreed, and a hundred minutes more a week."""
    known = edited(
        newcomer(case),
        Contracts,
        {"contract_id": NEWCOMER},
        regime="PART_TIME_26",
        daily_minutes=120,
        overtime_minutes=60,
    )
    labour = tuple(
        regime.model_copy(update={"overtime_weekly_max_minutes": 100}) for regime in case.plan.labour
    )
    return replace(known, plan=known.plan.model_copy(update={"labour": labour}))


def newcomer_without_rest(case: Case) -> Case:
    """The new agent, whose weekly rest is due: the last duty ended on Sunday at 03:00."""
    return edited(
        newcomer(case), Agents, {"agent_id": NEWCOMER}, last_duty_end=-21 * 60, weekly_rest_due=True
    )


def with_sunday(family: Family, *codes: str) -> SampleMutation:
    """A variation that needs a Sunday, which the sample week lacks."""
    return roster_mutation(family, *codes, feature=until_sunday, brings="a-Sunday")


ROSTER_MUTATIONS: dict[str, SampleMutation] = {
    "DUTY-AGENT": SampleMutation(stranger_on_duty, frozenset({"DUTY-AGENT"})),
    "DUTY-ORDER": roster_mutation(uneven_duty(0), "DUTY-ORDER"),
    "DUTY-GRID": roster_mutation(uneven_duty(62), "DUTY-GRID"),
    "DUTY-HORIZON": roster_mutation(duty_across(lambda week, _: week.case.axis.end), "DUTY-HORIZON"),
    "DUTY-DAY": roster_mutation(one_more_duty, "DUTY-DAY"),
    "DUTY-OVERLAP": roster_mutation(duty_across(lambda _, duty: duty.end), "DUTY-OVERLAP", "DUTY-DAY"),
    "BREAK": roster_mutation(break_after_duty, "BREAK"),
    "BREAK-GRID": roster_mutation(breaks_off_the_grid, "BREAK-GRID"),
    "BREAK-OVERLAP": roster_mutation(moved_breaks, "BREAK-OVERLAP"),
    "CONTRACT": SampleMutation(no_contract, frozenset({"CONTRACT"})),
    "CLT-58": roster_mutation(longer_duties, "CLT-58"),
    "CF-7-XIII": roster_mutation(one_more_duty, "CF-7-XIII"),
    "CLT-58A": roster_mutation(
        days_of_newcomer(180, 0, 1), "CLT-58A", feature=newcomer_with_overtime, brings="overtime"
    ),
    "CLT-66": roster_mutation(one_more_duty, "CLT-66"),
    "CLT-67": roster_mutation(one_more_duty, "CLT-67"),
    # Who works six days before a Sunday works seven in a row with it, and has no weekly rest.
    "LEI-605": with_sunday(one_more_duty, "LEI-605", "CLT-67", "TST-110"),
    "TST-110": roster_mutation(
        days_of_newcomer(120, 0, 1), "TST-110", feature=newcomer_without_rest, brings="a-rest-that-is-due"
    ),
    "LEI-10101": with_sunday(one_more_duty, "LEI-10101"),
    "CLT-71": roster_mutation(other_lengths_of_breaks, "CLT-71"),
    "NR17-5.4": roster_mutation(missing_breaks, "NR17-5.4"),
    "NR17-EDGE": roster_mutation(moved_breaks, "NR17-EDGE"),
    "STRETCH": roster_mutation(breaks_moved_far, "STRETCH"),
    "MIN-DUTY": of_newcomer("MIN-DUTY", 115, 0, 1),
    "MAX-DUTY": of_newcomer("MAX-DUTY", 185, 0, 1),
    "MIN-DAYS": of_newcomer("MIN-DAYS", 120, 1),
    "MAX-DAYS": of_newcomer("MAX-DAYS", 120, 0, 1, 2, 3),
    "MIN-DAYS-OFF": of_newcomer("MIN-DAYS-OFF", 120, 0, 1, 3, 4),
    "MAX-WEEKENDS": of_newcomer("MAX-WEEKENDS", 120, 4, 5),
    "BUDGET": SampleMutation(tight_budget, frozenset({"BUDGET"})),
    "MIN-WORK": of_worker("MIN-WORK", 120),
    "MAX-WORK": of_worker("MAX-WORK", 130),
    "SHIFT-TYPE": of_types("SHIFT-TYPE", (0, 120, 0), (1, 125, 0)),
    "SUCCESSION": of_types("SUCCESSION", (0, 120, 0), (1, 120, 5)),
    "SHIFT-LIMIT": of_types("SHIFT-LIMIT", (0, 120, 0), (1, 120, 0), (2, 120, 0)),
    "CLT-70": roster_mutation(one_more_duty, "CLT-70"),
    "ABSENCE": roster_mutation(one_more_duty, "ABSENCE"),
    "CAR": roster_mutation(one_more_duty, "CAR"),
}
