"""The tabs above a rider's pages, and for whom these are."""

from __future__ import annotations

from orderway.fulfillment.riding.record import IN_HAND
from orderway.order.deliveries import count_made, count_sought
from orderway.order.filters import Filters
from orderway.order.lists import count_orders
from orderway.people.permissions import RIDER_VOLUNTEER
from orderway.ui.language import mark, number, t, tr
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

OPEN, OFFERS, TODAY, EARNINGS = "/deliveries", "/deliveries/offers", "/deliveries/today", "/deliveries/earnings"
LABELS = {OPEN: mark("Open"), OFFERS: mark("Offers"), TODAY: mark("Today"), EARNINGS: mark("Earnings")}

STANDING = ("ACTIVE",)
"""States of an offer that may still be chosen."""


async def tabs(connection: Connection, visit: Visit, here: str) -> list[Tab]:
    """The tabs with how many there are behind each; what is nothing is not said."""
    viewer = visit.viewer
    counts = {
        OPEN: await count_sought(connection, viewer, visit.site.workflow.flags),
        OFFERS: await count_made(connection, viewer, states=STANDING),
        TODAY: await count_orders(connection, viewer, in_hand(visit)),
    }
    return [
        Tab(tr(label), url, url == here, number(counts[url]) if counts.get(url) else "")
        for url, label in LABELS.items()
    ]  # fmt: skip


def in_hand(visit: Visit) -> Filters:
    """The orders of which the viewer has something to bring."""
    return Filters(rider_id=visit.viewer.person_id, fulfillment_states=IN_HAND)


def require(visit: Visit) -> None:
    """Raises NotFound for who brings nothing."""
    if RIDER_VOLUNTEER not in visit.viewer.permissions:
        raise NotFound(t("There is nothing at this address."))
