"""Money of refunds that stays with the store: it pays other orders of the buyer, or is paid out, and never twice."""

from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

import asyncpg
import pytest
from tests.stories.shop import CONSUMER, LAGOS, RESELLER, SHIRT, SHOES, Order, Shop, actor, shirts, shoes

from orderway.fulfillment.events import (
    FulfillmentStarted,
    PackageDelivered,
    RefundIssued,
    Returned,
    ReturnReceived,
    ReturnRequested,
    ReturnWanted,
)
from orderway.sale.account_credit.ledger import Account, Payout, pay_out
from orderway.sale.account_credit.spending import pay_from_account
from orderway.sale.events import CancelRequested, SetPaymentMethod
from orderway.sale.payments.events import Dispute, Refund, Reverse
from orderway.sale.payments.opening import NewPayment, register
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Invalid, Refused
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

CONSUMERS = Account(LAGOS, CONSUMER, "NGN")


async def spend(order: Order, amount: int, *, by: Actor | None = None) -> Moved:
    """Pay an order out of its buyer's account."""

    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await pay_from_account(tx, amount)

    return await order.shop.runner.run(work, actor=by or actor("biller"))


async def give(shop: Shop, amount: int, note: str = "In cash.", *, account: Account = CONSUMERS) -> None:
    """Pay something out of an account."""

    async def work(tx: Transaction) -> None:
        await pay_out(tx, Payout(account, amount, note))

    await shop.runner.run(work, actor=actor("accountant"))


async def held(shop: Shop, customer: UUID = CONSUMER) -> int:
    """What the account of a customer holds."""
    amount = await shop.pool.fetchval("SELECT balance FROM account_credit WHERE customer_id = $1", customer)
    return amount or 0


async def entries(shop: Shop) -> list[tuple[str, int]]:
    return [
        tuple(row) for row in await shop.pool.fetch("SELECT kind, amount FROM account_credit_entry ORDER BY at, id")
    ]


async def given_back(shop: Shop, pieces: int = 2, *, customer: UUID = CONSUMER) -> Order:
    """Somebody paid four shirts and brought some back: their price is on the account."""
    order = await shop.paid(shirts(4), customer=customer, by="PICKUP")
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, pieces),), "Too small."))
    await order.send("fulfillment", ReturnReceived((Returned(line, pieces, "SELLABLE"),)), by="manager")
    await order.send("fulfillment", RefundIssued(1000 * pieces, "ACCOUNT"), by="accountant")
    return order


@pytest.fixture
async def stocked(shop: Shop) -> Shop:
    await shop.stock((SHIRT, 50), (SHOES, 50))
    return shop


async def test_the_price_of_returned_goods_comes_onto_the_account(stocked: Shop):
    order = await given_back(stocked)
    assert await order.payable() == [("OWED", 2000), ("PAID_OUT", -2000)]
    payment = await order.context("payment")
    assert (payment.refunded, payment.credited, payment.left) == (2000, 2000, 2000)
    assert await held(stocked) == 2000
    assert await entries(stocked) == [("REFUNDED", 2000)]
    assert await stocked.row("SELECT refunded, refunded_to FROM sales_return") == (2000, "ACCOUNT")
    assert (await order.told())[-2:] == ["payment.refund", "payment.credited"]
    assert await stocked.findings() == []


async def test_it_pays_another_order_together_with_cash(stocked: Shop):
    await given_back(stocked)
    order = await stocked.agreed(shoes(1))
    paid = await spend(order, 1500)
    assert paid.to_state == "CONFIRMED"
    payment = await order.context("payment")
    assert (payment.method, payment.provider, payment.amount) == ("ACCOUNT_CREDIT", "account", 1500)
    assert await order.state("sale") == "PAYMENT_PENDING_CONFIRMATION"
    await order.pay(3500)
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await held(stocked) == 500
    assert await entries(stocked) == [("REFUNDED", 2000), ("SPENT", -1500)]
    assert await stocked.findings() == []


async def test_what_it_paid_goes_back_onto_it_when_the_sale_is_cancelled(stocked: Shop):
    await given_back(stocked)
    order = await stocked.agreed(shoes(1))
    await spend(order, 1500)
    await order.send("sale", CancelRequested("Changed their mind."))
    await order.send("payment", Refund(1500), by="accountant")
    assert await order.state("payment") == "REFUNDED"
    assert await held(stocked) == 2000
    assert await entries(stocked) == [("REFUNDED", 2000), ("SPENT", -1500), ("REFUNDED", 1500)]
    assert await stocked.findings() == []


async def test_what_was_paid_too_much_can_come_onto_it(stocked: Shop):
    order = await stocked.agreed(shirts(2))
    await order.pay(2600)
    await order.send("payment", Refund(600, "ACCOUNT"), by="accountant")
    assert await held(stocked) == 600
    assert await order.payable() == [("OWED", 600), ("PAID_OUT", -600)]
    assert await stocked.findings() == []


async def test_it_settles_what_was_bought_on_credit(stocked: Shop):
    await stocked.limit(10_000)
    await given_back(stocked, customer=RESELLER)
    order = await stocked.agreed(shirts(4), customer=RESELLER)
    await order.send("sale", SetPaymentMethod("INVOICE"))
    assert await stocked.exposure() == 4000
    await spend(order, 2000, by=actor("reseller"))
    assert await stocked.exposure() == 2000
    assert await held(stocked, RESELLER) == 0
    assert await stocked.findings() == []


