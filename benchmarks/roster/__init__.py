"""Benchmarks of the roster engine."""
