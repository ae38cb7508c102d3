"""Agents needed on the floor, by interval and skill, for a service target: found by simulation."""
