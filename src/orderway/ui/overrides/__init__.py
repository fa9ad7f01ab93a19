"""The pages of overrides: what waits for a decision, and the most that each role may approve."""
