"""Tests of the cheapest mix of contracts and skills."""
