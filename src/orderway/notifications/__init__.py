"""What people are told of the orders that concern them: each a short text of their own, read or not."""
