"""Goods that come back: what may, what becomes of it, what of their price goes back, and what is kept of it all."""
