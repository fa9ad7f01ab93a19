"""The addresses of credit."""

from __future__ import annotations

from orderway.ui.credit.account import account
from orderway.ui.credit.changing import change, pay
from orderway.ui.credit.ladder import ladder, step
from orderway.ui.credit.listing import credit
from orderway.ui.site import Page

PAGES: tuple[Page, ...] = (
    Page("/credit", credit, shows=("customerCreditProfiles",)),
    Page("/credit/tiers", ladder, shows=("creditTiers",)),
    Page("/credit/tiers", step, "POST", does=("setCreditTier", "removeCreditTier")),
    Page("/credit/{customer}", account, shows=("customerCreditProfile", "accountCredit")),
    Page("/credit/{customer}", change, "POST", does=("changeCreditTerms",)),
    Page("/credit/{customer}/payout", pay, "POST", does=("payOutAccountCredit",)),
)
