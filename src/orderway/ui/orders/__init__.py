"""The list of orders: what it is cut by, what can be done with its rows, and the names that people give to it."""
