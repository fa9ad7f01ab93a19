"""The way over from the former system, as people see it: what they have to decide of the orders that came along."""
