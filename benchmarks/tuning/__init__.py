"""Tuned plans beside the usual appointment rules."""
