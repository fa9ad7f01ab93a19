"""Many at once around one delivery: it has one rider, whoever chooses, withdraws, lapses, ships or pays meanwhile."""

from collections.abc import AsyncIterator
from functools import partial
from uuid import UUID

import pytest
from tests.races.crowd import CROWD, ROUNDS, at_once, kinds, late
from tests.stories.shop import PERMISSIONS, SHIRT, Order, Shop, actor, person, shirts

from orderway.database import connect_pool
from orderway.fulfillment.events import (
    FulfillmentStarted,
    PackageDelivered,
    PackageShipped,
    RiderNamed,
    RiderSelected,
)
from orderway.fulfillment.interests.machine import Expire, Register
from orderway.fulfillment.payouts.ledger import Entered, Payout, pay_rider
from orderway.fulfillment.riders import volunteer
from orderway.ids import new_id
from orderway.order.reach import reach
from orderway.people.viewer import find_viewer
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

MANY = 50


@pytest.fixture
async def wide(database_url: str) -> AsyncIterator[Shop]:
    """A shop with a connection for each of fifty."""
    async with await connect_pool(database_url, size=MANY) as pool:
        shop = Shop(pool)
        await shop.furnish()
        yield shop


async def looking_for_a_rider(shop: Shop) -> Order:
    await shop.stock((SHIRT, 1))
    order = await shop.paid(shirts(1))
    await order.send("fulfillment", FulfillmentStarted())
    return order


async def riders(shop: Shop, many: int) -> list[UUID]:
    """So many people who may deliver."""
    ids = [new_id() for _ in range(many)]
    await shop.pool.executemany(
        "INSERT INTO person (id, email, name) VALUES ($1::uuid, $1::uuid::text || '@example.com', 'Rider')",
        [(id,) for id in ids],
    )
    await shop.pool.execute(
        "INSERT INTO person_role (person_id, role_id)"
        " SELECT p, r.id FROM unnest($1::uuid[]) p, role r WHERE r.name = 'RIDER'",
        ids,
    )
    return ids


async def offer(order: Order, rider: UUID) -> UUID:
    delivery = await order.ref("fulfillment")

    async def work(tx: Transaction) -> Moved:
        return await volunteer(tx, delivery, Register(700, 20), rider=rider)

    who = Actor(f"person:{rider}", PERMISSIONS["RIDER"])
    return (await order.shop.runner.run(work, actor=who)).ref.id


async def test_of_fifty_who_choose_among_fifty_offers_one_does(wide: Shop):
    order = await looking_for_a_rider(wide)
    offers = [await offer(order, rider) for rider in await riders(wide, MANY)]
    staff = [Actor(f"person:{new_id()}", PERMISSIONS["BILLER"]) for _ in range(MANY)]
    answers = await at_once(
        *(
            partial(order.send, "fulfillment", RiderSelected(chosen), by=who)
            for chosen, who in zip(offers, staff, strict=True)
        )
    )
    assert kinds(answers) == ["Moved"] + ["Refused"] * (MANY - 1)
    rows = await wide.pool.fetch("SELECT id, state, context ->> 'reason' AS reason FROM rider_interest")
    assert [row["id"] for row in rows if row["state"] == "ASSIGNED"] == [(await order.context("fulfillment")).interest]
    lost = [row["reason"] for row in rows if row["state"] == "REJECTED"]
    assert lost == ["Another rider was chosen."] * (MANY - 1)
    assert await wide.findings() == []


async def test_an_offer_is_chosen_before_its_end_or_lapses_at_it(shop: Shop):
    for number in range(ROUNDS):
        order = await looking_for_a_rider(shop)
        chosen = await offer(order, person("rider"))
        end = (await order.context("rider_interest")).expires_at
        ref, delivery = await order.ref("rider_interest"), await order.ref("fulfillment")
        select = partial(shop.runner.send, delivery, RiderSelected(chosen), actor=actor("biller"), at=order.shop.now)
        lapse = partial(shop.runner.send, ref, Expire(), actor=THE_SYSTEM, at=end)
        answers = await at_once(late(shop, number, select), late(shop, ROUNDS - number, lapse))
        assert kinds(answers) == ["Moved", "Refused"]
        stands = (await order.state("fulfillment"), await order.state("rider_interest"))
        assert stands in {("RIDER_ASSIGNED", "ASSIGNED"), ("AWAITING_RIDER_SELECTION", "EXPIRED")}
    assert await shop.findings() == []


async def test_a_delivery_goes_to_another_rider_or_leaves_with_the_first(shop: Shop):
    """The first rider acts as a person who was let in by what they saw before."""
    for number in range(ROUNDS):
        order = await looking_for_a_rider(shop)
        await order.send("fulfillment", RiderNamed(person("rider"), 700))
        async with shop.pool.acquire() as connection:
            viewer = await find_viewer(connection, person("rider"))
            assert viewer is not None
            delivery = await order.ref("fulfillment")
            reached = await reach(connection, viewer, kind=shop.workflow.kind("fulfillment"), id=delivery.id)
        answers = await at_once(
            late(shop, number, partial(reached.send, shop.runner, PackageShipped())),
            late(shop, ROUNDS - number, partial(order.send, "fulfillment", RiderNamed(person("second rider"), 600))),
        )
        outcome = [type(each).__name__ for each in answers]
        context = await order.context("fulfillment")
        if await order.state("fulfillment") == "SHIPPED":
            assert (outcome, context.rider) == (["Moved", "Refused"], person("rider"))
        else:
            assert (outcome, context.rider) == (["NotFound", "Moved"], person("second rider"))
    assert await shop.findings() == []


async def test_a_rider_offers_as_the_delivery_is_given_to_another(shop: Shop):
    for number in range(ROUNDS):
        order = await looking_for_a_rider(shop)
        answers = await at_once(
            late(shop, number, partial(order.send, "fulfillment", RiderNamed(person("second rider"), 600))),
            *(partial(offer, order, rider) for rider in [person("rider")] * 3),
        )
        assert type(answers[0]) is Moved
        assert await shop.row("SELECT count(*) FROM rider_interest WHERE state = 'ACTIVE'") == (0,)
    assert await shop.findings() == []


async def test_what_is_due_is_paid_once(shop: Shop):
    for _ in range(ROUNDS):
        order = await looking_for_a_rider(shop)
        await order.send("fulfillment", RiderNamed(person("rider"), 700))
        await order.send("fulfillment", PackageShipped(), by="rider")
        await order.send("fulfillment", PackageDelivered(await order.pin()), by="rider")
        delivery = await order.ref("fulfillment")

        async def pay(tx: Transaction) -> Entered:
            return await pay_rider(tx, delivery, Payout(amount=500, method="CASH"))  # noqa: B023  (it is awaited here)

        answers = await at_once(*(partial(shop.runner.run, pay, actor=actor("accountant")) for _ in range(CROWD)))
        assert kinds(answers) == ["Entered"] + ["Refused"] * (CROWD - 1)
    assert await shop.findings() == []
