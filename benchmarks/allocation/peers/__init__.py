"""Our allocation beside its peers: the same instances, the same time, the same referee."""
