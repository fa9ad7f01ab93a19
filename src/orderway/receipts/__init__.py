"""Receipts of payments: taken in while they arrive, kept whole or not at all, and shown by links that end."""
