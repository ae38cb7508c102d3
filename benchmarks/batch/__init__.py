"""Benchmarks of the batch job."""
