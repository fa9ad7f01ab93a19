"""Pages of the machines: their charts with what stands in each state, and their rules in words."""
