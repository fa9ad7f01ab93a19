"""What can happen to a quotation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.delivery.way import FulfillmentType
from orderway.statechart import event


@dataclass(frozen=True, slots=True)
class LineWanted:
    """`unit_price` in minor units is set by hand; without it the line has the server's price.

    A discount is for the whole line: `discount` in minor units, or `discount_rate` in basis points (250 is 2.5 %).
    """

    variant: UUID
    quantity: int
    unit_price: int | None = None
    discount: int | None = None
    discount_rate: int | None = None


@event(label="Share the quotation", log="shared the quotation with the buyer", permission="quotation.edit")
class Share:
    pass


@event(label="Edit the quotation", log="edited the quotation", permission="quotation.edit")
class Edit:
    """Without `valid_until` the validity stays as it is."""

    lines: tuple[LineWanted, ...]
    valid_until: datetime | None = None


@event(
    label="Accept the quotation for the buyer",
    own="Accept the quotation",
    log="accepted the quotation",
    permission="quotation.approve_as_buyer",
)
class BuyerApproves:
    """`version` is the one that the buyer read."""

    version: int


@event(
    label="Approve the quotation for the seller",
    log="approved the quotation for the seller",
    permission="quotation.approve_as_seller",
)
class SellerApproves:
    """`version` is the one that the seller read."""

    version: int


@event(
    label="Decline the quotation",
    log="declined the quotation",
    permission="quotation.approve_as_buyer",
    reason_for="buyer",
)
class Decline:
    reason: str


@event(
    label="Withdraw the quotation",
    log="withdrew the quotation",
    permission="quotation.approve_as_seller",
    reason_for="buyer",
)
class Withdraw:
    reason: str


@event(label="Extend the validity", log="extended the validity", permission="quotation.approve_as_seller")
class ExtendValidity:
    days: int


@event(label="Let the quotation expire", log="ended the expired quotation")
class Expire:
    pass


@event(label="Change how the order is brought", log="changed how the order is brought", reason_for="buyer")
class PreferencesChanged:
    """`address` names the row of the address, whose words stand in no log."""

    type: FulfillmentType
    address: UUID | None
    reason: str


@event(label="Say who bills the order", log="said who bills the order", reason_for="seller")
class BillerNamed:
    """`biller` is a person of the order's store, who is answerable for it from now on."""

    biller: UUID
    reason: str
