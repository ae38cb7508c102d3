"""Decisions: roster, allocation, and the pipelines that join them. Imports `data` and `simulation` only."""
