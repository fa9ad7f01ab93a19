"""How an order is to reach its buyer, changed after it was placed: checked, kept, and told to whatever it concerns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import msgspec

from orderway.delivery.address import Delivery, checked, require_whole
from orderway.delivery.keeping import READ, keep
from orderway.delivery.way import FulfillmentType
from orderway.fulfillment.events import Cancel, Fail, FulfillmentStarted, ReserveOk, ServiceScheduled
from orderway.fulfillment.events import PreferencesChanged as OfFulfillment
from orderway.order.begun import Asker, on_order
from orderway.people.permissions import DELIVERY_CHOOSE
from orderway.quotation.events import PreferencesChanged as OfQuotation
from orderway.sale.events import PreferencesChanged as OfSale
from orderway.statechart import Reason, Refusal
from orderway.statechart.explain import text
from orderway.workflow.errors import Invalid, Refused, not_allowed
from orderway.workflow.kinds import Instance, Moved
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

CHANGE = "change how the order is brought"
UNPICKED = (ReserveOk, FulfillmentStarted, ServiceScheduled)
"""What a fulfillment takes while nobody has worked on it."""

NOT_PICKED = Reason(
    guard="not_picked",
    sentence="The goods must not have been picked yet; from then on the store changes how they are brought.",
    help="fulfillment.work",
)
"""Why a buyer may not any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How the buyer is to get the order; what is None stays as it is. An address is given whole."""

    fulfillment_type: FulfillmentType | None = None
    delivery: Delivery | None = None
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How the order is to be brought so far."""

    type: FulfillmentType
    address: UUID | None
    delivery: Delivery | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentPreferences:
    """How the buyer is to get the order; what is left out stays as it is. An address is given whole."""

    order: UUID
    reason: str
    fulfillment_type: FulfillmentType | None = None
    delivery: Delivery | None = None


async def update_preferences(runner: Runner, by: Asker, asked: FulfillmentPreferences) -> Moved:
    """Change how the order is brought. Raises NotFound, and what `change_preferences` raises."""

    async def work(tx: Transaction) -> Moved:
        wanted = Preferences(fulfillment_type=asked.fulfillment_type, delivery=asked.delivery, reason=asked.reason)
        return await change_preferences(tx, wanted)

    return await on_order(runner, by, work, order=asked.order, asked=asked)


async def change_preferences(tx: Transaction, wanted: Preferences) -> Moved:
    """Change the way or the address of the locked order, as whoever acts; each fulfillment that it concerns moves.

    The seller's people may until the goods are dispatched, the buyer until somebody has picked them. Raises Invalid
    for an address that can not be, or does not suffice once the sale is open; where nothing would change; and between
    goods and services; and Refused.
    """
    concerned = await undelivered(tx)
    require_right(tx, concerned)
    before = await standing(tx)
    after = await kept(tx, before, wanted)
    if after.type == "DELIVERY" and await tx.find("sale") is not None:
        require_whole(after.delivery)
    moves_place = (after.delivery or Delivery()).is_elsewhere(before.delivery or Delivery())
    with tx.as_system():
        if concerned:
            event = OfFulfillment(after.type, after.address, moves_place, wanted.reason)
            return [await tx.send(each.ref, event) for each in concerned][-1]
        for machine, changed in (("sale", OfSale), ("quotation", OfQuotation)):
            instance = await tx.find(machine)
            if instance is not None and tx.takes(instance, changed):
                return await tx.send(instance.ref, changed(after.type, after.address, wanted.reason))
    raise refused(
        "on_its_way", "Something of the order must still be on its way to the buyer.",
        remedy="Ask for the goods back, or place a new order.",
    )  # fmt: skip


async def undelivered(tx: Transaction) -> list[Instance]:
    """The fulfillments of the order that have neither ended nor got to the buyer."""
    return [each for each in await tx.every("fulfillment") if tx.takes(each, Cancel) or tx.takes(each, Fail)]


def require_right(tx: Transaction, concerned: list[Instance]) -> None:
    """Raises Refused for who may not, and for a buyer whose goods are picked."""
    if tx.actor.may("fulfillment.work"):
        return
    if not tx.actor.may(DELIVERY_CHOOSE):
        raise not_allowed("fulfillment.work", to=CHANGE)
    if not all(any(tx.takes(each, event) for event in UNPICKED) for each in concerned):
        raise Refused(Refusal("", "", "PREFERENCES_CHANGED", (NOT_PICKED,), ()), text(NOT_PICKED))


def refused(guard: str, sentence: str, **more: Any) -> Refused:
    reason = Reason(guard=guard, sentence=sentence, **more)
    return Refused(Refusal("", "", "PREFERENCES_CHANGED", (reason,), ()), text(reason))


STANDING = f"""
SELECT json_build_object('type', o.fulfillment_type, 'address', o.address_id, 'delivery', (
    SELECT {READ} FROM delivery_address d WHERE d.store_id = $1 AND d.id = o.address_id))::text
FROM sale_order o WHERE o.store_id = $1 AND o.id = $2
"""  # noqa: S608  (texts of the code alone)
DECODER = msgspec.json.Decoder(Standing)


async def standing(tx: Transaction) -> Standing:
    return DECODER.decode(await tx.connection.fetchval(STANDING, tx.store_id, tx.order_id))


CHANGE_TYPE = "UPDATE sale_order SET fulfillment_type = $3 WHERE store_id = $1 AND id = $2"


async def kept(tx: Transaction, before: Standing, wanted: Preferences) -> Standing:
    """Keep what is new. A day that was promised stands unless another one is."""
    after = replace(before, type=wanted.fulfillment_type or before.type)
    if "SERVICE" in {before.type, after.type} and after.type != before.type:
        raise Invalid(
            "Goods do not become a service, nor a service goods.", "Draft a new quotation.", "fulfillment_type"
        )
    if wanted.delivery is not None:
        after = replace(after, delivery=with_promise(checked(wanted.delivery), before.delivery))
    if after == before:
        raise Invalid("The order is to be brought just so already.", "Give another way, or another address.")
    if after.type != before.type:
        await tx.connection.execute(CHANGE_TYPE, tx.store_id, tx.order_id, after.type)
    if after.delivery is not None and after.delivery != before.delivery:
        return replace(after, address=await keep(tx, after.delivery))
    return after


def with_promise(delivery: Delivery, before: Delivery | None) -> Delivery:
    promised_at = delivery.promised_at or (before.promised_at if before else None)
    return replace(delivery, promised_at=promised_at)
