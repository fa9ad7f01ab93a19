"""Orderway takes an order from quotation through sale to fulfillment; every move is decided by a statechart."""

from importlib.metadata import version

__version__ = version("orderway")
