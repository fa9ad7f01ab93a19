"""Each law of the tables finds a row that was altered by hand, with the triggers off, and names it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.stories.shop import RESELLER, SHIRT, SHOES, Shop, person, shirts, shoes

from orderway.app import the_laws
from orderway.archive.laws import LAWS as ARCHIVE_LAWS
from orderway.catalogue.changes import Changed, change
from orderway.catalogue.commands import CreateProduct
from orderway.database import connect
from orderway.fulfillment.events import (
    Complete,
    FulfillmentStarted,
    PackageDelivered,
    PackageShipped,
    RefundIssued,
    Returned,
    ReturnReceived,
    ReturnRequested,
    ReturnWanted,
    RiderNamed,
    RiderSelected,
)
from orderway.fulfillment.interests.machine import Register
from orderway.fulfillment.payouts.ledger import Entered, Payout, pay_rider
from orderway.fulfillment.riders import volunteer
from orderway.insight.laws import LAWS as INSIGHT_LAWS
from orderway.outbound.laws import LAWS as DELIVERED_LAWS
from orderway.people.customers.laws import LAWS as CUSTOMER_LAWS
from orderway.people.laws import LAWS as PEOPLE_LAWS
from orderway.providers.laws import LAWS as PROVIDER_LAWS
from orderway.quotation.events import Edit, LineWanted
from orderway.sale.account_credit.laws import LAWS as ACCOUNT_LAWS
from orderway.sale.events import AdminOverrideRequested, CancelRequested, SetPaymentMethod
from orderway.sale.payments.events import Reverse
from orderway.sale.reconciliation.laws import LAWS as RECONCILIATION_LAWS
from orderway.stock.transfer_laws import TRANSFER_LAWS
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

# What is done by hand, and what the law of that name then says of which place.
ALTERED: dict[str, tuple[str, str, str]] = {
    "places of orders": (
        "UPDATE sale_order SET latitude = 6.5, longitude = 3.4 WHERE number = 'LAG-000001'",
        "order LAG-000001",
        "It goes to 6.5, 3.4, its address is at no place.",
    ),
    "promised days": (
        "UPDATE fulfillment SET promised_at = '2026-03-09Z' WHERE state = 'COMPLETED'",
        "order LAG-000001",
        "its address says no day.",
    ),
    "receivers' PINs": (
        "INSERT INTO fulfillment_pin SELECT store_id, id, 1, '271828' FROM fulfillment WHERE state = 'COMPLETED'",
        "order LAG-000001",
        "Event 1 made no PIN.",
    ),
    "distances of deliveries": (
        "UPDATE fulfillment SET sought_km = 3 WHERE state = 'COMPLETED'",
        "order LAG-000001",
        "It seeks no rider, and says how far it goes.",
    ),
    "stock quantity": (
        "UPDATE stock SET quantity = quantity + 1",
        "stock of SHIRT in LAG",
        "93 pieces lie there; the movements add up to 92.",
    ),
    "stock reserved": (
        "UPDATE reservation SET status = 'RELEASED' WHERE status = 'HELD'",
        "stock of SHIRT in LAG",
        "3 pieces are reserved; those held for lines add up to 0.",
    ),
    "lines sold": (
        "DELETE FROM movement WHERE kind = 'SALE' AND quantity = -4",
        "order LAG-000001",
        "Line 1 is committed with 4 pieces; its movements of sale and return say -2.",
    ),
    "reservations": (
        "UPDATE reservation SET quantity = 5 WHERE quantity = 4",
        "order LAG-000001",
        "What is reserved for line 1 is not what the line is for.",
    ),
    "captured money": (
        "UPDATE payable SET amount = 6 WHERE kind = 'UNALLOCATED'",
        "order LAG-000004",
        "Its confirmed payments are 5; its sale captured 0, and 6 is set aside.",
    ),
    "refunds": (
        "UPDATE payable SET amount = -1999 WHERE kind = 'PAID_OUT'",
        "order LAG-000001",
        "was refunded; the ledger paid out 1999.",
    ),
    "owed to the buyer": (
        "UPDATE payable SET amount = 2001 WHERE kind = 'OWED' AND amount = 2000",
        "order LAG-000001",
        "Its sale owes the buyer 2000; the ledger says 2001.",
    ),
    "paid out": (
        "UPDATE payable SET amount = 1999 WHERE kind = 'OWED' AND amount = 2000",
        "order LAG-000001",
        "1 more was paid out than was owed.",
    ),
    "reversed money": (
        "UPDATE payable SET amount = -299 WHERE kind = 'LOST'",
        "order LAG-000006",
        "Of its payments 300 was taken back; its sale says 0, and 299 is lost.",
    ),
    "payment references": (
        "UPDATE payment_reference SET reference = 'T-9' WHERE payment_id = (SELECT id FROM payment WHERE amount = 700)",
        "order LAG-000006",
        "the register calls it till T-9.",
    ),
    "exposure of sales": (
        "UPDATE sale SET context = replace(context::text, '\"exposed\":3000', '\"exposed\":2999')::json",
        "order LAG-000002",
        "Its sale owes 2999 on credit; what is still to pay for it is 3000.",
    ),
    "exposure of orders": (
        "UPDATE credit_entry SET amount = amount - 1",
        "order LAG-000002",
        "Its sale owes 3000 on credit; its entries add up to 2999.",
    ),
    "exposure of customers": (
        "UPDATE credit_profile SET exposure = 0",
        "customer Reseller",
        "The exposure is 0 NGN; the entries add up to 3000.",
    ),
    "earned credit": (
        "UPDATE customer_sales_agg SET cumulative = cumulative + 1",
        "customer Consumer",
        "1 sales with 2001 NGN are counted; 1 with 2000 are completed.",
    ),
    "totals": (
        "UPDATE order_line SET unit_price = 999 WHERE quantity = 3",
        "order LAG-000002",
        "Its 1 lines add up to 2997; its quotation says 3000 for 1 lines, its sale 3000.",
    ),
    "currencies": (
        "UPDATE sale_order SET currency = 'GHS' WHERE number = 'LAG-000004'",
        "order LAG-000004",
        "It is in GHS, but its payment is in NGN.",
    ),
    "lines": (
        "UPDATE order_line SET description = 'Gold' WHERE unit_price = 1050",
        "order LAG-000004",
        "Its lines are not those that the log has last.",
    ),
    "terms": (
        "UPDATE sale_order SET fulfillment_type = 'PICKUP' WHERE number = 'LAG-000003'",
        "order LAG-000003",
        "Its way of fulfillment does not fit what follows from it.",
    ),
    "overrides": (
        "UPDATE override_request SET state = 'DENIED'",
        "order LAG-000005",
        "Its sale says that its admin override is requested; requests that wait for a decision: 0.",
    ),
    "movements": (
        "UPDATE movement SET order_id = (SELECT id FROM sale_order WHERE number = 'LAG-000002') WHERE quantity = -4",
        "order LAG-000001",
        "A movement of -4 pieces for line 1 is of another order or variant.",
    ),
    "road": (
        "UPDATE fulfillment SET state = 'COMPLETED' WHERE state = 'SHIPPED'",
        "order LAG-000003",
        "its sale CLEARED_FOR_FULFILLMENT, its fulfillment COMPLETED: that does not fit.",
    ),
    "parts": (
        "UPDATE reservation SET part = 2 WHERE order_id = (SELECT id FROM sale_order WHERE number = 'LAG-000002')",
        "order LAG-000002",
        "Its fulfillments are the parts 1; it has goods for the parts 2.",
    ),
    "orders in parts": (
        "UPDATE fulfillment SET parted = true WHERE state = 'SHIPPED'",
        "order LAG-000003",
        "Its part 1 says that it is not the only one; parts in all: 1.",
    ),
    "goods of orders": (
        "UPDATE reservation SET status = 'RELEASED' WHERE status = 'HELD'",
        "order LAG-000002",
        "its fulfillment PICK_PACK; of its 1 lines 0 are missing, 0 held, 0 away, 1 free.",
    ),
    "prices of goods": (
        "UPDATE returned_goods SET quantity = 1",
        "order LAG-000001",
        "The price of what came back or was not brought is 1000; 2000 fell off its sale, and 0 was kept of it.",
    ),
    "returns": (
        "UPDATE return_line SET quantity = 3",
        "order LAG-000001",
        "Its return of 2026-03-02 12:00 is not kept as the log tells it.",
    ),
    "assigned riders": (
        "UPDATE rider_interest SET state = 'WITHDRAWN' WHERE state = 'ASSIGNED'",
        "order LAG-000003",
        "assigned: none.",
    ),
    "told riders": (
        "UPDATE outbox SET data = (data::jsonb - 'rider')::json WHERE type = 'order.rider_interest.assign'",
        "order LAG-000003",
        "names the rider nobody; it concerns 0198a000-0000-7000-8000-0000000000d4.",
    ),
    "rider earnings": (
        "UPDATE rider_ledger SET amount = 499 WHERE kind = 'EARNED'",
        "order LAG-000007",
        "Its delivery is worth 500 to its rider; the ledger says 499.",
    ),
    "idempotency keys of riders": (
        "DELETE FROM rider_ledger WHERE kind = 'PAID'",
        "key rider",
        "system was answered with an entry that the ledger does not know.",
    ),
    "rider payments": (
        "UPDATE rider_ledger SET amount = -501 WHERE kind = 'PAID'",
        "order LAG-000007",
        "Its rider 0198a000-0000-7000-8000-0000000000d4 is due -1 NGN.",
    ),
    "open returns": (
        "UPDATE sales_return SET refunded = NULL, refunded_to = NULL, refunded_at = NULL",
        "order LAG-000001",
        "Its fulfillment is COMPLETED; open returns: RECEIVED.",
    ),
    "idempotency keys of the catalogue": (
        """UPDATE spent_key SET answer = '{"product":"0198a000-0000-7000-8000-0000000000ff"}'""",
        "key tea",
        "system was answered with what the catalogue does not know as made.",
    ),
    "goods of returns": (
        "UPDATE returned_goods SET quantity = 3",
        "order LAG-000001",
        "Of line 1 3 pieces came back; 2 were asked back, and 4 brought.",
    ),
    "returned goods": (
        "UPDATE returned_goods SET condition = 'DAMAGED'",
        "order LAG-000001",
        "Of the 4 pieces of line 1 2 came back, 0 to sell again; 2 are back on the shelf.",
    ),
}


@pytest.fixture
async def cheat(shop: Shop, superuser_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection without triggers to a shop that knows every kind of row."""
    await shop.stock((SHIRT, 100))
    await returned(shop)
    await shop.limit(10_000)
    await (await shop.agreed(shirts(3), customer=RESELLER)).send("sale", SetPaymentMethod("INVOICE"))
    await brought_by_a_rider(shop)
    edited = await shop.order(shirts(1))
    await edited.pay(5)
    await edited.send("quotation", Edit((LineWanted(SHIRT, 2), LineWanted(SHOES, 1))))
    await (await shop.agreed(shoes(1))).send("sale", AdminOverrideRequested("They pay tomorrow."))
    await charged_back(shop)
    await made_once(shop)
    await earned_by_a_rider(shop)
    connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


