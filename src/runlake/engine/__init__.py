"""Where work runs: in this process, in local workers that may die, or on a cluster."""
