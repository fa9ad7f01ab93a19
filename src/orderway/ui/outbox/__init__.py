"""The page of the outbox: what was told to the world of orders."""
