"""The groups of what people are told of, and by which ways each is told to whoever chose nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, cast

from orderway.people.permissions import RIDER_VOLUNTEER, SCOPE_OWN, STAFF_SCOPES
from orderway.people.viewer import Viewer

Side = Literal["staff", "buyer", "rider"]
"""As whom a person is told of an order."""

Topic = Literal[
    "QUOTATION", "COMMENT", "SALE", "PAYMENT", "OVERRIDE", "FULFILLMENT", "RETURN", "RIDER_INTEREST", "OPEN_DELIVERY"
]
"""The names of the groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Notices that are chosen together: those of these topics of events, which concern the people of these sides.

    `mailed` are the sides that get an e-mail where they chose nothing. All are told in Orderway.
    """

    label: str
    sides: frozenset[Side]
    mailed: frozenset[Side]


STAFF: frozenset[Side] = frozenset({"staff"})
BUYER: frozenset[Side] = frozenset({"buyer"})
RIDER: frozenset[Side] = frozenset({"rider"})
NOBODY: frozenset[Side] = frozenset()

# Who works with orders all day looks at Orderway, and is written to where somebody waits for their answer.
GROUPS: Mapping[Topic, Group] = MappingProxyType({
    "QUOTATION": Group(label="Quotations", sides=STAFF | BUYER, mailed=BUYER),
    "COMMENT": Group(label="What people write to each other", sides=STAFF | BUYER, mailed=STAFF | BUYER),
    "SALE": Group(label="Sales", sides=STAFF | BUYER, mailed=BUYER),
    "PAYMENT": Group(label="Payments", sides=STAFF | BUYER, mailed=BUYER),
    "OVERRIDE": Group(label="Overrides", sides=STAFF, mailed=STAFF),
    "FULFILLMENT": Group(label="Packing and delivery", sides=STAFF | BUYER | RIDER, mailed=BUYER | RIDER),
    "RETURN": Group(label="Returns", sides=STAFF | BUYER, mailed=BUYER),
    "RIDER_INTEREST": Group(label="Offers to deliver", sides=STAFF | RIDER, mailed=RIDER),
    "OPEN_DELIVERY": Group(label="Deliveries that look for a rider", sides=RIDER, mailed=NOBODY),
})  # fmt: skip
"""By their names."""

OPEN_DELIVERY = "order.fulfillment.available"


def group_of(type: str) -> Topic:
    """The group of a type of event: "order.sale.expire" is of SALE."""
    return "OPEN_DELIVERY" if type == OPEN_DELIVERY else cast("Topic", type.split(".")[1].upper())


def sides_of(viewer: Viewer) -> frozenset[Side]:
    """As whom a person may be told of orders at all."""
    held = viewer.permissions
    staff = STAFF if held & STAFF_SCOPES else NOBODY
    return staff | (BUYER if SCOPE_OWN in held else NOBODY) | (RIDER if RIDER_VOLUNTEER in held else NOBODY)
