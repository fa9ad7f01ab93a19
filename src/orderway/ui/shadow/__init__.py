"""The page of the shadow: how far the former system is followed, and where the two say something else."""
