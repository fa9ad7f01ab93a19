"""The page of the review list: orders of the former system that a person has to look at."""
