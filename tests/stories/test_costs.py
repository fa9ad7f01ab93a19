"""How many statements a move takes: the budget of speed, counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from tests.stories.shop import RESELLER, SHIRT, Shop, shirts

from orderway.fulfillment.events import CarrierSelected, FulfillmentStarted, Hold, PackageDelivered, PackageShipped
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.sale.events import SetPaymentMethod
from orderway.sale.payments.events import Confirm
from orderway.workflow.runner import Runner


@pytest.fixture
async def counted(shop: Shop, database_url: str) -> AsyncIterator[list[str]]:
    """What the shop's door says to the database."""
    said: list[str] = []

    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(lambda record: said.append(record.query))

    async with asyncpg.create_pool(database_url, min_size=1, max_size=1, init=listen) as pool:
        shop.runner = Runner(pool, shop.workflow, lambda: shop.now)
        yield said


@asynccontextmanager
async def costing(said: list[str], statements: int) -> AsyncIterator[None]:
    """The block takes so many statements, between BEGIN and COMMIT."""
    said.clear()
    yield
    spoken = [each for each in said if each not in ("BEGIN;", "COMMIT;") and "RESET ALL" not in each]
    assert len(spoken) == statements, "\n\n".join(spoken)


async def test_a_plain_move_reads_and_writes_once(shop: Shop, counted: list[str]):
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(2))
    moves: list[Any] = [FulfillmentStarted(), CarrierSelected("Swift"), PackageShipped(), PackageDelivered()]
    # Seeing where to deliver and telling the riders, turning offers down, taking goods off their locked shelf.
    for event, more in zip(moves, (2, 1, 2, 0), strict=True):
        async with costing(counted, 2 + more):
            await order.send("fulfillment", event)


async def test_holding_a_fulfillment_asks_nothing_else(shop: Shop, counted: list[str]):
    order = await shop.paid(shirts(2))
    async with costing(counted, 2):
        await order.send("fulfillment", Hold("Wait."))


async def test_an_uncleared_sale_reads_the_credit_in_one_statement(shop: Shop, counted: list[str]):
    order = await shop.agreed(shirts(2))
    async with costing(counted, 3):
        await order.send("sale", SetPaymentMethod("CARD"))


async def test_an_agreed_quotation_opens_its_sale(shop: Shop, counted: list[str]):
    order = await shop.order(shirts(2))
    await order.send("quotation", Share())
    async with costing(counted, 2):
        await order.send("quotation", BuyerApproves(1))
    # Lock the shelves, hold the stock, give birth to the sale, tell of the agreement.
    async with costing(counted, 2 + 4):
        await order.send("quotation", SellerApproves(1))


async def test_a_payment_that_clears_the_sale_starts_the_fulfillment(shop: Shop, counted: list[str]):
    await shop.stock((SHIRT, 5))
    order = await shop.agreed(shirts(2))
    payment = await order.register(2000)
    # The payment's two; that nothing of it waits in the inbox; find the sale, its credit, its move; the fulfillment's
    # type and birth; lock the shelves, hold the stock, see that all is held, move; tell of the clearance.
    async with costing(counted, 2 + 1 + 3 + 2 + 4 + 1):
        await order.send("payment", Confirm(), by="accountant", to=payment)


async def test_an_invoice_within_the_limit_enters_the_ledger_in_one_statement(shop: Shop, counted: list[str]):
    await shop.stock((SHIRT, 5))
    await shop.limit(10_000)
    order = await shop.agreed(shirts(2), customer=RESELLER)
    async with costing(counted, 3 + 1 + 2 + 4 + 1):
        await order.send("sale", SetPaymentMethod("INVOICE"))
