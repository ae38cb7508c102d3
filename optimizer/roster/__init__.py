"""The roster: duties with breaks for every agent, that obey the labour rules and cover the requirement."""

from optimizer.roster.engine import solve_roster

__all__ = ["solve_roster"]
