"""The ways in which an order can reach its buyer."""

from typing import Literal

FulfillmentType = Literal["PICKUP", "DELIVERY", "SERVICE"]
FULFILLMENT_TYPES: dict[FulfillmentType, str] = {"PICKUP": "Pickup", "DELIVERY": "Delivery", "SERVICE": "Service"}
"""How an order reaches its buyer, in words."""
