"""The addresses of a rider's pages."""

from __future__ import annotations

from orderway.ui.deliveries.earnings import earnings
from orderway.ui.deliveries.errands import offer, offers, open_deliveries, withdraw
from orderway.ui.deliveries.job import act, job
from orderway.ui.deliveries.jobs import today
from orderway.ui.deliveries.tabs import EARNINGS, OFFERS, OPEN, TODAY
from orderway.ui.site import Page

SENT = ("fulfillmentPackageShipped", "fulfillmentPackageDelivered", "fulfillmentDeliveryFailed",
        "fulfillmentRiderUnassigned")  # fmt: skip

PAGES: tuple[Page, ...] = (
    Page(OPEN, open_deliveries, shows=("deliverableFulfillments",)),
    Page(OFFERS, offers, shows=("myFulfillmentInterests",)),
    Page(TODAY, today, shows=("orders",)),
    Page(EARNINGS, earnings, shows=("riderEarnings",)),
    Page("/deliveries/{fulfillment}", job, shows=("order",)),
    Page("/deliveries/{fulfillment}/offer", offer, "POST", does=("registerFulfillmentInterest",)),
    Page("/deliveries/{fulfillment}/withdraw", withdraw, "POST", does=("riderInterestWithdraw",)),
    Page("/deliveries/{fulfillment}/{event}", act, "POST", does=SENT),
)
