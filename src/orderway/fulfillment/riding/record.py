"""What riders have in hand, and how often their offers were chosen, as SQL over `person p`."""

from __future__ import annotations

from orderway.fulfillment.effects import ANOTHER
from orderway.fulfillment.machine import FULFILLMENT

REMEMBERED_DAYS = 90
"""How far the record of a rider looks back."""

HANDLED = frozenset({"PACKAGE_SHIPPED", "PACKAGE_DELIVERED", "RESUME"})
IN_HAND = tuple(state for state in FULFILLMENT.every_leaf if not HANDLED.isdisjoint(FULFILLMENT.takes(state)))
"""States in which the rider of a delivery still has something to do for it, or will once it is resumed."""

LOAD = f"""
    (SELECT count(*) FROM fulfillment f WHERE f.rider_id = p.id AND f.state IN {IN_HAND})
"""  # noqa: S608  (names of states)
"""How many deliveries are assigned to the rider `p` and not yet brought, of whatever store."""


def acceptance(now: str) -> str:
    """The share of the rider's offers that were chosen, from 0 to 1 with two decimals; null before any was decided.

    It counts the offers that were decided over the last 90 days: those chosen, and those turned down for another rider.
    One that the rider withdrew, that lapsed or that fell with its delivery says nothing about them. `now` is the place
    of the time.
    """
    return f"""
    (SELECT round(avg((i.state = 'ASSIGNED')::int), 2)::float8 FROM rider_interest i
    WHERE i.rider_id = p.id AND i.moved_at > {now}::timestamptz - interval '{REMEMBERED_DAYS} days'
    AND (i.state = 'ASSIGNED' OR i.state = 'REJECTED' AND i.context ->> 'reason' = '{ANOTHER}'))
    """  # noqa: S608  (texts of the code alone)
