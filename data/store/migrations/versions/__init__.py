"""The versions, each with the one before it."""
