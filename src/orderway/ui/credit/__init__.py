"""The pages of credit: what customers may owe and do, what stores keep for them, and the ladder of tiers."""
