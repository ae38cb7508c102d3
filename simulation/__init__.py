"""What a plan meets on the day: lateness, no-shows, overruns, failures; key figures with intervals."""

from simulation.comparisons import Comparison, compare
from simulation.draws import Draws, draw
from simulation.kpi_groups import KpiGroup
from simulation.kpis import KPIS, Kpi, KpiDefinition
from simulation.mending import Mended, Mender
from simulation.policies import DayPolicy, OwnList, PoolLateBinding, Step, policy_of
from simulation.precision import MOST_REPLICATIONS, HalfWidth, ReachedHalfWidth
from simulation.random_streams import BATCH, Cause, stable_key, stable_keys, uniform
from simulation.records import ACTIVITIES, OUTCOMES, ActivityRecords, Outcome, SessionRecord, SessionRecords
from simulation.replications import Engine, Player, SimulationResult, simulate
from simulation.scenarios import scenario_of
from simulation.simpy_engine import SimpyEngine
from simulation.standby import with_standby
from simulation.twin import TwinEngine
from simulation.week import Week

__all__ = [
    "ACTIVITIES",
    "BATCH",
    "KPIS",
    "MOST_REPLICATIONS",
    "OUTCOMES",
    "ActivityRecords",
    "Cause",
    "Comparison",
    "DayPolicy",
    "Draws",
    "Engine",
    "HalfWidth",
    "Kpi",
    "KpiDefinition",
    "KpiGroup",
    "Mended",
    "Mender",
    "Outcome",
    "OwnList",
    "Player",
    "PoolLateBinding",
    "ReachedHalfWidth",
    "SessionRecord",
    "SessionRecords",
    "SimpyEngine",
    "SimulationResult",
    "Step",
    "TwinEngine",
    "Week",
    "compare",
    "draw",
    "policy_of",
    "scenario_of",
    "simulate",
    "stable_key",
    "stable_keys",
    "uniform",
    "with_standby",
]
