"""What of an order a viewer sees, as conditions of SQL over `sale_order o`: a rider no money, a buyer no bids."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from orderway.people.scope import Condition, allowed, listed, money_visible, staffed, told_where, visible
from orderway.people.viewer import Viewer

MONEY = ("quotation", "sale", "payment")
"""Machines whose states and contexts tell of money."""

# Every key of an order begins with its store, so an id alone is looked for in each store's part of the index.
EVERY_STORE = "ANY (ARRAY(SELECT id FROM store))"

STAFF = ("override_request",)
"""Machines that the seller's people keep among themselves."""


class Sight:
    """Conditions of one statement for one viewer; `values` are the parameters in their order."""

    def __init__(self, viewer: Viewer, *values: object) -> None:
        self.viewer = viewer
        self.values: list[object] = list(values)

    def value(self, value: object) -> str:
        """Add a parameter and return its place: "$3"."""
        self.values.append(value)
        return f"${len(self.values)}"

    def order(self) -> str:
        """Whether the viewer sees the order at all."""
        return self._add(visible)

    def listed(self) -> str:
        """The same, for a list of many orders."""
        return self._add(listed)

    def money(self) -> str:
        """Whether they see its prices, payments and credit."""
        return self._add(money_visible)

    def staff(self) -> str:
        """Whether they look at it for the seller: with requests for overrides, and notes that no buyer reads."""
        return self._add(staffed)

    def address(self) -> str:
        """Whether they see who gets it, and at which door: a rider of nothing that is not theirs to deliver."""
        return self._add(told_where)

    def may(self, permission: str) -> str:
        """Whether they hold a permission on it."""
        return self._add(partial(allowed, permission=permission))

    def interest(self) -> str:
        """Whether they see a rider's interest `i`: a rider their own, staff everyone's."""
        return f"(i.rider_id = {self.value(self.viewer.person_id)}::uuid OR {self.staff()})"

    def instance(self, machine: str) -> str:
        """Whether they see this machine's instance `i`, given that they see its order."""
        if machine in MONEY:
            return self.money()
        if machine in STAFF:
            return self.staff()
        return self.interest() if machine == "rider_interest" else "true"

    def _add(self, condition: Callable[..., Condition]) -> str:
        made = condition(self.viewer, first=len(self.values) + 1)
        self.values.extend(made.values)
        return made.sql
