"""Webhooks out: what happens is posted, signed, to the addresses that asked for it."""