async def returned(shop: Shop) -> None:
    """Half of it came back, was refunded, and the rest is completed."""
    order = await shop.paid(shirts(4), by="PICKUP")
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 2),), "Too small."))
    await order.send("fulfillment", ReturnReceived((Returned(line, 2, "SELLABLE"),)), by="manager")
    await order.send("fulfillment", RefundIssued(2000), by="accountant")
    await order.send("fulfillment", Complete())


async def charged_back(shop: Shop) -> None:
    """The sale is over, and its provider takes back a part of what was paid."""
    order = await shop.agreed(shoes(1))
    payment = await order.pay(700)
    await order.send("sale", CancelRequested("No longer wanted."))
    await order.send("payment", Reverse(300, "Chargeback."), by="accountant", to=payment)


async def made_once(shop: Shop) -> None:
    """A product that a key keeps from being made again."""

    async def work(tx: Transaction) -> Changed:
        return await change(tx, CreateProduct(name="Tea"))

    await shop.runner.once(work, Changed, key="tea", request="tea", actor=THE_SYSTEM)


async def brought_by_a_rider(shop: Shop) -> None:
    order = await shop.paid(shirts(6))
    await order.send("fulfillment", FulfillmentStarted())

    async def work(tx: Transaction) -> Moved:
        return await volunteer(tx, await order.ref("fulfillment"), Register(500, 20), rider=person("rider"))

    offered = await shop.runner.run(work, actor=THE_SYSTEM)
    await order.send("fulfillment", RiderSelected(offered.ref.id))
    await order.send("fulfillment", PackageShipped(), by="rider")


