"""Fulfillment: goods and services on their way to the buyer, with riders and returns."""
