"""An order's address, or its receiver, that changed there after it came: it changes here where it still can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from orderway.delivery.address import NEEDED, Delivery, checked
from orderway.delivery.keeping import READ, keep
from orderway.fulfillment.events import PreferencesChanged as OfFulfillment
from orderway.legacy.predecessor.births import ADDRESS
from orderway.legacy.predecessor.destination import destination
from orderway.legacy.predecessor.drafting import delivery
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.moments import LATEST
from orderway.legacy.predecessor.moves import IMPORTER, DraftQuotation, Plan
from orderway.preferences import Standing, standing, undelivered, with_promise
from orderway.quotation.events import PreferencesChanged as OfQuotation
from orderway.sale.events import PreferencesChanged as OfSale
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction

WHO: Final = Actor(IMPORTER, permissions=None)
REASON: Final = "The former system names another address."
NOTE: Final = f"Inferred ({LATEST:g}) from the address that its rows name now"

CHANGED_HERE: Final = "It goes to another address there by now, and to a third one here by somebody's word: that stays."
TOO_LATE: Final = "It goes to another address there by now: where it stands here, it takes another one no more."
LACKING: Final = (
    "It goes to another address there by now, which does not say all that whoever brings it has to know: it was not "
    "taken."
)

# The last that the import kept.
LAST: Final = f"""
SELECT d.id, d.at, {READ}::text AS delivery FROM delivery_address d
WHERE d.store_id = $1 AND d.order_id = $2 AND d.actor LIKE 'import:%' ORDER BY d.at DESC, d.id DESC LIMIT 1
"""  # noqa: S608  (texts of the code alone)
# An address there that was changed is the same row as before.
STANDS_FOR: Final = "UPDATE legacy_id SET ours = $4 WHERE (kind, theirs, ours) = ($1, $2, $3)"
DECODER: Final = msgspec.json.Decoder(Delivery)


@dataclass(frozen=True, slots=True)
class Followed:
    """Whether an order got another address, and why it did not, where it has another one there."""

    is_new: bool = False
    why: str | None = None


SAME: Final = Followed()


@dataclass(frozen=True, slots=True)
class Kept:
    """What the import kept last of where the order goes."""

    id: UUID | None
    at: datetime | None
    delivery: Delivery | None


async def follow_address(tx: Transaction, order: Order, planned: Plan) -> Followed:
    """Let the locked order, which is in, go where it goes there. What people changed here stays.

    It is no move of the plan: that an address is another one by now makes no other story of the order.
    """
    last, here, hearing = await last_of(tx), await standing(tx), await under_way(tx)
    try:
        wanted = wanted_of(planned)
    except Invalid as no:
        return Followed(why=impossible(no)) if hearing else SAME
    if not hearing or wanted is None or wanted in (last.delivery, without_promise(here.delivery)):
        return SAME
    if here.address != last.id:
        return Followed(why=CHANGED_HERE)
    if not all(tx.takes(instance, type(event)) for instance, event in told(hearing, here, here.address)):
        return Followed(why=TOO_LATE)
    if here.type == "DELIVERY" and is_whole(here.delivery) and not is_whole(wanted):
        return Followed(why=LACKING)
    with tx.acting(WHO, at=max(order.stood, last.at or order.stood), note=NOTE):
        address = await keep(tx, with_promise(wanted, here.delivery))
        place = destination(order).place
        await tx.connection.execute(STANDS_FOR, ADDRESS, place.id if place else "", last.id, address)
        for instance, event in told(hearing, here, address):
            await tx.send(instance.ref, event)
    return Followed(is_new=True)


def impossible(no: Invalid) -> str:
    return f"It goes to another address there by now, which can not be one here: {no.message}"


def wanted_of(planned: Plan) -> Delivery | None:
    """Where it goes there by now. Raises Invalid."""
    draft = next(each for each in planned.moves if isinstance(each, DraftQuotation))
    found = delivery(draft)
    return checked(found) if found else None


async def last_of(tx: Transaction) -> Kept:
    row = await tx.connection.fetchrow(LAST, tx.store_id, tx.order_id)
    if row is None:
        return Kept(None, None, None)
    return Kept(row["id"], row["at"], without_promise(DECODER.decode(row["delivery"])))


def without_promise(address: Delivery | None) -> Delivery | None:
    """The day that was promised is of here alone."""
    return replace(address, promised_at=None) if address else None


async def under_way(tx: Transaction) -> Sequence[Instance]:
    """What hears of an address as long as the order is not over: its fulfillments, or the sale, or the quotation."""
    if concerned := await undelivered(tx):
        return concerned
    for machine, event in (("sale", OfSale), ("quotation", OfQuotation)):
        instance = await tx.find(machine)
        if instance is not None and tx.takes(instance, event):
            return [instance]
    return []


def told(hearing: Sequence[Instance], here: Standing, address: UUID | None) -> list[tuple[Instance, Any]]:
    """What each of them hears. Riders' offers stand there whatever the address, so they are told of no other place."""
    events = {
        "fulfillment": OfFulfillment(here.type, address, False, REASON),
        "sale": OfSale(here.type, address, REASON),
        "quotation": OfQuotation(here.type, address, REASON),
    }
    return [(each, events[each.ref.machine]) for each in hearing]


def is_whole(address: Delivery | None) -> bool:
    """Whether goods can be brought there."""
    return all(getattr(address, name, "") for name in NEEDED)
