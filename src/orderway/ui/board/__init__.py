"""The fulfillment board: a column for each state in which something is under way."""
