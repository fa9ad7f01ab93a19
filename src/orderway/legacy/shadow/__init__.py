"""Shadow mode: the former system is followed while it is the master, and laid beside what ours would do."""
