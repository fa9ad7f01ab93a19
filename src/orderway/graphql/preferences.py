"""The mutation that changes how an order is brought: its way and its address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from strawberry.types.field import StrawberryField

from orderway.delivery.address import Delivery
from orderway.delivery.way import FulfillmentType
from orderway.graphql.asking import Asking
from orderway.graphql.births import begun
from orderway.graphql.expose import INPUTS, KEY, doing, key_of
from orderway.graphql.forms import payload_of
from orderway.order.reach import reach_order
from orderway.preferences import Preferences, change_preferences
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfillmentPreferences:
    """How the buyer is to get the order; what is left out stays as it is. An address is given whole."""

    order: UUID
    reason: str
    fulfillment_type: FulfillmentType | None = None
    delivery: Delivery | None = None


def preferring() -> Iterator[StrawberryField]:
    """The mutations of the way to the buyer."""
    name = "updateFulfillmentPreferences"
    form = INPUTS.of(FulfillmentPreferences, machine=name, name="UpdateFulfillmentPreferencesInput", extras=(KEY,))
    told = "Change the way or the address of an order: the store until it is dispatched, its buyer until it is picked."
    yield doing(name, form, update_preferences, description=told)


async def update_preferences(asking: Asking, given: Any) -> Moved:
    """Change an order that the viewer sees. Raises what `change_preferences` raises."""
    asked = payload_of(FulfillmentPreferences, given)
    async with asking.connection() as connection:
        order = await reach_order(connection, asking.signed_in, asked.order)

    async def work(tx: Transaction) -> Moved:
        await tx.lock(order.store_id, order.id)
        wanted = Preferences(fulfillment_type=asked.fulfillment_type, delivery=asked.delivery, reason=asked.reason)
        return await change_preferences(tx, wanted)

    return await begun(asking, order.actor, work, request=asked, key=key_of(given))
