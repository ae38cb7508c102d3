"""The repair as a plain model of intervals, level after level, for small days; from the referee's facts."""

from __future__ import annotations

from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from data.day.records import DayState, SessionNow, Status
from data.day.repaired import Disruption, rebooking_class
from data.model import Case
from data.referee.rest_of_day import END_GRACE, RestOfDay

ALL_DAY = range(24 * 60)


@dataclass
class _Levels:
    rebooked: list[list[cp_model.IntVar]] = field(default_factory=lambda: [[] for _ in range(18)])
    new: list[cp_model.IntVar] = field(default_factory=list)
    told: list[cp_model.IntVar] = field(default_factory=list)
    agents: list[cp_model.IntVar] = field(default_factory=list)
    minutes: list[cp_model.IntVar] = field(default_factory=list)
    rebound: list[cp_model.IntVar] = field(default_factory=list)


def best_disruption(
    case: Case, state: DayState, now: int, pool: frozenset[str], sessions: list[SessionNow],
    elsewhere: dict[str, list[tuple[int, int]]],
) -> Disruption:  # fmt: skip
    """The least disruption of one pool: its agents, its sessions, and when their people are engaged."""
    day = RestOfDay(case, state, now)
    model, levels = cp_model.CpModel(), _Levels()
    services = {name: day.service(name) for name in sorted(pool)}
    busy: dict[str, list[cp_model.IntervalVar]] = {name: [] for name in services}
    attended: dict[str, list[cp_model.IntervalVar]] = {}
    called = {name: model.new_bool_var("") for name, s in services.items() if s is not None and s.standby}
    levels.agents += called.values()
    for person, spans in elsewhere.items():
        minutes = sorted({minute for a, b in spans for minute in range(a, b)})
        attended[person] = [model.new_fixed_size_interval_var(minute, 1, "") for minute in minutes]
    for session in sessions:
        _session(day, model, levels, session, services, busy, attended, called)
    for name, service in services.items():
        if service is not None and not service.standby:
            _breaks(day, model, levels, name, busy[name])
    for intervals in (*busy.values(), *attended.values()):
        model.add_no_overlap(intervals)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    values = []
    for terms in (
        *levels.rebooked, levels.new, levels.told, levels.agents, levels.minutes, levels.rebound
    ):  # fmt: skip
        model.minimize(sum(terms))
        status = solver.solve(model)
        assert status == cp_model.OPTIMAL, solver.status_name(status)
        values.append(round(solver.objective_value))
        model.add(sum(terms) <= values[-1])
    return Disruption(tuple(values[:18]), *values[18:])


