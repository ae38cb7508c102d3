"""Replanning a published roster: as few duties as possible change while lost coverage is brought back."""

from optimizer.roster.replanning.changes import changes_of, counted
from optimizer.roster.replanning.published import Published
from optimizer.roster.replanning.run import replan

__all__ = ["Published", "changes_of", "counted", "replan"]
