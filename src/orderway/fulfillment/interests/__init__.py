"""Riders' offers to deliver an order."""