async def earned_by_a_rider(shop: Shop) -> None:
    """Its rider was paid a part of what they earned."""
    await shop.stock((SHIRT, 1))
    order = await shop.paid(shirts(1))
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", RiderNamed(person("rider"), 500))
    await order.send("fulfillment", PackageShipped(), by="rider")
    await order.send("fulfillment", PackageDelivered(await order.pin()), by="rider")
    delivery = await order.ref("fulfillment")

    async def work(tx: Transaction) -> Entered:
        return await pay_rider(tx, delivery, Payout(amount=100, method="CASH"))

    await shop.runner.once(work, Entered, key="rider", request="pay", actor=THE_SYSTEM)


async def test_every_law_names_the_row_that_was_altered(cheat: asyncpg.Connection):
    laws = {law.name: law for law in the_laws()}
    slices = (
        RECONCILIATION_LAWS,
        PROVIDER_LAWS,
        TRANSFER_LAWS,
        ACCOUNT_LAWS,
        PEOPLE_LAWS,
        CUSTOMER_LAWS,
        DELIVERED_LAWS,
        INSIGHT_LAWS,
        ARCHIVE_LAWS,
    )
    elsewhere = {law.name for laws_of_slice in slices for law in laws_of_slice}
    assert set(ALTERED) == set(laws) - elsewhere
    assert [row for law in laws.values() for row in await cheat.fetch(law.query)] == []
    for name, (statement, where, sentence) in ALTERED.items():
        by_hand = cheat.transaction()
        await by_hand.start()
        await cheat.execute(statement)
        found = [tuple(row) for row in await cheat.fetch(laws[name].query)]
        await by_hand.rollback()
        assert any(place == where and said.endswith(sentence) for place, said in found), (name, found)


GONE = {
    "exposure of customers": ("DELETE FROM credit_profile WHERE exposure > 0", "customer Reseller"),
    "overrides": ("DELETE FROM override_request", "order LAG-000005"),
    "payment references": ("DELETE FROM payment_reference", "order LAG-000001"),
    "road": ("DELETE FROM quotation", "order LAG-000004"),
    "goods of orders": ("DELETE FROM reservation WHERE status = 'COMMITTED'", "order LAG-000003"),
    "returns": ("DELETE FROM sales_return", "order LAG-000001"),
}


@pytest.mark.parametrize("name", GONE)
async def test_a_law_names_the_place_of_a_row_that_is_gone(cheat: asyncpg.Connection, name: str):
    statement, place = GONE[name]
    (law,) = (law for law in the_laws() if law.name == name)
    await cheat.execute(statement)
    assert place in [row[0] for row in await cheat.fetch(law.query)]
