"""What each decision leads to, on days that can be worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from data.day import CallStandby, DayState, Decision, Delay, MoveBreak, NewTime, Rebind, Rebook
from data.model import Case, Scenario, Standby
from simulation import KPIS, Mended, OwnList, Player, PoolLateBinding, SimpyEngine, TwinEngine, simulate
from simulation.outcome_log import OutcomeLog
from simulation.records import Outcome
from tests.simulation.test_twin import assert_same
from tests.simulation.weeks import certain, scheduled

OVERRUN = certain(duration_mean=37.5, pooled=False)
"""Sessions that are planned at 20 minutes last 30."""


class Script:
    """Decides what is written, when the time has come."""

    def __init__(self, decisions: Mapping[int, Sequence[Decision]]) -> None:
        self._decisions = decisions
        self.seen: dict[float, DayState] = {}

    def decide(self, state: DayState) -> Sequence[Decision]:
        self.seen[state.now] = state.copy()
        return self._decisions.get(int(state.now), ())


def play(
    case: Case, scenario: Scenario, script: Script, pooled: bool = False
) -> tuple[Player, OutcomeLog, dict[str, float]]:
    """The day under both engines, which agree, and its key figures."""
    policy = Mended(PoolLateBinding() if pooled else OwnList(), script)
    players = [Player(case, scenario, policy, engine) for engine in (SimpyEngine(), TwinEngine())]
    logs = [player.play(1, 0, with_activities=True) for player in players]
    assert_same(*logs)
    return players[1], logs[1], players[1].kpis(logs[1])


def one_agent() -> Case:
    """Sessions of 20 minutes at 545 and 575; the first takes 30, and with the wrap-up until 578."""
    return scheduled([("B1", "A1", 545, 20), ("B2", "A1", 575, 20)], [("A1", 540, 700)])


def told(at: int, start: int) -> Script:
    """B2 is put off."""
    return Script({at: [Delay(booking_id="B2", agent_id="A1", start=start)]})


def test_without_decisions_the_second_customer_waits() -> None:
    """The set-up begins at 578, the session at 583, eight minutes late."""
    _, log, kpis = play(one_agent(), OVERRUN, Script({}))
    assert log.begun == [545, 583]
    assert (kpis["wait_mean"], kpis["told_delays"]) == (4.0, 0.0)


def test_a_delay_told_with_notice_is_the_new_appointment() -> None:
    """Told 15 minutes ahead that it will be 587, the customer comes then and does not wait; beyond the
    original appointment it is 12 minutes."""
    player, log, kpis = play(one_agent(), OVERRUN, told(560, 587))
    assert (log.arrived, log.begun, log.wait) == ([545, 587], [545, 587], [0, 0])
    assert log.waits_beyond_original(player.week).tolist() == [0, 12]
    assert (kpis["wait_over_10"], kpis["wait_beyond_original_over_10"]) == (0.0, 0.5)
    assert (kpis["told_delays"], kpis["on_time_share"], kpis["rebinds"]) == (1.0, 1.0, 0.0)
    assert log.session_records(player.week).appointed.tolist() == [545, 587]


def test_a_delay_told_without_notice_is_a_wait() -> None:
    """Told five minutes ahead, the customer comes at 587 as well, but it counts from 575."""
    player, log, kpis = play(one_agent(), OVERRUN, told(570, 587))
    assert (log.arrived, log.begun, log.wait) == ([545, 587], [545, 587], [0, 12])
    assert log.waits_beyond_original(player.week).tolist() == [0, 12]
    assert (kpis["wait_over_10"], kpis["on_time_share"]) == (0.5, 0.5)


def test_a_delay_told_to_a_customer_who_is_there_is_a_wait() -> None:
    """Told at 580 that it will be 590; early starts allowed or not, the wait counts from 575."""
    _, log, kpis = play(one_agent(), OVERRUN, told(580, 590))
    assert (log.arrived, log.begun, log.wait) == ([545, 575], [545, 583], [0, 8])
    assert kpis["told_delays"] == 1
    late = OVERRUN.model_copy(update={"allow_early_start": False})
    _, log, _ = play(one_agent(), late, told(580, 590))
    assert (log.begun, log.wait) == ([545, 590], [0, 15])


def test_a_delay_without_notice_does_not_put_off_the_rebooking() -> None:
    """Put off by 20 minutes just before the appointment, the customer is rebooked: the limit is 15."""
    _, log, kpis = play(one_agent(), OVERRUN, told(570, 595))
    assert log.outcome == [Outcome.FULFILLED, Outcome.REBOOKED_BY_ISSUER]
    assert (log.ended[1], log.wait[1]) == (595, 20)
    assert kpis["rebooked_by_issuer"] == 0.5
    _, log, _ = play(one_agent(), OVERRUN, told(560, 595))
    assert (log.outcome, log.wait) == ([Outcome.FULFILLED, Outcome.FULFILLED], [0, 0])


def test_a_late_customer_is_as_late_for_the_new_appointment() -> None:
    """A customer who would have been a no-show is one at the new time, when the tolerance ends."""
    scenario = certain(no_show_single=1.0, pooled=False)
    _, log, _ = play(one_agent(), scenario, told(560, 600))
    assert (log.outcome[1], log.ended[1]) == (Outcome.NO_SHOW, 615)


def test_a_new_time_can_be_sooner() -> None:
    """Moved at 540 from 650 to 600, the session is held at 600, and nothing is left at 650."""
    case = scheduled([("B1", "A1", 545, 20), ("B2", "A1", 650, 20)], [("A1", 540, 700)])
    script = Script({540: [NewTime(booking_id="B2", agent_id="A1", start=600)]})
    player, log, kpis = play(case, OVERRUN, script)
    assert (log.begun, log.wait) == ([545, 600], [0, 0])
    assert log.waits_beyond_original(player.week).tolist() == [0, 0]
    assert (kpis["new_times"], kpis["told_delays"]) == (1.0, 0.0)


def test_a_rebooking_ahead_frees_the_time() -> None:
    """B2 is rebooked at 560: by the issuer's cause, without a wait, and never attended."""
    script = Script({560: [Rebook(booking_id="B2")]})
    _, log, kpis = play(one_agent(), OVERRUN, script)
    assert (log.outcome[1], log.ended[1]) == (Outcome.REBOOKED_BY_ISSUER, 560)
    assert math.isnan(log.wait[1])
    assert math.isnan(log.arrived[1])
    assert (kpis["rebooked_ahead"], kpis["rebooked_by_issuer"], kpis["wait_mean"]) == (1.0, 0.5, 0.0)


