"""What must not be read anywhere: the ids, names, numbers and amounts of the orders that are walked."""

from __future__ import annotations

import re

from tests.graphql.walk.company import DOOR, OFFERED, OTHER_OFFER, PAID, REVIEW, TOLD_OFF, Walk

SHARED = {"store", "variant", "product", "priceList", "biller", "rider", "user", "application", "transfer", "item"}
"""Ids that are of no order."""

DOORS = {DOOR[each] for each in ("receiver", "phone", "address", "notes")}
BUYERS = {"Buyer of shirts", "Reseller of shoes", "+2348031112222", "buyer@hidden.example"}
TOTAL = 6300
"""What the buyer's order comes to, in minor units."""

MONEY = {str(each) for each in (TOTAL, PAID, TOTAL - PAID)} | {"63.00", "43.21"}
OFFERS = {str(OFFERED), str(OTHER_OFFER), "7.77", "8.88", "I am near."}
STAFF = {REVIEW}
REASONS = {REVIEW, TOLD_OFF, "Too small."}


def all_of(walk: Walk) -> set[str]:
    """Every marker of every order."""
    orders = (walk.of_buyer, walk.of_reseller, walk.brought)
    ids = {id for order in orders for name, id in order.items() if name not in SHARED}
    return ids | {walk.others["item"], walk.others["application"]} | DOORS | BUYERS | MONEY | OFFERS | REASONS


def found(text: str, markers: set[str]) -> list[str]:
    """Those of the markers that stand in a text, as words of their own."""
    return sorted(each for each in markers if re.search(rf"(?<![\w.]){re.escape(each)}(?![\w])", text))
