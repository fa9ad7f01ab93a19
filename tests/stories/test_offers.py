"""Riders' offers: changed, revived, given to another, and what is told when the last one goes."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.stories.shop import LAGOS, SHIRT, Order, Shop, actor, person, shirts

from orderway.fulfillment.events import (
    Cancel,
    FulfillmentStarted,
    Hold,
    PackageShipped,
    Resume,
    RiderNamed,
    RiderSelected,
    RiderUnassigned,
)
from orderway.fulfillment.interests.lapsing import expire_stale
from orderway.fulfillment.interests.machine import Change, Register, Reject, Revive, Withdraw
from orderway.fulfillment.riders import volunteer
from orderway.workflow.errors import Refused
from orderway.workflow.kinds import Moved
from orderway.workflow.timers import Swept
from orderway.workflow.transaction import Transaction


async def looking_for_a_rider(shop: Shop) -> Order:
    await shop.stock((SHIRT, 2))
    order = await shop.paid(shirts(2))
    await order.send("fulfillment", FulfillmentStarted())
    return order


async def offer(order: Order, word: str, *, cost: int = 500) -> UUID:
    delivery = await order.ref("fulfillment")

    async def work(tx: Transaction) -> Moved:
        return await volunteer(tx, delivery, Register(cost, 20), rider=person(word))

    return (await order.shop.runner.run(work, actor=actor(word))).ref.id


def endless(shop: Shop) -> None:
    """Let offers have no time of their own, as those that another system recorded may be."""
    shop.settings._found["RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES"] = (0, "default")


async def offers(order: Order) -> list[tuple[str, str | None]]:
    rows = await order.shop.pool.fetch(
        "SELECT state, context ->> 'reason' FROM rider_interest WHERE order_id = $1 ORDER BY created_at, id", order.id
    )
    return [tuple(row) for row in rows]


async def data(order: Order, type: str) -> list[Any]:
    rows = await order.shop.pool.fetch(
        "SELECT data FROM outbox WHERE order_id = $1 AND type = $2 ORDER BY number", order.id, f"order.{type}"
    )
    return [json.loads(row["data"]) for row in rows]


async def test_a_rider_changes_their_offer_and_it_stands_anew(shop: Shop):
    order = await looking_for_a_rider(shop)
    made = await offer(order, "rider")
    shop.now += timedelta(minutes=40)
    await order.send("rider_interest", Change(450, 10, "I am near."), by="rider")
    shop.now += timedelta(minutes=40)
    await order.send("fulfillment", RiderSelected(made))
    assert (await order.context("fulfillment")).cost == 450
    logged = await shop.row("SELECT payload::text FROM transition_log WHERE event = 'CHANGE'")
    assert logged == ('{"proposed_cost":450,"eta_minutes":10,"message":"I am near."}',)
    assert await shop.findings() == []


@pytest.mark.parametrize("wrong", [Change(0, 10), Change(-1, 10), Change(500, -1)])
async def test_an_offer_is_not_changed_into_one_that_can_not_be(shop: Shop, wrong: Change):
    order = await looking_for_a_rider(shop)
    await offer(order, "rider")
    before = await shop.rows()
    with pytest.raises(Refused, match="The price must be more than nothing"):
        await order.send("rider_interest", wrong, by="rider")
    assert await shop.rows() == before


async def test_an_offer_whose_time_is_over_is_not_chosen_before_it_is_swept(shop: Shop):
    order = await looking_for_a_rider(shop)
    made = await offer(order, "rider")
    shop.now += timedelta(minutes=45)
    before = await shop.rows()
    with pytest.raises(Refused, match="The rider's offer must be active and not past its expiry"):
        await order.send("fulfillment", RiderSelected(made))
    assert await shop.rows() == before
    assert await offers(order) == [("ACTIVE", None)]


async def test_an_offer_without_an_end_is_not_chosen_after_that_of_the_settings(shop: Shop):
    order = await looking_for_a_rider(shop)
    endless(shop)
    made = await offer(order, "rider")
    shop.now += timedelta(minutes=60)
    with pytest.raises(Refused, match="not past its expiry"):
        await order.send("fulfillment", RiderSelected(made))
    shop.now -= timedelta(seconds=1)
    await order.send("fulfillment", RiderSelected(made))
    assert await order.state("fulfillment") == "RIDER_ASSIGNED"


async def test_who_does_not_cover_the_store_offers_nothing_and_is_not_chosen(shop: Shop):
    order = await looking_for_a_rider(shop)
    made = await offer(order, "rider")
    await shop.pool.execute("INSERT INTO store (id, name, code, currency) VALUES ($1, 'Kano', 'KAN', 'NGN')", order.id)
    await shop.pool.executemany(
        "INSERT INTO rider_coverage (rider_id, store_id) VALUES ($1, $2)",
        [(person(word), order.id) for word in ("rider", "second rider")],
    )
    before = await shop.rows()
    for word in ("rider", "second rider"):
        with pytest.raises(Refused, match="The rider must deliver for the store"):
            await offer(order, word)
    with pytest.raises(Refused, match="The rider must deliver for the store, as far as the address"):
        await order.send("fulfillment", RiderSelected(made))
    assert await shop.rows() == before


async def test_one_rider_takes_the_place_of_another_in_one_step(shop: Shop):
    order = await looking_for_a_rider(shop)
    first, second = await offer(order, "rider", cost=700), await offer(order, "second rider", cost=600)
    await order.send("fulfillment", RiderSelected(first))
    await order.send("rider_interest", Revive(), to=second)
    await order.send("fulfillment", RiderSelected(second))
    assert await offers(order) == [("WITHDRAWN", "Another rider was chosen."), ("ASSIGNED", None)]
    assert await data(order, "fulfillment.rider_released") == [
        {
            "fulfillment": str((await order.ref("fulfillment")).id),
            "rider": str(person("rider")),
            "reason": "Another rider was chosen.",
        }
    ]
    assert [told["rider"] for told in await data(order, "fulfillment.rider_selected")] == [
        str(person("rider")), str(person("second rider")),
    ]  # fmt: skip
    await order.send("fulfillment", RiderNamed(person("rider"), 650))
    context = await order.context("fulfillment")
    assert (context.rider, context.interest, context.cost) == (person("rider"), None, 650)
    with pytest.raises(Refused, match="The rider must be another"):
        await order.send("fulfillment", RiderNamed(person("rider"), 900))
    assert await shop.findings() == []


async def test_an_offer_is_revived_with_the_time_that_it_had(shop: Shop):
    order = await looking_for_a_rider(shop)
    first, second = await offer(order, "rider"), await offer(order, "second rider")
    await order.send("fulfillment", RiderSelected(first))
    await order.send("fulfillment", RiderUnassigned("A flat tyre."), by="rider")
    shop.now += timedelta(minutes=44)
    await order.send("rider_interest", Revive(), to=second)
    shop.now += timedelta(minutes=1)
    with pytest.raises(Refused, match="not past its expiry"):
        await order.send("fulfillment", RiderSelected(second))
    await order.send("rider_interest", Reject("Too late."), to=second)
    before = await shop.rows()
    with pytest.raises(Refused, match="The time of the offer must not be over"):
        await order.send("rider_interest", Revive(), to=second)
    assert await shop.rows() == before


async def test_what_has_left_takes_no_offers(shop: Shop):
    order = await looking_for_a_rider(shop)
    first, second = await offer(order, "rider"), await offer(order, "second rider")
    await order.send("fulfillment", RiderSelected(first))
    await order.send("rider_interest", Revive(), to=second)
    await order.send("fulfillment", PackageShipped(), by="rider")
    assert await offers(order) == [("ASSIGNED", None), ("REJECTED", "The delivery has left.")]
    with pytest.raises(Refused, match="The delivery must still look for a rider"):
        await order.send("rider_interest", Revive(), to=second)
    assert await shop.findings() == []


async def test_the_last_offer_that_goes_opens_the_delivery_to_all_again(shop: Shop):
    order = await looking_for_a_rider(shop)
    for going in (Withdraw(), Reject("Too dear.")):
        await offer(order, "second rider")
        await offer(order, "rider")
        (last,) = [await order.ref("rider_interest")]
        by = "second rider" if isinstance(going, Withdraw) else "biller"
        other = await shop.pool.fetchval("SELECT id FROM rider_interest WHERE id <> $1", last.id)
        await order.send("rider_interest", going, by=by, to=other)
        assert "fulfillment.unclaimed" not in (await order.told())[-2:]
        await order.send("rider_interest", Withdraw(), by="rider", to=last.id)
        assert (await order.told())[-3:] == [
            "rider_interest.withdraw", "fulfillment.unclaimed", "fulfillment.available",
        ]  # fmt: skip
    told = (await data(order, "fulfillment.unclaimed"))[-1]
    assert told == {"fulfillment": str((await order.ref("fulfillment")).id), "biller": str(person("biller"))}
    await offer(order, "rider")
    assert await shop.wait(minutes=45) == 1
    assert (await order.told())[-3:] == ["rider_interest.expire", "fulfillment.unclaimed", "fulfillment.available"]
    expired = (await data(order, "rider_interest.expire"))[-1]
    assert (expired["rider"], expired["biller"]) == (str(person("rider")), str(person("biller")))
    assert await shop.findings() == []


async def test_offers_that_go_as_the_delivery_ends_or_rests_open_nothing(shop: Shop):
    order = await looking_for_a_rider(shop)
    await offer(order, "rider")
    await order.send("fulfillment", Hold("The address is unclear."))
    assert await shop.wait(minutes=45) == 1
    assert (await order.told())[-1] == "rider_interest.expire"
    await order.send("fulfillment", Resume())
    assert (await order.told())[-2:] == ["fulfillment.resume", "fulfillment.available"]
    await offer(order, "rider")
    await offer(order, "second rider")
    await order.send("fulfillment", Cancel("Sold twice."))
    assert await offers(order) == [("REJECTED", "Sold twice.")] * 2
    assert "fulfillment.unclaimed" not in await order.told()
    reasons = [(told["rider"], told["reason"]) for told in await data(order, "rider_interest.reject")]
    assert reasons == [(str(person(word)), "Sold twice.") for word in ("rider", "second rider")]
    assert await shop.findings() == []


async def test_stale_offers_lapse_one_batch_after_another(shop: Shop):
    shop.settings.take({"RIDER_INTEREST_EXPIRY_BATCH_SIZE": "1"})
    endless(shop)
    orders = [await looking_for_a_rider(shop) for _ in range(3)]
    for order in orders:
        await offer(order, "rider")
    shop.now += timedelta(minutes=60)
    assert await expire_stale(shop.runner) == Swept(sent=3)
    assert [await offers(order) for order in orders] == [[("EXPIRED", None)]] * 3
    assert (
        await shop.pool.fetchval("SELECT count(*) FROM outbox WHERE store_id = $1 AND type LIKE '%unclaimed'", LAGOS)
        == 3
    )