async def test_a_part_of_it_is_paid_out(stocked: Shop):
    await given_back(stocked)
    await give(stocked, 1200)
    assert await held(stocked) == 800
    assert await entries(stocked) == [("REFUNDED", 2000), ("PAID_OUT", -1200)]
    row = await stocked.row("SELECT note, actor FROM account_credit_entry WHERE kind = 'PAID_OUT'")
    assert row == ("In cash.", actor("accountant").id)
    assert await stocked.findings() == []


async def refused(shop: Shop, doing: Callable[[], Awaitable[object]], *, match: str, kind: type[Exception]) -> None:
    """Nothing is written where it is refused."""
    before = await shop.rows(), await held(shop)
    with pytest.raises(kind, match=match):
        await doing()
    assert (await shop.rows(), await held(shop)) == before


async def test_no_more_is_taken_from_it_than_it_holds(stocked: Shop):
    await given_back(stocked)
    order = await stocked.agreed(shoes(1))
    await refused(stocked, partial(spend, order, 2001), match="which is less", kind=Invalid)
    await refused(stocked, partial(give, stocked, 2001), match=r"The account holds NGN\s20\.00, which is less",
                  kind=Invalid)  # fmt: skip
    other = Account(LAGOS, RESELLER, "NGN")
    await refused(stocked, partial(give, stocked, 1, account=other), match="which is less", kind=Invalid)
    cedis = Account(LAGOS, CONSUMER, "GHS")
    await refused(stocked, partial(give, stocked, 1, account=cedis), match="which is less", kind=Invalid)
    theirs = await stocked.agreed(shoes(1), customer=RESELLER)
    await refused(stocked, partial(spend, theirs, 1), match="which is less", kind=Invalid)


async def test_it_pays_no_more_than_is_to_pay(stocked: Shop):
    await given_back(stocked)
    order = await stocked.agreed(shirts(1))
    for amount, sentence in ((1001, "Only NGN\\s10.00 is still to pay"), (0, "more than nothing"), (-5, "more than")):
        await refused(stocked, partial(spend, order, amount), match=sentence, kind=Invalid)
    await spend(order, 1000)
    await refused(stocked, partial(spend, order, 1), match="is still to pay", kind=Invalid)
    draft = await stocked.order(shirts(1))
    await refused(stocked, partial(spend, draft, 1), match="no sale that takes a payment", kind=Invalid)
    over = await stocked.agreed(shirts(1))
    await over.send("sale", CancelRequested("Not wanted."))
    await refused(stocked, partial(spend, over, 1), match="no sale that takes a payment", kind=Invalid)


async def test_nothing_is_paid_out_for_no_reason(stocked: Shop):
    await given_back(stocked)
    for amount in (0, -1):
        await refused(stocked, partial(give, stocked, amount), match="must be more than nothing", kind=Invalid)
    await refused(stocked, partial(give, stocked, 1, " "), match="Note is missing", kind=Invalid)


async def test_who_may_not_pay_from_it_is_refused(stocked: Shop):
    await given_back(stocked)
    order = await stocked.agreed(shirts(1))
    by = partial(spend, order, 1000, by=actor("rider"))
    await refused(stocked, by, match="You may not pay from the buyer's account", kind=Refused)


async def test_nobody_brings_what_is_on_it(stocked: Shop):
    await given_back(stocked)
    order = await stocked.agreed(shirts(1))
    brought = NewPayment(amount=1000, currency="NGN", method="ACCOUNT_CREDIT", provider="till")

    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await register(tx, brought)

    bring = partial(stocked.runner.run, work, actor=actor("accountant"))
    await refused(stocked, bring, match="Nobody brings what is on the buyer's account", kind=Invalid)


@pytest.mark.parametrize("way", [Reverse(500, "Chargeback."), Dispute(500, "Not delivered.")])
async def test_no_provider_takes_back_what_it_paid(stocked: Shop, way: Reverse | Dispute):
    await given_back(stocked)
    order = await stocked.agreed(shoes(1))
    await spend(order, 1500)
    take = partial(order.send, "payment", way, by="accountant")
    await refused(stocked, take, match="must have come from outside", kind=Refused)


async def test_the_database_itself_keeps_the_account_from_falling_below_nothing(stocked: Shop):
    await given_back(stocked)
    with pytest.raises(asyncpg.CheckViolationError, match="account_credit_balance_check"):
        await stocked.pool.execute(
            "INSERT INTO account_credit_entry (store_id, customer_id, currency, kind, amount, note, at, actor)"
            " VALUES ($1, $2, 'NGN', 'PAID_OUT', -2001, 'By hand', now(), 'system')",
            LAGOS, CONSUMER,
        )  # fmt: skip
    with pytest.raises(asyncpg.PostgresError, match="is the sum of its entries: it is never set"):
        await stocked.pool.execute("UPDATE account_credit SET balance = 5000")
    with pytest.raises(asyncpg.PostgresError, match="is the sum of its entries: it is never set"):
        await stocked.pool.execute(
            "INSERT INTO account_credit (store_id, customer_id, currency, balance) VALUES ($1, $2, 'NGN', 5)",
            LAGOS, RESELLER,
        )  # fmt: skip
    assert await held(stocked) == 2000