def test_a_rebooked_customer_who_was_there_has_waited() -> None:
    """B2 came at 575 and is rebooked at 580."""
    _, log, kpis = play(one_agent(), OVERRUN, Script({580: [Rebook(booking_id="B2")]}))
    assert (log.wait[1], kpis["rebooked_ahead"]) == (5, 1.0)


def test_another_agent_takes_over() -> None:
    """With their own lists, the second agent holds B2 at once when it is rebound."""
    case = scheduled(
        [("B1", "A1", 545, 20), ("B2", "A1", 575, 20), ("B3", "A2", 650, 20)],
        [("A1", 540, 700), ("A2", 540, 700)],
    )
    script = Script({560: [Rebind(booking_id="B2", agent_id="A2")]})
    player, log, kpis = play(case, OVERRUN, script)
    assert log.begun == [545, 575, 650]
    assert [player.week.duties[d].agent_id for d in log.agent] == ["A1", "A2", "A2"]
    assert (kpis["rebinds"], kpis["wait_mean"]) == (1.0, 0.0)
    assert script.seen[565].sessions["B2"].agent_id == "A2"


def test_a_break_is_taken_when_it_was_moved_to() -> None:
    """The pause of 640 is taken at 600, on time, and not again at 640."""
    case = scheduled(
        [("B1", "A1", 545, 20), ("B2", "A1", 660, 20)], [("A1", 540, 760)], [("A1", 640, 650, "pause")]
    )
    script = Script({560: [MoveBreak(agent_id="A1", place=0, start=600)]})
    player, log, kpis = play(case, OVERRUN, script)
    taken = log.activity_records(player.week).frame().query("activity == 'pause'")
    assert taken[["starts_at", "ends_at"]].to_numpy().tolist() == [[600, 610]]
    assert (kpis["breaks_moved"], kpis["late_breaks"]) == (1.0, 0.0)
    agent = script.seen[605].agents["A1"]
    assert (agent.breaks[0].start, agent.breaks_taken, agent.on_break_since) == (600, 1, 600)


