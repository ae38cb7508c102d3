"""Repair of the day: its speed, and what it is worth in the closed loop."""
