"""The way over: what a former system still does is refused in a sentence, and what Orderway began stays its own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from tests.flags.judged import switched
from tests.stories.shop import CONSUMER, DOOR, LAGOS, RESELLER, SHIRT, Order, Shop, actor, person, shirts
from tests.versions.two import as_the_newest, with_two

from orderway.app import make_workflow
from orderway.coordinator import begin_left
from orderway.fulfillment.backorders import serve_all
from orderway.fulfillment.events import FulfillmentStarted, Hold, RiderNamed, RiderSelected
from orderway.fulfillment.interests.machine import Register
from orderway.fulfillment.riders import volunteer
from orderway.ids import new_id
from orderway.outbound.delivery import deliver
from orderway.outbound.feed import begin
from orderway.outbound.notifying import Notifications
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.quotation.opening import NewOrder, place
from orderway.sale.events import CancelRequested, SetPaymentMethod
from orderway.sale.payments.events import Confirm, Reverse
from orderway.sale.payments.opening import NewPayment, register
from orderway.workflow import migration_runs
from orderway.workflow.actor import Actor
from orderway.workflow.batches import Pace, go_through
from orderway.workflow.errors import Refused
from orderway.workflow.gate import has_gone_on
from orderway.workflow.kinds import Moved
from orderway.workflow.migrating import Aim, Migrating
from orderway.workflow.migration_runs import Wish
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

FORMER = Actor("import:legacy", permissions=None)
SALES_ELSEWHERE = "Sales of Lagos Island are still handled in the former system."


@pytest.fixture
async def shop(pool: asyncpg.Pool) -> Shop:
    """A shop with people, buyers and a catalogue, and empty shelves."""
    opened = Shop(pool)
    await opened.furnish()
    return opened


@contextmanager
def flagged(shop: Shop, **words: str) -> Iterator[None]:
    """As long as it lasts, flags say so of the shop."""
    before = shop.workflow, shop.runner
    with switched(**words) as flags:
        shop.workflow = make_workflow(shop.settings, flags)
        shop.runner = Runner(shop.pool, shop.workflow, lambda: shop.now)
        yield
    shop.workflow, shop.runner = before


async def imported(shop: Shop, customer: UUID = CONSUMER) -> Order:
    """An order of the former system as its import tells it: its sale is open."""
    new = NewOrder(
        store_id=LAGOS, customer_id=customer, currency="NGN", fulfillment_type="DELIVERY", lines=(shirts(2),),
        biller_id=person("biller"), delivery=DOOR, valid_until=shop.now + timedelta(days=7),
    )  # fmt: skip

    async def work(tx: Transaction) -> Moved:
        return await place(tx, new)

    order = Order(shop, (await shop.runner.run(work, actor=FORMER)).order_id, 2000)
    for event in (Share(), BuyerApproves(1), SellerApproves(1)):
        await order.send("quotation", event, by=FORMER)
    return order


async def refused(order: Order, machine: str, event: object, *, by: str | Actor = "biller") -> str:
    """Why an event is refused; nothing was written."""
    before = await order.shop.rows()
    with pytest.raises(Refused) as no:
        await order.send(machine, event, by=by)
    assert await order.shop.rows() == before
    (reason,) = no.value.refusal.reasons
    assert (reason.guard, reason.help) == ("former_system", "settings.manage")
    return reason.sentence


async def test_a_sale_of_the_former_system_is_refused_to_people_and_told_by_its_import(shop: Shop):
    order = await imported(shop)
    with flagged(shop, sales="store:KAN"):
        assert await refused(order, "sale", SetPaymentMethod("CASH")) == SALES_ELSEWHERE
        with pytest.raises(Refused, match="Sales of Lagos Island are still handled"):
            await order.register(2000)
        with pytest.raises(Refused, match="Sales of Lagos Island are still handled"):
            await shop.order(shirts(1))
        await order.send("sale", SetPaymentMethod("CASH"), by=FORMER)
        assert await order.state("sale") == "PAYMENT_INITIATED"
    with flagged(shop, sales="store:LAG"):
        await order.pay(2000)
        assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await shop.findings() == []


async def test_what_orderway_began_stays_its_own_when_the_flag_is_taken_back(shop: Shop):
    begun, taken_over, left = await shop.agreed(shirts(2)), await imported(shop), await imported(shop)
    await taken_over.send("sale", SetPaymentMethod("CASH"))
    with flagged(shop, sales="off"):
        await begun.pay(2000)
        await taken_over.pay(2000)
        assert await refused(left, "sale", SetPaymentMethod("CASH")) == SALES_ELSEWHERE
    assert (await begun.state("fulfillment"), await taken_over.state("fulfillment")) == ("BACKORDERED", "BACKORDERED")


async def test_a_role_that_is_not_among_them_is_refused_what_others_do_here(shop: Shop):
    order = await shop.agreed(shirts(2))
    biller = Actor(actor("biller").id, actor("biller").permissions, roles=frozenset({"BILLER"}))
    manager = Actor(actor("manager").id, actor("manager").permissions, roles=frozenset({"MANAGER"}))
    with flagged(shop, sales="role:MANAGER"):
        assert await refused(order, "sale", SetPaymentMethod("CASH"), by=biller) == SALES_ELSEWHERE
        await order.send("sale", SetPaymentMethod("CASH"), by=manager)
        assert await shop.wait(days=2) == 1  # timers act for all


async def test_where_the_former_system_fulfills_a_cleared_sale_begins_nothing_here(shop: Shop):
    await shop.stock((SHIRT, 5))
    with flagged(shop, sales="on", fulfillments="off"):
        order = await shop.paid(shirts(2))
        assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", None)
        assert (await order.told())[-1] == "sale.cleared"
        assert (await begin_left(shop.runner)).sent == 0
    other = await shop.paid(shirts(2))
    with flagged(shop, sales="on", fulfillments="off"):
        await other.send("fulfillment", Hold("It was begun here."))
    assert await shop.findings() == []
    assert (await begin_left(shop.runner)).sent == 1  # the former system fulfills no longer
    assert await order.state("fulfillment") == "PICK_PACK"
    assert await shop.findings() == []


async def test_what_follows_from_an_event_that_was_let_in_follows(shop: Shop):
    await shop.stock((SHIRT, 5))
    order = await imported(shop)

    async def pay(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await register(tx, NewPayment(amount=2000, currency="NGN", method="CASH", provider="till"))

    payment = (await shop.runner.run(pay, actor=FORMER)).ref.id
    await order.send("payment", Confirm(), by=FORMER, to=payment)
    with flagged(shop, sales="on", fulfillments="off"):
        sentence = await refused(order, "fulfillment", Hold("It is theirs."))
        assert sentence == "Fulfillments of Lagos Island are still handled in the former system."
        await order.send("payment", Reverse(2000, "The bank took it back."), by="accountant", to=payment)
        assert await order.states() == ("MUTUALLY_APPROVED", "PAYMENT_PENDING_CONFIRMATION", "ON_HOLD")
    assert await shop.findings() == []


async def test_goods_are_held_for_nobody_whom_the_former_system_serves(shop: Shop):
    theirs, ours = await imported(shop), await shop.agreed(shirts(2))
    with flagged(shop, sales="off"):
        await shop.stock((SHIRT, 2))
        assert await serve_all(shop.runner) == 1
    held = "SELECT status FROM reservation WHERE order_id = $1"
    assert await shop.row(held, theirs.id) == ("MISSING",)
    assert await shop.row(held, ours.id) == ("HELD",)


async def test_without_credit_checks_a_sale_on_account_clears_and_its_log_says_so(shop: Shop):
    await shop.limit(1000)
    with flagged(shop, sales="on", credit_checks="off"):
        order = await shop.agreed(shirts(2), customer=RESELLER)
        await order.send("sale", SetPaymentMethod("INVOICE"))
        assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
        theirs = await imported(shop, RESELLER)
        await theirs.send("sale", SetPaymentMethod("INVOICE"), by=FORMER)
        assert await theirs.state("sale") == "OVERRIDE_REVIEW"  # an import clears nothing that evidence does not
    checked = (
        "SELECT facts ->> 'credit_checked' FROM transition_log WHERE order_id = $1 AND event = 'SET_PAYMENT_METHOD'"
    )
    assert await shop.row(checked, order.id) == ("false",)
    assert await shop.row(checked, theirs.id) == ("true",)
    assert (await order.context("sale")).cleared_by == "credit"
    assert await shop.exposure() == 2000
    assert await shop.findings() == []


async def test_without_rider_selection_riders_hear_of_nothing_and_can_not_offer_but_can_be_named(shop: Shop):
    await shop.stock((SHIRT, 5))
    with flagged(shop, rider_selection="off"):
        order = await shop.paid(shirts(2))
        await order.send("fulfillment", FulfillmentStarted())
        assert "fulfillment.available" not in await order.told()
        delivery = await order.ref("fulfillment")

        async def offer(tx: Transaction) -> Moved:
            return await volunteer(tx, delivery, Register(500, 10), rider=person("rider"))

        before = await shop.rows()
        with pytest.raises(Refused, match="Riders of Lagos Island still offer to deliver in the former system"):
            await shop.runner.run(offer, actor=actor("rider"))
        assert await shop.rows() == before
        sentence = await refused(order, "fulfillment", RiderSelected(new_id()))
        assert sentence == "Riders of Lagos Island still offer to deliver in the former system."
        await order.send("fulfillment", RiderNamed(person("rider"), 500))
        assert await order.state("fulfillment") == "RIDER_ASSIGNED"


async def test_without_expiry_what_is_due_is_put_off_and_not_lost(shop: Shop):
    order = await shop.agreed(shirts(2))
    with flagged(shop, sales="on", expiry="off"):
        assert await shop.wait(days=2) == 0
        assert await order.state("sale") == "AWAITING_PAYMENT_METHOD"
    assert await shop.wait(hours=1) == 1
    assert await order.state("sale") == "EXPIRED"


async def test_without_events_out_nobody_hears_of_what_happens_until_then(shop: Shop):
    notifications = Notifications(shop.settings)

    async def heard() -> set[str]:
        await deliver(shop.runner, notifications)
        return {row["type"] for row in await shop.pool.fetch("SELECT DISTINCT type FROM notification")}

    async with shop.pool.acquire() as connection:
        await begin(connection, notifications.name, now=shop.now)
    with flagged(shop, events_out="off"):
        order = await shop.agreed(shirts(2))
        assert await heard() == set()
    await order.send("sale", CancelRequested("The buyer thought better of it."))
    assert await heard() == {"order.sale.cancel_requested"}


async def test_the_log_replays_the_same_whatever_the_flags_say(shop: Shop):
    await shop.limit(1000)
    with flagged(shop, credit_checks="off"):
        order = await shop.agreed(shirts(2), customer=RESELLER)
        await order.send("sale", SetPaymentMethod("INVOICE"))
    with flagged(shop, sales="off"):
        assert await shop.findings() == []


async def gone_on(order: Order) -> bool:
    """Whether anybody here has gone on with it."""

    async def work(tx: Transaction) -> bool:
        await tx.lock(LAGOS, order.id)
        return await has_gone_on(tx)

    return await order.shop.runner.run(work, actor=FORMER)


async def test_only_people_go_on_with_an_order_that_was_brought_over(shop: Shop):
    order = await imported(shop)
    assert not await gone_on(order)
    await order.send("sale", SetPaymentMethod("CASH"))
    assert await gone_on(order)


async def test_who_brings_an_order_to_another_version_does_not_go_on_with_it(shop: Shop):
    order, operator = await imported(shop), Actor("operator:ada", permissions=frozenset())
    shop.workflow = with_two(shop.workflow)
    wish = Wish(machine="sale", to_version=2, actor=operator.id, reason="It is here")
    with as_the_newest():
        async with shop.pool.acquire() as connection:
            run = await migration_runs.begin(connection, wish, at=shop.now)
        work = Migrating(Aim(shop.workflow.kind("sale"), 2), run.id, operator, run.reason)
        await go_through(
            shop.pool, work, Pace(size=9, clock=lambda: shop.now, stop=asyncio.Event(), resting=0, pause=0)
        )
        assert (await order.told())[-1] == "sale.migrated"
        assert not await gone_on(order)
