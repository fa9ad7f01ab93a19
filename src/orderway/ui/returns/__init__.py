"""The pages of returns: what buyers give back, and what is decided about it."""
