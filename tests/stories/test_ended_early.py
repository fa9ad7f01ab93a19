"""A fulfillment that ends early, wherever it can: goods, money, credit, rider and offers are put right each time."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.stories.shop import CONSUMER, RESELLER, SHIRT, Order, Shop, person, shirts
from tests.stories.test_delivery import interests, offer

from orderway.fulfillment.events import (
    Cancel,
    CarrierSelected,
    DeliveryFailed,
    Fail,
    FulfillmentStarted,
    Hold,
    PackageDelivered,
    PackageShipped,
    ReturnAccepted,
    ReturnReceived,
    ReturnRequested,
    ReturnWanted,
    RiderNamed,
    RiderSelected,
    ServiceScheduled,
)
from orderway.fulfillment.events import Returned as CameBack
from orderway.fulfillment.machine import FULFILLMENT
from orderway.sale.events import SetPaymentMethod
from orderway.workflow.errors import Refused

WHY = "The buyer wants it no longer."
Road = Callable[[Order], Awaitable[None]]


async def stay(_order: Order) -> None:
    """It came here by itself."""


async def pick(order: Order) -> None:
    await order.send("fulfillment", FulfillmentStarted())


async def be_offered_for(order: Order) -> None:
    await pick(order)
    await offer(order, "rider")
    await offer(order, "second rider")


async def choose_an_offer(order: Order) -> None:
    await pick(order)
    chosen = await offer(order, "rider")
    await offer(order, "second rider")
    await order.send("fulfillment", RiderSelected(chosen))


async def name_a_rider(order: Order) -> None:
    await pick(order)
    await order.send("fulfillment", RiderNamed(person("rider")))


async def give_to_a_carrier(order: Order) -> None:
    await pick(order)
    await order.send("fulfillment", CarrierSelected("Post", "NG-1"))


async def carry_out(order: Order) -> None:
    await choose_an_offer(order)
    await order.send("fulfillment", PackageShipped(), by="rider")


async def send_by_carrier(order: Order) -> None:
    await give_to_a_carrier(order)
    await order.send("fulfillment", PackageShipped())


async def carry_out_in_vain(order: Order) -> None:
    await name_a_rider(order)
    await order.send("fulfillment", PackageShipped(), by="rider")
    await order.send("fulfillment", DeliveryFailed("Nobody was at home."), by="rider")
    await offer(order, "second rider")


async def hold(order: Order) -> None:
    await choose_an_offer(order)
    await order.send("fulfillment", Hold("The address is unclear."))


async def schedule(order: Order) -> None:
    await order.send("fulfillment", ServiceScheduled(order.shop.now + timedelta(days=1)))


@dataclass(frozen=True)
class Stage:
    """Where an order stands: its state, how it comes there, and what becomes of offers and rider when it ends here."""

    state: str
    road: Road
    type: str = "DELIVERY"
    pieces: int = 2
    offers: tuple[str, ...] = ()
    rider: str | None = None
    """Who hears that the delivery is no longer theirs."""


STAGES = (
    Stage("BACKORDERED", stay, pieces=9),
    Stage("PICK_PACK", stay),
    Stage("AWAITING_RIDER_SELECTION", be_offered_for, offers=("REJECTED", "REJECTED")),
    Stage("AWAITING_RIDER_SELECTION", carry_out_in_vain, offers=("REJECTED",)),
    Stage("RIDER_ASSIGNED", choose_an_offer, offers=("WITHDRAWN", "REJECTED"), rider="rider"),
    Stage("RIDER_ASSIGNED", name_a_rider, rider="rider"),
    Stage("READY_FOR_SHIPMENT", give_to_a_carrier),
    Stage("READY_FOR_SHIPMENT", pick, type="PICKUP"),
    Stage("ON_HOLD", hold, offers=("WITHDRAWN", "REJECTED"), rider="rider"),
    Stage("SHIPPED", carry_out, offers=("WITHDRAWN", "REJECTED"), rider="rider"),
    Stage("SHIPPED", send_by_carrier),
    Stage("SCHEDULING", stay, type="SERVICE"),
    Stage("IN_PROGRESS", schedule, type="SERVICE"),
)
NEVER_RESTS = {"ALLOCATING_STOCK"}


def ends() -> Iterator[Any]:
    """Every stage with each event that ends it."""
    for stage in STAGES:
        for name, event, final in (("CANCEL", Cancel(WHY), "CANCELLED"), ("FAIL", Fail(WHY), "FAILED")):
            if name in FULFILLMENT.takes(stage.state):
                yield pytest.param(stage, event, final, id=f"{stage.road.__name__}-{stage.type}-{name}")


def test_every_state_that_can_end_early_has_its_stage():
    able = {name for name in FULFILLMENT.leaves if {"CANCEL", "FAIL"} & set(FULFILLMENT.takes(name))}
    assert able - NEVER_RESTS == {stage.state for stage in STAGES}


async def told_of_release(order: Order) -> list[tuple[UUID, str]]:
    rows = await order.shop.pool.fetch(
        "SELECT (data ->> 'rider')::uuid AS rider, data ->> 'reason' AS reason FROM outbox"
        " WHERE order_id = $1 AND type = 'order.fulfillment.rider_released' AND data ->> 'reason' = $2",
        order.id, WHY,
    )  # fmt: skip
    return [tuple(row) for row in rows]


async def check_ended(order: Order, stage: Stage, final: str) -> None:
    """What holds whatever was paid: the sale ended too, all goods are on the shelf, and nobody waits in vain."""
    assert await order.states() == ("MUTUALLY_APPROVED", "CANCELLED", final)
    assert await order.shop.shelf(SHIRT) == (5, 0)
    assert tuple(state for state, _ in await interests(order)) == stage.offers
    assert await told_of_release(order) == ([(person(stage.rider), WHY)] if stage.rider else [])
    assert await order.shop.findings() == []


@pytest.mark.parametrize(("stage", "event", "final"), [*ends()])
async def test_what_was_paid_is_owed_to_the_buyer(shop: Shop, stage: Stage, event: Any, final: str):
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(stage.pieces), customer=CONSUMER, by=stage.type)
    await stage.road(order)
    assert await order.state("fulfillment") == stage.state
    await order.send("fulfillment", event)
    assert await order.payable() == [("OWED", order.total)]
    assert await order.credit() == []
    await check_ended(order, stage, final)


@pytest.mark.parametrize(("stage", "event", "final"), [*ends()])
async def test_what_stood_on_account_is_owed_no_longer(shop: Shop, stage: Stage, event: Any, final: str):
    await shop.stock((SHIRT, 5))
    await shop.limit(20_000)
    order = await shop.agreed(shirts(stage.pieces), customer=RESELLER, by=stage.type)
    await order.send("sale", SetPaymentMethod("INVOICE"))
    await stage.road(order)
    assert (await order.state("fulfillment"), await shop.exposure()) == (stage.state, order.total)
    await order.send("fulfillment", event)
    assert await shop.exposure() == 0
    assert await order.payable() == []
    assert sum(amount for _, amount in await order.credit()) == 0
    await check_ended(order, stage, final)


async def deliver(order: Order) -> None:
    await carry_out(order)
    await order.send("fulfillment", PackageDelivered(await order.pin()), by="rider")


async def ask_back(order: Order) -> None:
    await deliver(order)
    line = (await order.lines())[0]
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 1),), "Too small."))


async def accept_back(order: Order) -> None:
    await ask_back(order)
    await order.send("fulfillment", ReturnAccepted(), by="manager")


async def come_back(order: Order) -> None:
    await accept_back(order)
    line = (await order.lines())[0]
    await order.send("fulfillment", ReturnReceived((CameBack(line, 1, "SELLABLE"),)), by="manager")


@pytest.mark.parametrize(
    ("state", "road"),
    [
        ("DELIVERED", deliver),
        ("RETURN_REQUESTED", ask_back),
        ("RETURN_ACCEPTED", accept_back),
        ("RETURN_RECEIVED", come_back),
    ],
)
async def test_what_was_delivered_ends_early_no_longer(shop: Shop, state: str, road: Road):
    await shop.stock((SHIRT, 5))
    order = await shop.paid(shirts(2))
    await road(order)
    assert await order.state("fulfillment") == state
    before = await shop.rows()
    for event in (Cancel(WHY), Fail(WHY)):
        with pytest.raises(Refused):
            await order.send("fulfillment", event)
    assert await shop.rows() == before
