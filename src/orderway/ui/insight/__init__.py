"""The page of figures: how long orders stand where, how far they come, how many a day, and what stands still."""
