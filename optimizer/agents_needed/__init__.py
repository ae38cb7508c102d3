"""The fewest agents for fixed sessions: bounds, ejection search and the exact model behind one function."""

from optimizer.agents_needed.engine import fewest_workers
from optimizer.agents_needed.per_day import AgentsNeeded, DayNeed, fewest_agents

__all__ = ["AgentsNeeded", "DayNeed", "fewest_agents", "fewest_workers"]
