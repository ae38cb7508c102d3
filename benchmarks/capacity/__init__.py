"""Figures of capacity planning."""
