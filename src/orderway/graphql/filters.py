"""What lists of orders, and of what belongs to them, can be cut by, as inputs of the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from orderway.graphql.charts import STATES
from orderway.graphql.expose import said
from orderway.graphql.forms import Slot, enum_of, enum_type, input_type, value_of
from orderway.graphql.orders import Phase
from orderway.graphql.scalars import Int64
from orderway.order.lives import Kind, LifeFilters
from orderway.order.walks import Sort
from orderway.order.worklist import OrderFilters
from orderway.sale.payments.context import PAID_BY

MAIN = ("quotation", "sale", "fulfillment")
ListSort: Any = enum_type("ListSort", {"newest": "The newest first.", "oldest": "The oldest first."})
OrderSort: Any = enum_type(
    "OrderSort",
    {
        "newest": "The newest first.",
        "oldest": "The oldest first.",
        "longest": "Open orders alone: those first that have stood longest where they stand.",
    },
)


def listed(kind: Any) -> Any:
    """A list of a type that was made while running, which may be left out."""
    return list[kind] | None


def left_out(name: str, kind: Any, description: str | None = None) -> Slot:
    """A slot that may be left out."""
    return Slot(name, kind, strawberry.UNSET, description)


WHOSE = (
    left_out("store", UUID | None),
    left_out("customer", UUID | None),
    left_out("biller", UUID | None),
    left_out("rider", UUID | None, "Who brings some of the order, or brought it."),
)
PLACED = (
    left_out("since", datetime | None, "The order was placed then or later."),
    left_out("until", datetime | None, "The order was placed before that."),
)
SEARCH = left_out(
    "search",
    str | None,
    "The beginning of the order's number or of words of the customer's name, the end of their phone number, or the"
    " reference of a payment.",
)
OF_ORDERS = tuple(left_out(f"{machine}_states", listed(STATES[machine]), "Any of these.") for machine in MAIN)
OF_PAYMENTS = (
    left_out("states", listed(STATES["payment"]), "Any of these."),
    left_out("method", enum_of(tuple(PAID_BY), "PaidBy") | None),
    left_out("provider", str | None),
    left_out("least", Int64 | None, "Of at least so much, in minor units of its currency."),
    left_out("most", Int64 | None, "Of at most so much, in minor units of its currency."),
    left_out("since", datetime | None, "It was registered then or later."),
    left_out("until", datetime | None, "It was registered before that."),
)

NOW = (
    left_out("needs_me", bool | None, "Open orders alone, whose next step the viewer may take."),
    left_out("late_at", datetime | None, "Open orders alone, promised for before that and not there yet."),
    left_out("stood_since", datetime | None, "Open orders alone, where they stand since then or longer."),
)
WORTH = (
    left_out("currency", str | None),
    left_out("least", Int64 | None, "Of a total of at least so much, in minor units of their currency."),
    left_out("most", Int64 | None, "Of a total of at most so much, in minor units of their currency."),
)

OrderFilter = input_type(
    "OrderFilter",
    [left_out("phase", Phase | None), *OF_ORDERS, *WHOSE, *PLACED, SEARCH, *NOW, *WORTH],
    description="What an order has to fulfill to be listed: all of it.",
)
PaymentFilter = input_type(
    "PaymentFilter",
    [*OF_PAYMENTS, *WHOSE, SEARCH],
    description="What a payment has to fulfill to be listed: all of it.",
)


def life_filter(machine: str) -> Any:
    """The filter of a list of what runs by one of the main machines."""
    states = left_out("states", listed(STATES[machine]), "Any of these.")
    return input_type(
        f"{machine.capitalize()}Filter",
        [states, *WHOSE, *PLACED, SEARCH],
        description=f"What a {machine} has to fulfill to be listed: all of it.",
    )


def sort_of(given: Any) -> Sort:
    """From which end a list is read."""
    return given.value if given else "newest"


def states_of(given: Any, name: str) -> tuple[str, ...]:
    found: Any = value_of(tuple[str, ...], getattr(given, name))
    return found or ()


def read_filters(given: Any, sort: Any = None) -> OrderFilters:
    """The filters of a list of orders."""
    asked = sort_of(sort)
    ordered = OrderFilters(longest_first=True) if str(asked) == "longest" else OrderFilters(sort=asked)
    if not given:
        return ordered
    return replace(
        ordered,
        phase=value_of(str, given.phase),  # type: ignore[arg-type]  # the enum's values are the phases
        quotation_states=states_of(given, "quotation_states"),
        sale_states=states_of(given, "sale_states"),
        fulfillment_states=states_of(given, "fulfillment_states"),
        store_id=said(given.store),
        customer_id=said(given.customer),
        biller_id=said(given.biller),
        rider_id=said(given.rider),
        since=said(given.since),
        until=said(given.until),
        search=said(given.search) or "",
        needs_me=said(given.needs_me) or False,
        late_at=said(given.late_at),
        stood_since=said(given.stood_since),
        currency=said(given.currency) or "",
        least=said(given.least),
        most=said(given.most),
    )


def read_life_filters(kind: Kind, given: Any, sort: Any) -> LifeFilters:
    """The filters of a list of what belongs to orders."""
    if not given:
        return LifeFilters(sort=sort_of(sort))
    states: Any = {f"{kind}_states": states_of(given, "states")}
    found = LifeFilters(
        store_id=said(given.store),
        customer_id=said(given.customer),
        biller_id=said(given.biller),
        rider_id=said(given.rider),
        since=said(given.since),
        until=said(given.until),
        search=said(given.search) or "",
        sort=sort_of(sort),
        **states,
    )
    if kind != "payment":
        return found
    method: Any = value_of(str, given.method)
    return replace(
        found,
        method=method,
        provider=said(given.provider) or "",
        least=said(given.least),
        most=said(given.most),
    )
