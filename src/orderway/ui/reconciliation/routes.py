"""The addresses of the reconciliation inbox."""

from __future__ import annotations

from orderway.ui.reconciliation.inbox import reconciliation
from orderway.ui.reconciliation.settling import settle
from orderway.ui.site import Page

SETTLING = (
    "attachParkedMoney", "refundParkedMoney", "returnParkedMoney", "acceptShortPayment", "acceptOverPayment",
    "dismissParkedItem",
)  # fmt: skip

PAGES: tuple[Page, ...] = (
    Page("/reconciliation", reconciliation, shows=("reconciliationItems",)),
    Page("/reconciliation/{item}/{action}", settle, "POST", does=SETTLING),
)
