"""What a plan meets on the day: lateness, no-shows, overruns, failures; key figures with intervals."""

from simulation.draws import Draws, draw
from simulation.kpis import KPIS, HourlyMeans, Kpi, KpiDefinition
from simulation.policies import DayPolicy, OwnList, PoolLateBinding, Step, policy_of
from simulation.random_streams import Cause, stable_key, stable_keys, uniform
from simulation.records import ACTIVITIES, OUTCOMES, ActivityRecords, Outcome, SessionRecord, SessionRecords
from simulation.replications import Engine, SimulationResult, simulate
from simulation.scenarios import scenario_of
from simulation.simpy_engine import SimpyEngine
from simulation.standby import with_standby
from simulation.twin import TwinEngine
from simulation.week import Week

__all__ = [
    "ACTIVITIES",
    "KPIS",
    "OUTCOMES",
    "ActivityRecords",
    "Cause",
    "DayPolicy",
    "Draws",
    "Engine",
    "HourlyMeans",
    "Kpi",
    "KpiDefinition",
    "Outcome",
    "OwnList",
    "PoolLateBinding",
    "SessionRecord",
    "SessionRecords",
    "SimpyEngine",
    "SimulationResult",
    "Step",
    "TwinEngine",
    "Week",
    "draw",
    "policy_of",
    "scenario_of",
    "simulate",
    "stable_key",
    "stable_keys",
    "uniform",
    "with_standby",
]
