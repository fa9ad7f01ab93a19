"""Quotations: an offer is drafted, reviewed and agreed by both sides, or ends without an order."""
