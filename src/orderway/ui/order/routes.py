"""The addresses of one order's page, and of what is done on it."""

from __future__ import annotations

from orderway.machines import CHARTS
from orderway.ui.order.beginning import begin
from orderway.ui.order.commenting import comment
from orderway.ui.order.copying import copy
from orderway.ui.order.history import history
from orderway.ui.order.page import act, order_page
from orderway.ui.order.receipts import receipt
from orderway.ui.order.whatif import what_if
from orderway.ui.site import Page


def field_of(machine: str, event: str) -> str:
    """The mutation that sends an event, as the API names it."""
    first, *others = f"{machine}_{event.lower().removeprefix(f'{machine}_')}".split("_")
    return first + "".join(word.capitalize() for word in others)


EVENTS = tuple(field_of(machine, event) for machine, chart in CHARTS.items() for event in chart.every_event)
BEGUN = ("registerPayment", "payFromAccountCredit", "updateFulfillmentPreferences", "registerFulfillmentInterest",
         "nameBiller")  # fmt: skip

PAGES: tuple[Page, ...] = (
    Page("/orders/{order}", order_page, shows=("order",)),
    Page("/orders/{order}/copy", copy, "POST", does=("copyQuotation",)),
    Page("/orders/{order}/history", history, shows=("history",)),
    Page("/orders/{order}/what-if", what_if, shows=("simulate",)),
    Page("/orders/{order}/comments", comment, "POST", does=("addComment",)),
    Page("/orders/{order}/begin/{what}", begin, "POST", does=BEGUN),
    Page("/orders/{order}/{machine}/{instance}/{event}", act, "POST", does=EVENTS),
    Page("/receipts/{receipt}", receipt, shows=("order",)),
)
