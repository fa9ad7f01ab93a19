"""Bringing over, beside the traffic, what an import has only read of the predecessor; and taking it out again."""
