"""Figures: each benchmark is one command; `python -m benchmarks` runs them all and records the results."""
