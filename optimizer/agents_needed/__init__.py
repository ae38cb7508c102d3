"""The fewest agents for fixed sessions: bounds, ejection search and the exact model behind one function."""

from optimizer.agents_needed.engine import fewest_workers

__all__ = ["fewest_workers"]
