"""Delivery: how an order is to reach its buyer, and where it goes."""
