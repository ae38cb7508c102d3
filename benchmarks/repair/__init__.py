"""How fast and how good repairs of a day are."""