def test_an_agent_on_standby_is_called() -> None:
    """Called at 560 for 565, S1 is there after the scenario's 20 minutes, at 580, and serves B2."""
    case = scheduled(
        [("B1", "A1", 545, 20), ("B2", "A1", 575, 20)],
        [("A1", 540, 700), ("S1", 2000, 2100)],
        pool="p",
        days=2,
    )
    on_call = {"agent_id": "S1", "starts_at": 540, "ends_at": 700}
    case = replace(case, standby=Standby.from_rows([on_call]))
    script = Script({560: [CallStandby(agent_id="S1", start=565, end=690)]})
    scenario = certain(duration_mean=150.0)
    player, log, kpis = play(case, scenario, script, pooled=True)
    served_by = player.week.duties[log.agent[1]]
    assert (served_by.agent_id, served_by.on_call, log.begun[1]) == ("S1", True, 585)
    assert kpis["standby_called"] == 1
    called = script.seen[565].agents["S1"]
    assert (called.called, called.start, called.end) == (True, 565, 690)


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (Delay(booking_id="B2", agent_id="A1", start=555), "which is past"),
        (Delay(booking_id="B2", agent_id="A1", start=1500), "on another day"),
        (Rebind(booking_id="B2", agent_id="A9"), "no duty that day"),
        (Rebind(booking_id="B2", agent_id="A2"), "of another pool"),
        (MoveBreak(agent_id="A1", place=0, start=555), "which is past"),
        (NewTime(booking_id="B3", agent_id="A2", start=800), "whose customer is there"),
        (Delay(booking_id="B3", agent_id="A2", start=561), "whose customer is there"),
    ],
)
def test_what_nobody_can_carry_out_is_an_error(decision: Decision, said: str) -> None:
    """A mender whose decision makes no sense is told so, and the simulation does not go on."""
    case = scheduled(
        [("B1", "A1", 545, 20), ("B2", "A1", 575, 20), ("B3", "A2", 562, 20)],
        [("A1", 540, 760), ("A2", 540, 760)],
        [("A1", 640, 650, "pause")],
        days=2,
    )
    pools = np.array(["p", "q"], dtype=object)
    case = replace(case, agents=replace(case.agents, pool=pools))
    early = certain(early_mean=1e6, pooled=False, allow_early_start=False)
    with pytest.raises(ValueError, match=said):
        Player(case, early, Mended(OwnList(), Script({560: [decision]}))).play(1, 0)


def test_a_decision_about_what_is_over_changes_nothing() -> None:
    """B1 runs, there is no B9, and no break is left to move."""
    script = Script(
        {
            560: [
                Delay(booking_id="B1", agent_id="A1", start=600),
                Rebook(booking_id="B9"),
                MoveBreak(agent_id="A1", place=0, start=600),
                CallStandby(agent_id="A1", start=600, end=650),
            ]
        }
    )
    _, log, kpis = play(one_agent(), OVERRUN, script)
    assert log.begun == [545, 583]
    assert kpis["told_delays"] == kpis["rebooked_ahead"] == kpis["breaks_moved"] == 0


def test_simulate_takes_a_mender() -> None:
    """A simulation with a mender has its figures with intervals, and the name of what was played."""
    result = simulate(one_agent(), OVERRUN, replications=3, mender=told(560, 587))
    assert (result.policy, result.engine) == ("own_list_mended", "twin")
    assert result.kpis["told_delays"].mean == 1
    assert list(result.kpis) == list(KPIS)
    assert sum(group.kpis["told_delays"].mean for group in result.by_interval) == 1
    with pytest.raises(ValueError, match="a review every minute or less often"):
        Mended(OwnList(), Script({}), review_minutes=0)


def test_agents_who_log_in_at_one_moment_do_so_in_order() -> None:
    """At the first moment of all A1's duty begins, and S1 is called to come at once: A1 is first."""
    case = scheduled([("B1", "A1", 600, 20)], [("A1", 540, 700), ("S1", 2000, 2100)], pool="p", days=2)
    on_call = {"agent_id": "S1", "starts_at": 540, "ends_at": 700}
    case = replace(case, standby=Standby.from_rows([on_call]))
    decisions = [
        NewTime(booking_id="B1", agent_id="S1", start=541),
        CallStandby(agent_id="S1", start=540, end=700),
    ]
    player, log, _ = play(case, certain(standby_delay=0.0), Script({540: decisions}), pooled=True)
    assert (log.came_at[0], log.came_at[-1]) == (540, 540)
    assert player.week.duties[log.agent[0]].agent_id == "A1"
