"""Orders of many lines: their moves take no more statements than those of an order of few."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
from tests.stories.shop import LAGOS, SHIRT, Order, Shop

from orderway.fulfillment.events import CarrierSelected, FulfillmentStarted, PackageShipped
from orderway.ids import new_id
from orderway.quotation.events import BuyerApproves, Edit, LineWanted, SellerApproves, Share
from orderway.quotation.lines import MANY
from orderway.sale.events import CancelRequested
from orderway.workflow.runner import Runner


@pytest.fixture
async def variants(shop: Shop) -> list[UUID]:
    """Three hundred variants, ten of each on the shelf."""
    made = [new_id() for _ in range(300)]
    await shop.pool.executemany(
        "INSERT INTO variant (id, product_id, sku, name, price, currency) VALUES ($1, $2, $3, $3, 1000, 'NGN')",
        [(id, SHIRT, f"no. {number}") for number, id in enumerate(made)],
    )
    await shop.stock(*((id, 10) for id in made))
    return made


@pytest.fixture
async def said(shop: Shop, database_url: str) -> AsyncIterator[list[str]]:
    """What the shop's door says to the database."""
    heard: list[str] = []

    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(lambda record: heard.append(record.query))

    async with asyncpg.create_pool(database_url, min_size=1, max_size=1, init=listen) as pool:
        shop.runner = Runner(pool, shop.workflow, lambda: shop.now)
        yield heard


async def shipped(shop: Shop, wanted: list[UUID], said: list[str]) -> list[int]:
    """Bring an order of these variants from its draft to its shipping; the statements of each step."""
    order: Order = await shop.order()
    steps = []

    async def step(machine: str, event: object) -> None:
        said.clear()
        await order.send(machine, event)
        steps.append(len([each for each in said if each.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "WITH"))]))

    await step("quotation", Edit(tuple(LineWanted(each, 1) for each in wanted)))
    for event in (Share(), BuyerApproves(2), SellerApproves(2)):
        await step("quotation", event)
    total = (await order.context("sale")).grand_total
    said.clear()
    await order.pay(total)
    steps.append(len(said))
    for move in (FulfillmentStarted(), CarrierSelected("Swift"), PackageShipped()):
        await step("fulfillment", move)
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "SHIPPED")
    return steps


async def test_an_order_of_many_lines_takes_the_statements_of_one_of_few(
    shop: Shop, variants: list[UUID], said: list[str]
):
    await shipped(shop, variants[:1], said)  # the driver asks for the types of the parameters once
    few = await shipped(shop, variants[:3], said)
    many = await shipped(shop, variants, said)
    assert few == many
    assert await shop.findings() == []


async def test_lines_of_the_same_variant_are_held_first_come_first_served_and_released_together(
    shop: Shop, variants: list[UUID]
):
    first, second = variants[:2]
    order = await shop.order()
    wanted = [(first, 6), (second, 11), (first, 5), (first, 4), (second, 10)]
    await order.send("quotation", Edit(tuple(LineWanted(id, quantity) for id, quantity in wanted)))
    for event in (Share(), BuyerApproves(2), SellerApproves(2)):
        await order.send("quotation", event)
    # Six and five are more than ten: what does not fit is passed over, and what comes behind it is held.
    assert (await shop.shelf(first), await shop.shelf(second)) == ((10, 10), (10, 10))
    rows = await shop.pool.fetch("SELECT quantity, status FROM reservation WHERE order_id = $1 ORDER BY 1", order.id)
    assert [tuple(row) for row in rows] == [(4, "HELD"), (5, "MISSING"), (6, "HELD"), (10, "HELD"), (11, "MISSING")]
    await order.send("sale", CancelRequested("Too much."))
    assert (await shop.shelf(first), await shop.shelf(second)) == ((10, 0), (10, 0))
    assert await shop.findings() == []


async def test_a_young_database_gets_to_know_its_lines(shop: Shop, variants: list[UUID]):
    order = await shop.order()
    wanted = (variants * 2)[:MANY]
    known = "SELECT reltuples FROM pg_class WHERE oid = 'order_line'::regclass"
    await order.send("quotation", Edit(tuple(LineWanted(each, 1) for each in wanted[:-1])))
    assert await shop.pool.fetchval(known) < MANY
    await order.send("quotation", Edit(tuple(LineWanted(each, 1) for each in wanted)))
    assert await shop.pool.fetchval(known) >= MANY
    assert await shop.pool.fetchval("SELECT count(*) FROM order_line WHERE store_id = $1", LAGOS) == MANY
