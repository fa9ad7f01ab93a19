"""The addresses of payments."""

from __future__ import annotations

from orderway.machines import CHARTS
from orderway.ui.order.routes import field_of
from orderway.ui.payments.listing import payments
from orderway.ui.payments.one import act, payment
from orderway.ui.payments.recording import new, register
from orderway.ui.site import Page

EVENTS = tuple(field_of("payment", event) for event in CHARTS["payment"].every_event)

PAGES: tuple[Page, ...] = (
    Page("/payments", payments, shows=("payments",)),
    Page("/payments/new", new, shows=("orders", "order")),
    Page("/payments/new", register, "POST", does=("registerPayment",)),
    Page("/payments/{payment}", payment, shows=("order",)),
    Page("/payments/{payment}/{event}", act, "POST", does=EVENTS),
)
