"""Flags for the way over from a former system: which slices of its work Orderway does, for whom, and who says so."""
