"""Which offers of the former system's riders can be made here: those that say a price, and when the rider comes."""

from orderway.fulfillment.context import LARGEST_COST
from orderway.fulfillment.interests.machine import LONGEST_ETA
from orderway.legacy.predecessor.facts import Fulfilled, Volunteered


def price_of(there: Fulfilled, interest: Volunteered) -> int | None:
    """In minor units; what an offer that was taken does not say, its fulfillment does. None: it can not be made.

    Nor can one of nobody.
    """
    price = interest.cost or (there.cost if interest.status == "ASSIGNED" else None)
    comes = interest.eta_minutes is not None and 0 <= interest.eta_minutes <= LONGEST_ETA
    return price if price and 0 < price <= LARGEST_COST and interest.rider and comes else None


def cost_of(there: Fulfilled) -> int | None:
    """What bringing it costs, in minor units; None where its row does not say it, or nothing that a delivery costs."""
    return there.cost if there.cost is not None and 0 <= there.cost <= LARGEST_COST else None


def has_taken_offer(there: Fulfilled) -> bool:
    return any(each.status == "ASSIGNED" and price_of(there, each) for each in there.interests)