def _session(day, model, levels, session, services, busy, attended, called) -> None:  # type: ignore[no-untyped-def]
    kind = day.kind(session)
    ready, latest, quiet = day.ready(session), day.latest(session), day.quiet_until(session)
    first = day.first_start()
    delays = [t for t in range(ready, latest + 1) if t >= first and (t <= quiet or t % day.grid == 0)]
    new = [
        t for t in ALL_DAY if t >= first and not ready <= t <= latest and not day.may_be_agreed(session, t)
    ]
    starts = cp_model.Domain.from_values([*delays, *new])
    rebooked = model.new_bool_var("")
    place = rebooking_class(day.somebody_waits(session), day.priority(session))
    levels.rebooked[place].append(rebooked)
    if not delays and not new:
        model.add(rebooked == 1)
        return
    start = model.new_int_var_from_domain(starts, "")
    is_new, is_told = model.new_bool_var(""), model.new_bool_var("")
    model.add_linear_expression_in_domain(start, cp_model.Domain.from_values(new)).only_enforce_if(is_new)
    model.add_linear_expression_in_domain(
        start, cp_model.Domain.from_values([t for t in delays if t <= quiet])
    ).only_enforce_if(is_new.negated(), is_told.negated(), rebooked.negated())
    model.add_linear_expression_in_domain(start, cp_model.Domain.from_values(delays)).only_enforce_if(is_told)
    levels.new.append(is_new)
    levels.told.append(is_told)
    model.add_at_most_one(is_new, is_told)
    minutes = model.new_int_var(0, 24 * 60, "")
    model.add_abs_equality(minutes, start - ready)
    counted = model.new_int_var(0, 24 * 60, "")
    model.add(counted >= minutes).only_enforce_if(rebooked.negated())
    levels.minutes.append(counted)
    chosen = []
    for name, service in services.items():
        if service is None or day.skill(session) not in (*day.skills(name), None):
            continue
        if day.skill(session) is None and name != session.agent_id:
            continue
        here = model.new_bool_var("")
        chosen.append(here)
        own = name == session.agent_id
        set_up = 0 if own and service.rested else kind.set_up_minutes
        model.add(start >= service.start + set_up).only_enforce_if(here)
        model.add(start >= service.start + kind.set_up_minutes).only_enforce_if(here, is_new)
        over = start + session.duration + kind.wrap_up_minutes
        model.add(over <= service.end + (END_GRACE if own else 0)).only_enforce_if(here)
        model.add(over <= service.end).only_enforce_if(here, is_new)
        length = kind.set_up_minutes + session.duration + kind.wrap_up_minutes
        busy[name].append(
            model.new_optional_fixed_size_interval_var(start - kind.set_up_minutes, length, here, "")
        )
        if name in called:
            model.add_implication(here, called[name])
        if not own:
            levels.rebound.append(here)
    model.add_exactly_one([rebooked, *chosen])
    for person in session.participants:
        held = model.new_optional_fixed_size_interval_var(start, session.duration, rebooked.negated(), "")
        attended.setdefault(person, []).append(held)


def _breaks(day, model, levels, name, busy) -> None:  # type: ignore[no-untyped-def]
    agent, service = day.state.agents[name], day.service(name)
    due = day.due(agent, service)
    legal = day.has_legal_breaks(agent, service)
    slack = day.policy.unnoticed_delay_minutes
    starts = {}
    for place, at in due.items():
        pause = agent.breaks[place]
        stay = range(at, at + (slack if legal else 0) + 1)
        grid = [t for t in ALL_DAY if t % day.grid == 0] if legal else []
        moved = model.new_bool_var("")
        start = starts[place] = model.new_int_var_from_domain(cp_model.Domain.from_values([*stay, *grid]), "")
        model.add_linear_expression_in_domain(start, cp_model.Domain.from_values(list(stay))).only_enforce_if(
            moved.negated()
        )
        levels.agents.append(moved)
        busy.append(model.new_fixed_size_interval_var(start, pause.end - pause.start, ""))
    if not legal or not starts:
        return
    regime = day.regime(agent)
    meals = sum(b.end - b.start for b in agent.breaks if b.kind == "meal")
    rule = None if agent.called else regime.break_rule(service.end - agent.start - meals)
    edge = 0 if rule is None else rule.edge_minutes
    since, earliest = agent.start, service.start
    if agent.breaks_taken:
        since = (day.break_going_on(agent) or agent.breaks[agent.breaks_taken - 1]).end
    for place, start in starts.items():
        pause = agent.breaks[place]
        length = pause.end - pause.start
        model.add(start >= earliest)
        model.add(start + length <= service.end)
        model.add(start - since <= regime.max_stretch_minutes)
        if pause.kind == "pause":
            model.add(start >= agent.start + edge)
            model.add(start + length <= service.end - edge)
        since = earliest = start + length
    model.add(service.end - since <= regime.max_stretch_minutes)


def engaged_elsewhere(
    state: DayState, now: int, others: list[tuple[SessionNow, int]], day: RestOfDay
) -> dict[str, list[tuple[int, int]]]:
    """By person, sessions that run, and those of other pools at their starts."""
    found: dict[str, list[tuple[int, int]]] = {}
    for session in state.sessions.values():
        if session.status is Status.RUNNING:
            for person in session.participants:
                found.setdefault(person, []).append((now, day.runs_until(session)))
    for session, start in others:
        for person in session.participants:
            found.setdefault(person, []).append((start, start + session.duration))
    return found
