"""The same money reported many times, and money that meets the end of its sale: it counts once, and is never lost."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from tests.races.crowd import CROWD, ROUNDS, at_once, kinds, late
from tests.stories.shop import LAGOS, SHIRT, Order, Shop, actor, shirts

from orderway.sale.events import CancelRequested
from orderway.sale.payments.events import Confirm, Dispute, Refund, Reverse
from orderway.sale.payments.opening import NewPayment, register
from orderway.workflow.kinds import Moved
from orderway.workflow.timers import Swept, sweep
from orderway.workflow.transaction import Transaction


async def report(order: Order, reference: str) -> Moved:
    """What a provider's report does: register the payment, unless it is known, and confirm it."""

    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        new = NewPayment(amount=4000, currency="NGN", method="CARD", provider="bank", reference=reference)
        return await register(tx, new)

    payment = (await order.shop.runner.run(work, actor=actor("accountant"))).ref
    return await order.shop.runner.send(payment, Confirm(), actor=actor("accountant"))


async def confirm(order: Order, payment: UUID) -> Moved:
    return await order.send("payment", Confirm(), by="accountant", to=payment)


async def test_a_payment_that_is_confirmed_many_times_at_once_is_captured_once(shop: Shop) -> None:
    for _ in range(ROUNDS):
        order = await shop.agreed(shirts(4))
        payment = await order.register(2000)
        answers = await at_once(*(partial(confirm, order, payment) for _ in range(CROWD)))
        assert kinds(answers) == ["Moved"] + ["Refused"] * (CROWD - 1)
        assert (await order.context("sale")).captured_total == 2000
    assert await shop.findings() == []


async def test_copies_of_one_report_make_one_payment(shop: Shop) -> None:
    for number in range(ROUNDS):
        order = await shop.agreed(shirts(4))
        answers = await at_once(*(partial(report, order, f"report {number}") for _ in range(CROWD)))
        assert kinds(answers) == ["AlreadyRegistered"] * (CROWD - 1) + ["Moved"]
        assert await shop.row("SELECT count(*) FROM payment WHERE order_id = $1", order.id) == (1,)
        assert (await order.context("sale")).captured_total == 4000
    assert await shop.findings() == []


async def test_one_reference_for_two_orders_pays_one_of_them(shop: Shop) -> None:
    orders = [await shop.agreed(shirts(4)) for _ in range(2)]
    answers = await at_once(*(partial(report, order, "the same") for order in orders * (CROWD // 2)))
    assert kinds(answers) == ["AlreadyRegistered"] * (CROWD - 1) + ["Moved"]
    assert sorted([(await order.context("sale")).captured_total for order in orders]) == [0, 4000]
    assert await shop.findings() == []


async def test_what_was_paid_too_much_goes_back_once(shop: Shop) -> None:
    for _ in range(ROUNDS):
        order = await shop.agreed(shirts(2))
        payments = [await order.pay(1000), await order.pay(2000)]
        refunds = [
            partial(order.send, "payment", Refund(1000), by="accountant", to=payment)
            for payment in payments * (CROWD // 2)
        ]
        answers = await at_once(*refunds)
        assert kinds(answers) == ["Moved"] + ["Refused"] * (CROWD - 1)
        assert sum(amount for _, amount in await order.payable()) == 0
    assert await shop.findings() == []


async def test_a_payment_goes_back_once_to_the_buyer_or_to_its_provider(shop: Shop) -> None:
    for _ in range(ROUNDS):
        order = await shop.agreed(shirts(4))
        payment = await order.pay(5000)
        ways = [Refund(1000), Reverse(5000, "Chargeback."), Dispute(4500, "Goods not received.")] * (CROWD // 3)
        answers = await at_once(*(partial(order.send, "payment", way, by="accountant", to=payment) for way in ways))
        assert kinds(answers) == ["Moved"] + ["Refused"] * (len(ways) - 1)
    assert await shop.findings() == []


async def test_a_payment_meets_the_expiry_of_its_sale(shop: Shop) -> None:
    """Whichever comes first: it is captured, or it is owed to the buyer; and no sale expires with money in it."""
    for number in range(ROUNDS * 2):
        order = await shop.agreed(shirts(4), by="PICKUP")
        shop.now += timedelta(days=1)
        payers = [late(shop, number * 2, partial(report, order, f"{number} {copy}")) for copy in range(2)]
        answers = await at_once(*payers, *(partial(sweep, shop.runner) for _ in range(4)))
        assert kinds(answers) == ["Moved"] * 2 + ["Swept"] * 4
        assert sum(each.failed for each in answers if isinstance(each, Swept)) == 0
        state, captured = await order.state("sale"), (await order.context("sale")).captured_total
        owed = sum(amount for _, amount in await order.payable())
        assert (state, captured, owed) in {("EXPIRED", 0, 8000), ("CLEARED_FOR_FULFILLMENT", 8000, 4000)}
    assert await shop.findings() == []
    assert await shop.shelf(SHIRT) == (0, 0)


async def test_a_payment_that_awaits_its_confirmation_keeps_its_sale_alive(shop: Shop) -> None:
    for number in range(ROUNDS):
        order = await shop.agreed(shirts(4), by="PICKUP")
        payment = await order.register(4000)
        shop.now += timedelta(days=1)
        paying = late(shop, number * 4, partial(confirm, order, payment))
        answers = await at_once(paying, *(partial(sweep, shop.runner) for _ in range(4)))
        assert kinds(answers) == ["Moved"] + ["Swept"] * 4
        assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await shop.findings() == []


async def test_a_payment_meets_the_cancelling_of_its_sale(shop: Shop) -> None:
    for number in range(ROUNDS):
        order = await shop.agreed(shirts(4), by="PICKUP")
        payments = [await order.register(1000) for _ in range(3)]
        cancel = late(shop, number * 2, partial(order.send, "sale", CancelRequested("Changed their mind.")))
        answers = await at_once(*(partial(confirm, order, payment) for payment in payments), cancel)
        assert kinds(answers) == ["Moved"] * 4
        assert await order.state("sale") == "CANCELLED"
        assert sum(amount for _, amount in await order.payable()) == 3000
    assert await shop.findings() == []
