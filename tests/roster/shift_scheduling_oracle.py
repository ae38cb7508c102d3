"""An oracle for cases of shift types alone: a plain CP-SAT model that states the rules in its own words.

It shares no code with the engine: x[agent, day, type] and one row for each rule, window by window.
"""

from __future__ import annotations

from ortools.sat.python import cp_model

from data.model import Case, tokens

Choice = dict[tuple[str, int, str], cp_model.IntVar]


def least_cost(case: Case) -> int | None:
    """The least staffing cost of a case whose days have 24 hours; None when no roster keeps the rules."""
    model = cp_model.CpModel()
    types = {row["shift_type"]: row for row in case.shift_types.rows()}
    limits = {(row["contract_id"], row["shift_type"]): row["most"] for row in case.shift_limits.rows()}
    choice: Choice = {}
    cost: list[cp_model.LinearExprT] = []
    for agent in case.agents.rows():
        name, contract = agent["agent_id"], case.contracts.row(case.contracts.position[agent["contract_id"]])
        absent = [
            (row["starts_at"], row["ends_at"]) for row in case.absences.rows() if row["agent_id"] == name
        ]
        worked = []
        for day in range(case.axis.days):
            on_day = []
            for kind, row in types.items():
                start = 1440 * day + row["starts"]
                if not any(begin < start + row["minutes"] and start < end for begin, end in absent):
                    choice[name, day, kind] = model.new_bool_var("")
                    on_day.append(choice[name, day, kind])
            worked.append(model.new_bool_var(""))
            model.add(sum(on_day) == worked[-1])
        _keep_contract(model, choice, name, contract, types, limits, worked)
        cost += _lost_wishes(model, case, choice, name)
    for row in case.shift_demand.rows():
        at_work = sum(
            variable
            for (_, day, kind), variable in choice.items()
            if (day, kind) == (row["date"], row["shift_type"])
        )
        under, over = model.new_int_var(0, 1000, ""), model.new_int_var(0, 1000, "")
        model.add(at_work + under - over == row["required"])
        cost += [row["under_price"] * under, row["over_price"] * over]
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    assert status == cp_model.OPTIMAL
    return round(solver.objective_value)


def _keep_contract(
    model: cp_model.CpModel,
    choice: Choice,
    name: str,
    contract: dict[str, int],
    types: dict[str, dict[str, int]],
    limits: dict[tuple[int, str], int],
    worked: list[cp_model.IntVar],
) -> None:
    days = len(worked)
    own = {(day, kind): variable for (who, day, kind), variable in choice.items() if who == name}
    for (day, before), variable in own.items():
        for after in tokens(types[before]["not_followed_by"]):
            if (day + 1, after) in own:
                model.add(variable + own[day + 1, after] <= 1)
    for kind in types:
        most = limits.get((contract["contract_id"], kind))
        if most is not None:
            model.add(sum(v for (_, of), v in own.items() if of == kind) <= most)
    work = sum(types[kind]["minutes"] * variable for (_, kind), variable in own.items())
    model.add(work >= contract["min_horizon_minutes"])
    model.add(work <= contract["max_horizon_minutes"])
    for first in range(days - contract["max_days_in_a_row"]):
        model.add(
            sum(worked[first : first + contract["max_days_in_a_row"] + 1]) <= contract["max_days_in_a_row"]
        )
    for length in range(1, contract["min_days_in_a_row"]):
        for first in range(days - length - 1):
            run = worked[first + 1 : first + length + 1]
            model.add(sum(run) <= length - 1 + worked[first] + worked[first + length + 1])
    for length in range(1, contract["min_days_off_in_a_row"]):
        for first in range(days - length - 1):
            run = worked[first + 1 : first + length + 1]
            model.add(worked[first] + worked[first + length + 1] <= 1 + sum(run))
    weekends = []
    for saturday in range(5, days, 7):
        weekend = model.new_bool_var("")
        for day in worked[saturday : saturday + 2]:
            model.add(weekend >= day)
        weekends.append(weekend)
    model.add(sum(weekends) <= contract["max_weekends"])


def _lost_wishes(
    model: cp_model.CpModel, case: Case, choice: Choice, name: str
) -> list[cp_model.LinearExprT]:
    lost: list[cp_model.LinearExprT] = []
    for row in case.wishes.rows():
        if row["agent_id"] != name:
            continue
        price = case.plan.wish_price * row["weight"]
        key = (name, row["starts_at"] // 1440, row["shift_type"])
        taken: cp_model.LinearExprT = choice.get(key, 0)
        lost.append(price * (1 - taken) if row["kind"] == "work" else price * taken)
    return lost
