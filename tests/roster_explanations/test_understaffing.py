"""Reasons for understaffing against every tour of every agent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.coverage import coverage
from data.files.tables import table_bytes
from data.model import REASONS, VERDICTS, Case, Roster, Wishes
from data.referee import judge_roster
from optimizer.budget import Budget
from optimizer.roster import solve_roster
from optimizer.roster_explanations import understaffed_runs, understaffing_document, understaffing_table
from optimizer.roster_explanations.documents import run_sentence
from optimizer.roster_explanations.standing import RosterStanding
from optimizer.roster_explanations.understaffing import Explainer, Reason
from optimizer.solve_result import SolveLimits
from tests.roster.week import DAY, demand, problem
from tests.roster_explanations.tiny import covers, objective, priced, random_roster, tiny_case, tours
from tests.support.cases import HOUR, agent, contract


def ample() -> Budget:
    """Work without end."""
    return Budget(SolveLimits(work=1e9))


def told(case: Case) -> dict[tuple[str, tuple[str, ...]], int]:
    """Agents by reason in the first run."""
    return {
        (reason.code, reason.rules): n for reason, n in understaffed_runs(case, ample())[0].counts.items()
    }


def check(case: Case) -> set[str]:
    """Every reason of every agent is what trying all of the agent's tours says; returns the codes seen."""
    standing = RosterStanding(case)
    explainer = Explainer(standing, ample())
    present = objective(case, case.roster.duties)
    missing = np.flatnonzero((standing.required - standing.covered).sum(axis=1)).tolist()
    seen: set[str] = set()
    for number, name in enumerate(standing.names):
        own, legal = case.roster.by_agent.get(name, ()), tours(case, number)
        others = [duty for duty in case.roster.duties if duty.agent_id != name]
        freed = {}
        for interval in missing[::2]:
            start, end = 15 * interval, 15 * interval + 15
            reason = explainer.reason(number, interval)
            seen.add(reason.code)
            able = [tour for tour in legal if covers(tour, start, end)]
            day = interval // 96
            beside = [t for t in able if all(d in t for d in own if d.start // DAY != day)]
            beside = [t for t in beside if all(d in own or d.start // DAY == day for d in t)]
            if reason.rules not in freed:
                freed[reason.rules] = tours(case, number, ignoring=reason.rules)
            helped = [tour for tour in freed[reason.rules] if covers(tour, start, end)]
            gains = [present - objective(case, [*others, *tour]) for tour in able]
            match reason.code:
                case "in_service":
                    assert covers(own, start, end)
                case "never":
                    assert not able
                    assert helped
                case "blocked":
                    assert able
                    assert not beside
                    assert any(all(d in t for d in own if d.start // DAY != day) for t in helped)
                    assert max(gains) <= 0
                case "other_hours" | "day_off":
                    assert beside
                    assert (reason.code == "other_hours") is any(d.start // DAY == day for d in own)
                    assert max(gains) <= 0
                case "unfinished":
                    assert max(gains) > 0
                case "part_of_interval" | "on_break":
                    assert any(d.start < end and start < d.end for d in own)
                    assert max(gains, default=0) <= 0
                case code:
                    assert code == "no_duty"
                    assert not any(covers(tour, start, end) for tour in tours(case, number, ALL_RULES))
    return seen


ALL_RULES = (
    "ABSENCE", "CAR", "CF-7-XIII", "CLT-58", "CLT-66", "CLT-67", "CLT-70", "LEI-10101", "LEI-605", "MAX-DAYS",
    "MIN-DAYS",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_reasons_of_random_rosters_against_every_tour(seed: int) -> None:
    """In rosters drawn at random every reason is true, and leaving out the rules named makes it possible."""
    built = tiny_case(seed)
    check(built.with_roster(random_roster(built, seed)))


@pytest.mark.parametrize("seed", range(6))
def test_reasons_of_good_rosters_against_every_tour(seed: int) -> None:
    """In rosters of the engine every reason is true, and nobody alone could do better."""
    built = tiny_case(seed)
    result = solve_roster(built, SolveLimits(work=3.0))
    assert result.answer is not None
    assert "unfinished" not in check(built.with_roster(result.answer))


@pytest.mark.parametrize("seed", range(8))
def test_reasons_where_all_has_a_price(seed: int) -> None:
    """With prices, demand by shift type and priced wishes, every reason is true by the referee's count."""
    built = priced(tiny_case(seed), seed)
    assert "not_examined" not in check(built.with_roster(random_roster(built, seed)))


@pytest.mark.soak
@pytest.mark.parametrize("block", range(5))
def test_reasons_with_prices_at_length(block: int) -> None:
    """The same for 200 random rosters; agents who could do better and those who could not both come up."""
    seen: set[str] = set()
    for seed in range(100 + 40 * block, 140 + 40 * block):
        built = priced(tiny_case(seed), seed)
        seen |= check(built.with_roster(random_roster(built, seed)))
    assert seen >= {"never", "blocked", "day_off", "unfinished"}


def test_a_priced_wish_over_several_days_is_not_examined() -> None:
    """What duties of two days would do for one wish does not add up, so nothing is claimed."""
    row = {"agent_id": "A0", "starts_at": 0, "ends_at": 3 * DAY, "kind": "off", "weight": 1}
    built = replace(tiny_case(1, agents=1), wishes=Wishes.from_rows([row]))
    built = replace(built, plan=built.plan.model_copy(update={"wish_price": 3}))
    reasons = {reason.code for run in understaffed_runs(built, ample()) for reason in run.counts}
    assert "not_examined" in reasons
    assert "unfinished" not in reasons


def test_with_a_budget_no_gain_is_claimed() -> None:
    """Without an hour to spend nobody could do better, and it is not said that somebody could."""
    built = tiny_case(2)
    built = replace(built, plan=built.plan.model_copy(update={"work_minutes_budget": 0}))
    reasons = {reason.code for run in understaffed_runs(built, ample()) for reason in run.counts}
    assert "unfinished" not in reasons


def test_a_budget_is_named_where_no_tour_within_it_gains() -> None:
    """Against every tour of rosters that spend their budget: it is named only, and often, when it is why."""
    seen: set[str] = set()
    for seed in range(12):
        built = tiny_case(seed)
        built = built.with_roster(random_roster(built, seed))
        spent = sum(duty.work_minutes for duty in built.roster.duties)
        built = replace(built, plan=built.plan.model_copy(update={"work_minutes_budget": spent}))
        standing = RosterStanding(built)
        explainer, present = Explainer(standing, ample()), objective(built, built.roster.duties)
        missing = np.flatnonzero((standing.required - standing.covered).sum(axis=1)).tolist()
        for number, name in enumerate(standing.names):
            others = [duty for duty in built.roster.duties if duty.agent_id != name]
            spare = spent - sum(duty.work_minutes for duty in others)
            legal = tours(built, number)
            for interval in missing[::3]:
                able = [tour for tour in legal if covers(tour, 15 * interval, 15 * interval + 15)]
                gains = [
                    (present - objective(built, [*others, *tour]), sum(d.work_minutes for d in tour))
                    for tour in able
                ]
                code = explainer.reason(number, interval).code
                seen.add(code)
                if code == "budget":
                    assert max(gain for gain, _ in gains) > 0
                    assert all(gain <= 0 for gain, work in gains if work <= spare)
                if code == "unfinished":
                    assert any(gain > 0 for gain, work in gains if work <= spare)
    assert seen >= {"budget", "unfinished"}


def replanned(now: int, price: int, required: int = 1) -> set[str]:
    """The reasons after replanning, a published duty from 9 to 13 h lost to an absence at 7 h."""
    team, away = [agent("A1"), agent("A2")], {"agent_id": "A1", "starts_at": 0, "ends_at": DAY}
    published = {"agent_id": "A1", "starts_at": 540, "ends_at": 780}
    built = problem(demand(0, 9, 13, required=required), team, absences=[away], duties=[published])
    plan = {"as_of": built.axis.instant_of(now), "change_worth_minutes": price}
    before = replace(built, plan=built.plan.model_copy(update=plan))
    result = solve_roster(before, SolveLimits(work=3.0), from_published=True)
    assert result.answer is not None
    runs = understaffed_runs(before.with_roster(result.answer), ample(), before)
    return {reason.code for run in runs for reason in run.counts}


def test_reasons_after_replanning() -> None:
    """A change that costs more than it brings back, and an interval that is past, are named as such."""
    assert replanned(0, 300) == {"never", "change_price"}
    assert replanned(0, 60) == set()
    assert "frozen" in replanned(900, 60)
    assert "unfinished" not in replanned(600, 300)


def test_what_was_missing_before_is_not_looked_for_when_replanning() -> None:
    """Nothing is lost, so a roster that could be better is left as it was published."""
    built = problem(demand(0, 9, 13, required=2), [agent("A1"), agent("A2")])
    one = {"agent_id": "A1", "starts_at": 540, "ends_at": 780}
    before = replace(built, duties=type(built.duties).from_rows([one]))
    before = replace(before, plan=before.plan.model_copy(update={"as_of": built.axis.instant_of(0)}))
    runs = understaffed_runs(before, ample(), before)
    assert {reason.code for run in runs for reason in run.counts} == {"in_service", "not_lost"}


@pytest.mark.soak
@pytest.mark.parametrize("block", range(5))
def test_reasons_against_every_tour_at_length(block: int) -> None:
    """The same for 200 random rosters; all reasons but those of breaks come up."""
    seen: set[str] = set()
    for seed in range(100 + 40 * block, 140 + 40 * block):
        built = tiny_case(seed)
        seen |= check(built.with_roster(random_roster(built, seed)))
    assert seen >= {"in_service", "never", "blocked", "other_hours", "day_off", "unfinished"}


@given(st.data())
def test_who_could_relieve_a_skill(data: st.DataObject) -> None:
    """An agent relieves a missing skill exactly if, with the agent added, one more of it can be covered."""
    sets = data.draw(st.lists(st.sets(st.sampled_from("abc"), min_size=1), min_size=1, max_size=5))
    wanted = {skill: data.draw(st.integers(0, 3)) for skill in "abc"}
    rows = [{"starts_at": 540, "skill": skill, "required": n} for skill, n in wanted.items()]
    duty = {"starts_at": 540, "ends_at": 780}
    agents = [agent(f"A{n}", "|".join(sorted(held))) for n, held in enumerate(sets)]
    built = problem(rows, agents, duties=[duty | {"agent_id": row["agent_id"]} for row in agents])
    standing = RosterStanding(built)
    covered = standing.covered[36].tolist()
    for place, skill in enumerate(standing.skills):
        if covered[place] == wanted[skill]:
            continue
        goal = [n + (other == place) for other, n in enumerate(covered)]
        able = standing.relieving(36, place)
        for extra in ("a", "b", "c", "a|b", "b|c"):
            more = [*agents, agent("X", extra)]
            asked = [{"starts_at": 540, "skill": s, "required": n} for s, n in zip("abc", goal, strict=True)]
            then = problem(asked, more, duties=[duty | {"agent_id": row["agent_id"]} for row in more])
            helps = coverage(then).covered == sum(goal)
            assert helps is bool({standing.skills.index(s) for s in extra.split("|")} & able)


def rostered(
    rows: list[dict[str, object]], agents: list[dict[str, object]], *days: int, **changes: object
) -> Case:
    """Everybody but those named B... on duty from 9 to 13 h on these days."""
    built = problem(rows, agents, **changes)  # type: ignore[arg-type]
    duties = [
        {"agent_id": row["agent_id"], "starts_at": DAY * day + 540, "ends_at": DAY * day + 780}
        for row in agents
        for day in days
        if not str(row["agent_id"]).startswith("B")
    ]
    return problem(rows, agents, duties=duties, **changes) if duties else built  # type: ignore[arg-type]


def test_the_head_count_of_a_morning() -> None:
    """One in service, one absent, one without credential, one due a day off, one at the week's minutes."""
    few = contract("few", "CLT_8H", 240, 240)
    agents = [
        agent("A1", "e"),
        agent("B1", "e"),
        agent("B2", "e", credential_until=-1),
        agent("B3", "e", contract="few"),
        agent("B4", "e", days_worked_in_a_row=6),
        agent("B5", "x"),
    ]
    absences = [{"agent_id": "B1", "starts_at": 0, "ends_at": 2 * DAY}]
    changes = {"days": 2, "absences": absences, "contracts": [few]}
    rows = demand(0, 9, 13, required=5, skill="e") + demand(1, 9, 13, skill="e")
    built = rostered(rows, agents, 0, **changes)
    tuesday = {"agent_id": "B3", "starts_at": DAY + 540, "ends_at": DAY + 780}
    duties = [*built.duties.rows(), tuesday]
    built = problem(rows, agents, duties=duties, **changes)  # type: ignore[arg-type]
    assert judge_roster(built) == []
    (run,) = [run for run in understaffed_runs(built, ample()) if run.start < DAY]
    assert (run.start, run.end, run.missing, run.holders) == (540, 780, 4, 5)
    assert dict(run.counts) == {
        Reason("in_service"): 1,
        Reason("never", ("ABSENCE",)): 1,
        Reason("never", ("CAR",)): 1,
        Reason("never", ("CLT-67",)): 1,
        Reason("blocked", ("CF-7-XIII",)): 1,
    }
    assert run.unavoidable == 3
    document = understaffing_document(built, [run], "en", with_agents=True)
    assert document["runs"][0]["sentence"] == (
        "4 missing Monday 2026-11-30 09:00-13:00, skill e: 5 holder(s): "
        "1 at the minutes of their week, beside their other duties (CF-7-XIII), 1 in service, "
        "1 absent (ABSENCE), 1 without a valid credential (CAR), 1 at their days in a row (CLT-67); "
        "at least 3 missing in every roster"
    )
    assert document["missing"] == 4 * 16


def test_nobody_has_the_skill() -> None:
    """A skill that no agent has: the verdict says so, and the table has one row without agents."""
    built = rostered(demand(0, 9, 10, skill="libras"), [agent("B1", "pf")])
    (run,) = understaffed_runs(built, ample())
    assert (run.holders, run.counts, run.unavoidable) == (0, {}, 1)
    table = understaffing_table([run])
    assert table.reason.tolist() == table.verdict.tolist() == ["no_agent"]


def test_everybody_is_in_service() -> None:
    """All holders in service and one more required: nothing but people is missing."""
    built = rostered(demand(0, 9, 13, required=3), [agent("A1"), agent("A2")], 0)
    assert told(built) == {("in_service", ()): 2}
    assert understaffing_table(understaffed_runs(built, ample())).verdict.tolist() == ["all_in_service"]


def test_an_agent_on_a_break_is_told_apart() -> None:
    """NR-17: present all the time, but on breaks, which no other placement would make cheaper."""
    built = problem(demand(0, 9, 15.25), [agent("A1", contract="nr17")])
    result = solve_roster(built, SolveLimits(work=5.0))
    assert result.answer is not None
    built = built.with_roster(result.answer)
    runs = understaffed_runs(built, ample())
    assert sum(run.end - run.start for run in runs) == 15 * result.levels[0].objective > 0
    assert {reason.code for run in runs for reason in run.counts} == {"on_break"}
    assert set(understaffing_table(runs).verdict.tolist()) == {"on_break"}
    pauses = [{"agent_id": "A1", "starts_at": s, "ends_at": s + 10, "kind": "pause"} for s in (610, 730)]
    meal = {"agent_id": "A1", "starts_at": 665, "ends_at": 685, "kind": "meal"}
    duty = {"agent_id": "A1", "starts_at": 540, "ends_at": 540 + 380}
    worse = problem(
        demand(0, 9, 15.25), [agent("A1", contract="nr17")], duties=[duty], breaks=[*pauses, meal]
    )
    assert judge_roster(worse) == []
    assert "unfinished" in {reason.code for run in understaffed_runs(worse, ample()) for reason in run.counts}


def test_no_work_left_means_not_examined() -> None:
    """Without work, agents off duty are not looked at, and the words say so; the table can be written."""
    built = rostered(demand(0, 9, 13, required=3), [agent("A1"), agent("B1")], 0)
    runs = understaffed_runs(built, Budget(SolveLimits(work=0.0)))
    assert {reason.code for run in runs for reason in run.counts} == {"in_service", "not_examined"}
    table = understaffing_table(runs)
    assert set(table.reason.tolist()) <= set(REASONS)
    assert set(table.verdict.tolist()) == {"not_examined"} <= set(VERDICTS)
    assert b"not_examined" in table_bytes(table, built.axis, "csv")


def test_little_work_claims_nothing() -> None:
    """With work for the first questions only, what is not proven is not said: no trade-off is claimed."""
    built = rostered(demand(0, 9, 13, required=3), [agent("A1"), agent("B1"), agent("B2")], 0)
    runs = understaffed_runs(built, Budget(SolveLimits(work=1e-3)))
    assert {reason.code for run in runs for reason in run.counts} == {"in_service", "not_examined"}


def test_an_interrupt_leaves_the_rest_unexamined() -> None:
    """After an interrupt the runs are complete, with agents that were not examined."""

    def stop() -> None:
        raise KeyboardInterrupt

    built = rostered(demand(0, 9, 13, required=3), [agent("A1"), agent("B1")], 0)
    runs = understaffed_runs(built, Budget(SolveLimits(), stop))
    assert runs[0].counts[Reason("not_examined")] == 1


def test_a_covered_roster_misses_nothing() -> None:
    """No run where nothing is missing."""
    assert understaffed_runs(rostered(demand(0, 9, 13), [agent("A1")], 0), ample()) == []
    assert understaffed_runs(problem([]).with_roster(Roster(())), ample()) == []


def test_demand_of_a_lunch_hour_is_told_by_runs() -> None:
    """Intervals with the same head count are one run; a change of the count begins another."""
    built = rostered(demand(0, 9, 11, required=2) + demand(0, 11, 13, required=3), [agent("A1")], 0)
    runs = understaffed_runs(built, ample())
    assert [(run.start, run.end, run.missing) for run in runs] == [(540, 660, 1), (660, 780, 2)]
    assert runs[0].end == 11 * HOUR


def test_who_helps_indirectly_is_counted_apart() -> None:
    """The sentence says how many have the skill and how many take over another: all with a reason."""
    said = {"en": "agents could help, ", "pt-BR": "agentes poderiam ajudar, "}
    told = 0
    for seed in range(12):
        built = tiny_case(seed)
        built = built.with_roster(random_roster(built, seed))
        for run in understaffed_runs(built, ample()):
            able = sum(run.counts.values())
            for language, words in said.items():
                sentence = run_sentence(built, run, language)
                counts = f"{able} {words}{run.holders} "
                assert (counts in sentence) is (able > run.holders)
                if able > run.holders:
                    assert f" {able - run.holders} " in sentence.split(words)[1]
                    told += 1
    assert told
