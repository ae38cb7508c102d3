"""Benchmarks of planning weeks and months ahead."""
