"""Rosters made of whole tours: column generation for teams in which every agent is unlike the others.

A linear program mixes tours of agents so that they meet what is asked of each shift type on each day; a
dynamic program over an agent's legal tours finds the ones that would improve the mixture, until none does.
The mixture is a bound that holds for every roster, and a very tight one (Dantzig & Wolfe 1960; for rostering
Strandmark, Qu & Curtois 2020). Fixing tours one after the other makes a roster of it, and the same is done
again and again for a few agents among the others.
"""

from optimizer.roster.columns.engine import ColumnSearch
from optimizer.roster.columns.of_team import choices_of, columns_apply, demand_of, first_of_each_shift

__all__ = ["ColumnSearch", "choices_of", "columns_apply", "demand_of", "first_of_each_shift"]
