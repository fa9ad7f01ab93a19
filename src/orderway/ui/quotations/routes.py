"""The addresses of quotations."""

from __future__ import annotations

from orderway.ui.quotations.editor import draft, edit, new, revise
from orderway.ui.quotations.listing import quotations
from orderway.ui.quotations.versions import versions
from orderway.ui.site import Page

PAGES: tuple[Page, ...] = (
    Page("/quotations", quotations, shows=("orders",)),
    Page("/quotations/new", new, shows=("customers", "products", "customerCreditProfile")),
    Page("/quotations/new", draft, "POST", does=("createQuotation",)),
    Page("/quotations/{order}/edit", edit, shows=("order", "products", "customerCreditProfile")),
    Page("/quotations/{order}/edit", revise, "POST", does=("quotationEdit",)),
    Page("/quotations/{order}/versions", versions, shows=("order",)),
)
