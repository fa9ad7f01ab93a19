"""What can happen to a fulfillment. Amounts are minor units of the order's currency."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.delivery.way import FulfillmentType
from orderway.fulfillment.context import Condition, RefundTo
from orderway.statechart import event


@dataclass(frozen=True, slots=True)
class ReturnWanted:
    line: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Returned:
    """Pieces of one line in one condition; a line may come back in several. What is not named did not come either."""

    line: UUID
    quantity: int
    condition: Condition


@event(label="Reserve the stock", log="reserved the stock")
class ReserveOk:
    pass


@event(label="Report missing stock", log="reported missing stock")
class ReserveMiss:
    """`missing` are the order lines for which too little is there."""

    missing: tuple[UUID, ...]


@event(
    label="Send what is there, the rest later",
    log="parted what is there from what is missing",
    permission="fulfillment.work",
)
class Split:
    """What is held or free goes on by itself; what is missing becomes the next part of the order."""


@event(label="Mark the goods as picked", log="marked the goods as picked", permission="fulfillment.work")
class FulfillmentStarted:
    pass


@event(
    label="Assign the rider",
    log="assigned the rider",
    permission="rider.assign",
    undo="RIDER_UNASSIGNED",
    interest="Offer",
)
class RiderSelected:
    interest: UUID


@event(label="Name a rider", log="named a rider", permission="rider.assign", undo="RIDER_UNASSIGNED")
class RiderNamed:
    """For a rider who has not offered; without `cost` none is agreed."""

    rider: UUID
    cost: int | None = None


@event(
    label="Choose a carrier",
    log="chose a carrier",
    permission="fulfillment.work",
    undo="CARRIER_RELEASED",
    tracking="Tracking number",
)
class CarrierSelected:
    carrier: str
    tracking: str | None = None


@event(label="Release the carrier", log="released the carrier", permission="fulfillment.work", reason_for="buyer")
class CarrierReleased:
    reason: str


@event(
    label="Set the tracking number",
    log="noted the tracking number",
    permission="fulfillment.work",
    tracking="Tracking number",
)
class TrackingSet:
    tracking: str


@event(label="Change how the order is brought", log="changed how the order is brought", reason_for="buyer")
class PreferencesChanged:
    """`address` names the row of the address, whose words stand in no log.

    `is_elsewhere` is whether that is another place than before.
    """

    type: FulfillmentType
    address: UUID | None
    is_elsewhere: bool
    reason: str


@event(label="Send a new PIN", log="sent the receiver a new PIN", permission="fulfillment.work")
class NewPin:
    pass


@event(
    label="Release the rider",
    log="freed the delivery for another rider",
    permission="fulfillment.deliver",
    reason_for="buyer",
)
class RiderUnassigned:
    reason: str


@event(label="Ship the package", log="shipped the package", permission="fulfillment.deliver")
class PackageShipped:
    pass


@event(
    label="Confirm the delivery",
    log="confirmed the delivery",
    missed="tried a PIN that does not match",
    permission="fulfillment.deliver",
    secret=("pin",),
    pin="The receiver's PIN",
)
class PackageDelivered:
    pin: str | None = None


@event(
    label="Report a failed attempt",
    log="reported a failed attempt",
    permission="fulfillment.deliver",
    reason_for="buyer",
)
class DeliveryFailed:
    reason: str


@event(
    label="Ask for a return", log="asked for a return", permission="return.request", lines="Goods", reason_for="buyer"
)
class ReturnRequested:
    lines: tuple[ReturnWanted, ...]
    reason: str


@event(label="Accept the return", log="accepted the return", permission="return.decide")
class ReturnAccepted:
    """The buyer may send the goods."""


@event(label="Receive the returned goods", log="received the returned goods", permission="return.decide", lines="Goods")
class ReturnReceived:
    lines: tuple[Returned, ...]


@event(label="Reject the return", log="rejected the return", permission="return.decide", reason_for="buyer")
class ReturnRejected:
    reason: str


@event(
    label="Refund the returned goods",
    log="refunded the returned goods",
    permission="payment.confirm",
    to="Where it goes",
)
class RefundIssued:
    amount: int
    to: RefundTo = "PAYMENT"


@event(label="Complete the order", log="completed the order", permission="fulfillment.work")
class Complete:
    pass


@event(label="Schedule the service", log="scheduled the service", permission="fulfillment.work", at="Date and time")
class ServiceScheduled:
    at: datetime


@event(
    label="Move the service",
    log="moved the service",
    permission="fulfillment.work",
    at="New date and time",
    reason_for="buyer",
)
class ServiceRescheduled:
    at: datetime
    reason: str


@event(label="Complete the service", log="completed the service", permission="fulfillment.work")
class ServiceCompleted:
    pass


@event(
    label="Hold the fulfillment",
    log="put the fulfillment on hold",
    permission="fulfillment.work",
    undo="RESUME",
    reason_for="buyer",
)
class Hold:
    reason: str


@event(label="Resume the fulfillment", log="resumed the fulfillment", permission="fulfillment.work", undo="HOLD")
class Resume:
    pass


@event(
    label="Cancel the fulfillment", log="cancelled the fulfillment", permission="fulfillment.work", reason_for="buyer"
)
class Cancel:
    reason: str


@event(
    label="Report the fulfillment as failed",
    log="reported the fulfillment as failed",
    permission="fulfillment.work",
    reason_for="buyer",
)
class Fail:
    reason: str
