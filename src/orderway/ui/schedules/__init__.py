"""The page of what is done at set times: when, by which worker, and what it came to."""
