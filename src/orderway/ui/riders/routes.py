"""The addresses of riders, of where they deliver, and of what they are paid."""

from __future__ import annotations

from orderway.ui.riders.coverage import cover, coverage
from orderway.ui.riders.listing import riders
from orderway.ui.riders.one import keep, mine, rider
from orderway.ui.riders.payouts import correct, pay, payouts
from orderway.ui.site import Page

PAGES: tuple[Page, ...] = (
    Page("/riders", riders, shows=("riders",)),
    Page("/riders/me", mine, shows=("rider",)),
    Page("/riders/{rider}", rider, shows=("rider", "riderCoverageChanges", "riderEarnings")),
    Page("/riders/{rider}/profile", keep, "POST", does=("setRiderProfile",)),
    Page("/riders/{rider}/coverage", coverage, shows=("rider", "stores", "riderCoverageChanges")),
    Page("/riders/{rider}/coverage", cover, "POST", does=("upsertRiderCoverage", "removeRiderCoverage")),
    Page("/payouts/{fulfillment}", payouts, shows=("fulfillmentPayments",)),
    Page("/payouts/{fulfillment}/pay", pay, "POST", does=("payFulfillmentRider",)),
    Page("/payouts/{fulfillment}/correct", correct, "POST", does=("correctRiderEarning",)),
)
