"""Benchmarks of the allocation."""
