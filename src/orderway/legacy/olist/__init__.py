"""Real orders of the Olist marketplace: read from its files, planned as moves, reconciled from the log."""
