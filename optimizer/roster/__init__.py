"""The roster: duties with breaks for every agent, that obey the labour rules and cover the requirement."""

from optimizer.roster.engine import best_coverage, solve_roster

__all__ = ["best_coverage", "solve_roster"]
