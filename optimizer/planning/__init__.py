"""Pipelines that the command line and the dashboard share: solve, judge, summarise.

Import from the modules: a command that makes rosters need not load the simulation.
"""
