"""Figures of the whole job."""
