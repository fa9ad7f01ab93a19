"""Payments of an order: registered, confirmed or failed, and paid back."""
