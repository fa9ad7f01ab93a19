"""One account and many who would spend it, and two clerks with one return: each piece and each kobo counts once."""

from functools import partial

from tests.races.crowd import CROWD, ROUNDS, at_once, kinds
from tests.races.test_lock_order import tries
from tests.stories.shop import CONSUMER, LAGOS, RESELLER, SHIRT, Order, Shop, actor, shirts

from orderway.fulfillment.events import (
    FulfillmentStarted,
    PackageDelivered,
    RefundIssued,
    ReturnAccepted,
    Returned,
    ReturnReceived,
    ReturnRejected,
    ReturnRequested,
    ReturnWanted,
)
from orderway.sale.account_credit.ledger import Account, PaidOutBy, Payout, pay_out
from orderway.sale.account_credit.spending import pay_from_account
from orderway.sale.events import SetPaymentMethod
from orderway.sale.payments.events import Refund
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

CONSUMERS = Account(LAGOS, CONSUMER, "NGN")


async def spend(order: Order, amount: int) -> Moved:
    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await pay_from_account(tx, amount)

    return await order.shop.runner.run(work, actor=actor("biller"))


async def give(shop: Shop, amount: int) -> PaidOutBy:
    async def work(tx: Transaction) -> PaidOutBy:
        return await pay_out(tx, Payout(CONSUMERS, amount, "In cash."))

    return await shop.runner.run(work, actor=actor("accountant"))


async def credited(shop: Shop, amount: int) -> None:
    """Somebody paid so much too much: it is on their account."""
    order = await shop.agreed(shirts(1))
    await order.pay(1000 + amount)
    await order.send("payment", Refund(amount, "ACCOUNT"), by="accountant")


async def held(shop: Shop) -> int:
    return int(await shop.pool.fetchval("SELECT balance FROM account_credit"))


async def collected(shop: Shop, pieces: int) -> Order:
    order = await shop.paid(shirts(pieces), by="PICKUP")
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    return order


async def test_what_an_account_holds_pays_one_of_many_orders(shop: Shop) -> None:
    for _ in range(ROUNDS):
        await credited(shop, 1000)
        orders = [await shop.agreed(shirts(1)) for _ in range(CROWD)]
        answers = await at_once(*(partial(spend, order, 1000) for order in orders))
        assert kinds(answers) == ["Invalid"] * (CROWD - 1) + ["Moved"]
        assert await held(shop) == 0
    assert await shop.findings() == []


async def test_what_an_account_holds_is_paid_out_once(shop: Shop) -> None:
    for _ in range(ROUNDS):
        await credited(shop, 1000)
        answers = await at_once(*(partial(give, shop, 1000) for _ in range(CROWD)))
        assert kinds(answers) == ["Invalid"] * (CROWD - 1) + ["PaidOutBy"]
        assert await held(shop) == 0
    assert await shop.findings() == []


