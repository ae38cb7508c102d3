"""Sweeps: many scenarios on the same chance, their ranking, what matters, and what service costs."""
