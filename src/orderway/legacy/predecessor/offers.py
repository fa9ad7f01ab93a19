"""Which offers of the predecessor's riders can be made here: those that say a price, and when the rider comes."""

from orderway.legacy.predecessor.facts import Fulfilled, Volunteered


def price_of(there: Fulfilled, interest: Volunteered) -> int | None:
    """In minor units; what an offer that was taken does not say, its fulfillment does. None: it can not be made.

    Nor can one of nobody.
    """
    price = interest.cost or (there.cost if interest.status == "ASSIGNED" else None)
    is_whole = bool(interest.rider) and interest.eta_minutes is not None
    return price if price and price > 0 and is_whole else None


def has_taken_offer(there: Fulfilled) -> bool:
    return any(each.status == "ASSIGNED" and price_of(there, each) for each in there.interests)