async def test_an_account_is_spent_and_paid_out_no_further_than_it_goes(shop: Shop) -> None:
    for _ in range(ROUNDS):
        await credited(shop, 2500)
        orders = [await shop.agreed(shirts(1)) for _ in range(CROWD // 2)]
        payouts = [partial(give, shop, 1000) for _ in range(CROWD // 2)]
        answers = await at_once(*(partial(spend, order, 1000) for order in orders), *payouts)
        assert len([each for each in answers if isinstance(each, Moved | PaidOutBy)]) == 2
        assert kinds(answers).count("Invalid") == CROWD - 2
        assert await held(shop) == 500
        await give(shop, 500)
    assert await shop.findings() == []


async def test_refunds_come_onto_the_account_while_it_is_spent(shop: Shop) -> None:
    """Whoever comes and goes, nobody waits for another in a circle, and every entry counts."""
    for _ in range(ROUNDS):
        await credited(shop, CROWD * 500)
        before = await held(shop)
        coming = [await shop.agreed(shirts(1)) for _ in range(CROWD // 2)]
        for order in coming:
            await order.pay(1300)
        going = [await shop.agreed(shirts(1)) for _ in range(CROWD // 2)]
        onto = [partial(order.send, "payment", Refund(300, "ACCOUNT"), by="accountant") for order in coming]
        answers = await at_once(*onto, *(partial(spend, order, 1000) for order in going))
        assert kinds(answers) == ["Moved"] * CROWD
        assert await held(shop) == before + 300 * (CROWD // 2) - 1000 * (CROWD // 2)
        await give(shop, await held(shop))
    assert await shop.findings() == []


async def test_a_return_is_answered_once_by_many_clerks(shop: Shop) -> None:
    await shop.stock((SHIRT, 50))
    for _ in range(ROUNDS):
        order = await collected(shop, 2)
        (line,) = await order.lines()
        await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 2),), "Too small."))
        accepting = [partial(order.send, "fulfillment", ReturnAccepted(), by="manager") for _ in range(CROWD)]
        assert kinds(await at_once(*accepting)) == ["Moved"] + ["Refused"] * (CROWD - 1)
        shelf, _ = await shop.shelf(SHIRT)
        ways = (ReturnReceived((Returned(line, 2, "SELLABLE"),)), ReturnRejected("Worn."))
        answers = await at_once(
            *(partial(order.send, "fulfillment", way, by="manager") for way in ways for _ in range(CROWD // 2))
        )
        assert kinds(answers) == ["Moved"] + ["Refused"] * (CROWD - 1)
        is_back = await order.state("fulfillment") == "RETURN_RECEIVED"
        assert await shop.shelf(SHIRT) == (shelf + (2 if is_back else 0), 0)
    assert await shop.findings() == []


async def test_returned_goods_are_refunded_once(shop: Shop) -> None:
    await shop.stock((SHIRT, 50))
    for _ in range(ROUNDS):
        order = await collected(shop, 2)
        (line,) = await order.lines()
        await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 1),), "Too small."))
        await order.send("fulfillment", ReturnReceived((Returned(line, 1, "DAMAGED"),)), by="manager")
        ways = (RefundIssued(1000), RefundIssued(1000, "ACCOUNT"))
        answers = await at_once(
            *(partial(order.send, "fulfillment", way, by="accountant") for way in ways for _ in range(CROWD // 2))
        )
        assert kinds(answers) == ["Moved"] + ["Refused"] * (CROWD - 1)
        assert (await order.context("sale")).refunded_total == 1000
        assert await order.payable() == [("OWED", 1000), ("PAID_OUT", -1000)]
    assert await shop.findings() == []


async def half_paid(shop: Shop) -> Order:
    """Goods on account came back of which half is paid: a part is owed no longer, and a part goes onto the account."""
    order = await shop.agreed(shirts(2), customer=RESELLER, by="PICKUP")
    await order.send("sale", SetPaymentMethod("INVOICE"))
    await order.pay(1000)
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", PackageDelivered(await order.pin()))
    (line,) = await order.lines()
    await order.send("fulfillment", ReturnRequested((ReturnWanted(line, 2),), "Too many."))
    await order.send("fulfillment", ReturnReceived((Returned(line, 2, "SELLABLE"),)), by="manager")
    return order


async def test_credit_and_account_are_locked_in_one_order(shop: Shop) -> None:
    """Refunds move what a customer owes, then their account; payments out of it look at both, in the same order."""
    await shop.stock((SHIRT, 50))
    await shop.limit(1_000_000)
    await (paid := await shop.agreed(shirts(1), customer=RESELLER)).pay(1000 + CROWD * 500)
    await paid.send("payment", Refund(CROWD * 500, "ACCOUNT"), by="accountant")
    coming = [await half_paid(shop) for _ in range(CROWD // 2)]
    going = [await shop.agreed(shirts(2), customer=RESELLER) for _ in range(CROWD // 2)]
    onto = [partial(order.send, "fulfillment", RefundIssued(1000, "ACCOUNT"), by="accountant") for order in coming]
    assert await tries(shop, *onto, *(partial(spend, order, 500) for order in going)) == CROWD
    assert await held(shop) == CROWD * 500 + CROWD // 2 * (1000 - 500)
    assert await shop.exposure() == 0
    assert await shop.findings() == []
