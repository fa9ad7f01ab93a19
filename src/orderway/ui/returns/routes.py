"""The addresses of returns."""

from __future__ import annotations

from orderway.ui.returns.deciding import decide
from orderway.ui.returns.inbox import returns
from orderway.ui.site import Page

DECISIONS = (
    "fulfillmentReturnAccepted", "fulfillmentReturnReceived", "fulfillmentReturnRejected", "fulfillmentRefundIssued",
)  # fmt: skip

PAGES: tuple[Page, ...] = (
    Page("/returns", returns, shows=("salesReturns",)),
    Page("/returns/{fulfillment}/{event}", decide, "POST", does=DECISIONS),
)
