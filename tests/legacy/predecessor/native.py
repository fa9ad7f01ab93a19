"""An order that begins here while others are still the former system's: in the store that is switched on first."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.legacy.predecessor.house import ROWS, House

from orderway.delivery.address import Delivery
from orderway.quotation.context import PricedLine
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.quotation.opening import NewOrder, place
from orderway.workflow.errors import Refused
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

FIRST = "S00AD"
"""The store that is switched on first."""
NAME = "Store 00 Agbotikuyo/Dopemu"
SALES_THERE = "Sales of {} are still handled in the former system."
DOOR = Delivery(receiver="The buyer", phone="+234 803 123 4567", address="1 Marina", city="Lagos")


async def order(here: House) -> tuple[UUID, UUID]:
    """A consumer wants one piece of something, and both sides agree."""
    store = await here.pool.fetchval("SELECT id FROM store WHERE code = $1", FIRST)
    variant, customer = await something(here)
    biller = (await here.viewer("MANAGER", store)).person_id
    line = PricedLine(variant, "Something", 1, 500, 0, 0, 0, 500)
    new = NewOrder(
        store_id=store, customer_id=customer, currency="NGN", fulfillment_type="DELIVERY", lines=(line,),
        biller_id=biller, delivery=DOOR, valid_until=here.runner.clock() + timedelta(days=7),
    )  # fmt: skip

    async def work(tx: Transaction) -> Moved:
        return await place(tx, new)

    viewer = await here.viewer("MANAGER", store)
    ours = store, (await here.runner.run(work, actor=viewer.actor())).order_id
    for event in (Share(), BuyerApproves(1), SellerApproves(1)):
        await here.send(ours, "quotation", event)
    return ours


async def nothing_begins(here: House) -> None:
    """No order begins in the first store, and nothing of it is written."""
    before = await here.pool.fetchrow(ROWS)
    with pytest.raises(Refused, match=SALES_THERE.format(NAME)):
        await order(here)
    assert await here.pool.fetchrow(ROWS) == before


async def something(here: House) -> tuple[UUID, UUID]:
    """A variant, and a consumer who may buy it."""
    return (
        await here.pool.fetchval("SELECT id FROM variant ORDER BY id LIMIT 1"),
        await here.pool.fetchval("SELECT id FROM customer WHERE kind = 'CONSUMER' ORDER BY id LIMIT 1"),
    )
