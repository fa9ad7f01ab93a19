"""What the data of each event holds, outside of the house: the shape of every type of event, and which of its versions.

A field may be added to a type, with a default. Where one is taken away or means something else, what the type held
before goes to `EARLIER`, and the new shape is its next version.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from orderway.coordinator import Agreed, Cleared
from orderway.endings import StatusChanged
from orderway.fulfillment.payouts.ledger import RiderPaid
from orderway.fulfillment.pins import PinMade
from orderway.fulfillment.returns.records import ReturnTold
from orderway.fulfillment.riders import DeliveryOpen, DeliveryUnclaimed, RiderReleased
from orderway.order import comments
from orderway.sale.account_credit.ledger import OnAccount
from orderway.workflow.kinds import Kind
from orderway.workflow.told import Told
from orderway.workflow.versions import OF_THE_DOOR

BESIDE: Mapping[str, type] = MappingProxyType({
    "order.quotation.approved": Agreed,
    "order.sale.cleared": Cleared,
    "order.payment.credited": OnAccount,
    "order.fulfillment.available": DeliveryOpen,
    "order.fulfillment.unclaimed": DeliveryUnclaimed,
    "order.fulfillment.rider_released": RiderReleased,
    "order.fulfillment.rider_paid": RiderPaid,
    "order.fulfillment.pin_made": PinMade,
    "order.fulfillment.status_changed": StatusChanged,
    "order.return.requested": ReturnTold,
    "order.return.accepted": ReturnTold,
    "order.return.received": ReturnTold,
    "order.return.rejected": ReturnTold,
    "order.comment.asked": comments.Told,
    "order.comment.told": comments.Told,
    "order.comment.noted": comments.Told,
})  # fmt: skip
"""What is told beside the moves, and its data. A move tells of itself, as `Told`."""

Versions = Mapping[str, tuple[type, ...]]
"""The shapes that types had before, each type's oldest first."""

EARLIER: Versions = MappingProxyType({})


def payload(type: str) -> type:
    """The newest shape of the data of a type."""
    return BESIDE.get(type, Told)


def versions_of(type: str) -> tuple[type, ...]:
    """Every shape that a type has had, the first version first."""
    return (*EARLIER.get(type, ()), payload(type))


def version_of(type: str, data: str, *, earlier: Versions = EARLIER) -> int:
    """Which version of a type some data is of: rows outlive the release that wrote them."""
    shapes = earlier.get(type, ())
    for version in range(len(shapes), 0, -1):
        try:
            msgspec.json.decode(data, type=(*shapes, payload(type))[version])
        except msgspec.ValidationError:
            continue
        return version + 1
    return 1


def types_of(kinds: Mapping[str, Kind]) -> Mapping[str, Kind | None]:
    """Every type of event that there is, sorted; of a move's the machine that moves."""
    moves = {
        f"order.{kind.topic}.{name.lower()}": kind
        for kind in kinds.values()
        for chart in kind.charts.values()
        for name in (*OF_THE_DOOR, *chart.events)
    }
    return dict(sorted({**moves, **dict.fromkeys(BESIDE)}.items()))
