"""Payments as they really come: another amount, after their failure, a little short, more than can be counted."""

import pytest
from tests.stories.shop import CONSUMER, LAGOS, SHIRT, Order, Shop, actor, shirts

from orderway.ids import new_id
from orderway.quotation.opening import NewOrder, place
from orderway.sale.events import AcceptShort, CancelRequested, SetPaymentMethod
from orderway.sale.payments.context import Method
from orderway.sale.payments.events import Confirm, Fail
from orderway.sale.payments.opening import AlreadyRegistered, NewPayment, find_payment, register
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Invalid, Refused
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.transaction import Transaction


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.stock((SHIRT, 9))
    return shop


async def registered(order: Order, reference: str | None, *, store: object = LAGOS, method: Method = "CASH") -> Ref:
    new = NewPayment(amount=1000, currency="NGN", method=method, provider="till", reference=reference)

    async def work(tx: Transaction) -> Moved:
        await tx.lock(store, order.id)  # type: ignore[arg-type]  # the id of a store
        return await register(tx, new)

    return (await order.shop.runner.run(work, actor=actor("biller"))).ref


async def test_a_payment_is_confirmed_with_what_really_came(shop: Shop):
    order = await shop.agreed(shirts(4))
    payment = await order.register(4000)
    await order.send("payment", Confirm(2500), by="accountant", to=payment)
    assert await shop.row("SELECT state, amount FROM payment") == ("CONFIRMED", 2500)
    sale = await order.context("sale")
    assert (sale.captured_total, sale.outstanding) == (2500, 1500)
    more = await order.register(1500)
    await order.send("payment", Confirm(1800), by="accountant", to=more)
    assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
    assert await order.payable() == [("OWED", 300)]
    assert await shop.findings() == []


async def test_success_may_come_after_failure(shop: Shop):
    order = await shop.agreed(shirts(4))
    payment = await order.register(4000)
    await order.send("payment", Fail("Declined."), by="accountant", to=payment)
    assert await order.state("sale") == "PAYMENT_FAILED"
    await order.send("payment", Confirm(), by="accountant", to=payment)
    assert await order.states() == ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")
    with pytest.raises(Refused, match="can not be done while the payment is “Confirmed”"):
        await order.send("payment", Fail("Declined."), by="accountant", to=payment)
    assert await shop.findings() == []


async def test_a_sale_hears_of_a_failure_when_no_other_payment_is_awaited(shop: Shop):
    order = await shop.agreed(shirts(4))
    await order.send("sale", SetPaymentMethod("CARD"))
    first, second, third = [await order.register(4000) for _ in range(3)]
    for payment in (second, first):
        await order.send("payment", Fail("Declined."), by="accountant", to=payment)
        assert await order.state("sale") == "PAYMENT_INITIATED"
    await order.send("payment", Fail("Declined."), by="accountant", to=third)
    assert await order.state("sale") == "PAYMENT_FAILED"
    assert await shop.findings() == []


async def test_a_failed_payment_keeps_no_sale_from_expiring(shop: Shop):
    order = await shop.agreed(shirts(4))
    payment = await order.register(4000)
    await order.send("payment", Fail("Declined."), by="accountant", to=payment)
    assert await shop.wait(days=1) == 1
    assert await order.state("sale") == "EXPIRED"
    await order.send("payment", Confirm(), by="accountant", to=payment)
    assert await order.payable() == [("UNALLOCATED", 4000)]
    assert await shop.findings() == []


async def test_a_payment_that_came_short_is_accepted_within_the_tolerance(shop: Shop):
    order = await shop.agreed(shirts(4), by="PICKUP")
    await order.pay(3959)
    before = await shop.rows()
    with pytest.raises(Refused, match=r"NGN 0.41 is still to pay, and NGN 0.40 may be let go."):
        await order.send("sale", AcceptShort("Bank fees."), by="accountant")
    assert await shop.rows() == before
    await order.pay(1)
    with pytest.raises(Refused, match="You may not do this: accept the short payment"):
        await order.send("sale", AcceptShort("Bank fees."), by="manager")
    await order.send("sale", AcceptShort("Bank fees."), by="accountant")
    sale = await order.context("sale")
    assert (sale.allowance, sale.outstanding, sale.cleared_by) == (40, 0, "payment")
    assert await order.state("fulfillment") == "PICK_PACK"
    await order.pay(5)
    assert await order.payable() == [("OWED", 5)]
    assert await shop.findings() == []


LARGEST = 10**18


async def test_more_than_can_be_counted_is_refused_in_a_sentence(shop: Shop):
    order = await shop.agreed(shirts(4))
    for _ in range(9):
        await order.pay(LARGEST)
    payment = await order.register(1)
    before = await shop.rows()
    with pytest.raises(Refused, match="What is captured in all must be an amount that can be counted"):
        await order.send("payment", Confirm(2**63 - 9 * LARGEST), by="accountant", to=payment)
    with pytest.raises(Refused, match="must not be more than any payment"):
        await order.send("payment", Confirm(LARGEST + 1), by="accountant", to=payment)
    assert await shop.rows() == before
    await order.send("payment", Confirm(2**63 - 1 - 9 * LARGEST), by="accountant", to=payment)
    assert (await order.context("sale")).captured_total == 2**63 - 1
    assert await shop.findings() == []


async def test_more_than_can_be_counted_is_not_set_aside_either(shop: Shop):
    order = await shop.agreed(shirts(4))
    await order.send("sale", CancelRequested("No longer wanted."))
    for _ in range(9):
        await order.pay(LARGEST)
    payment = await order.register(1)
    before = await shop.rows()
    with pytest.raises(Invalid, match="What came for the order in all is more than can be counted"):
        await order.send("payment", Confirm(LARGEST), by="accountant", to=payment)
    assert await shop.rows() == before
    assert await shop.findings() == []


async def test_cash_needs_no_reference(shop: Shop):
    order = await shop.agreed(shirts(4))
    await registered(order, None)
    await registered(order, "LAG-000001/3")
    await registered(order, None)
    await registered(order, None)
    rows = await shop.pool.fetch("SELECT reference FROM payment ORDER BY created_at, id")
    assert [row["reference"] for row in rows] == ["LAG-000001/1", "LAG-000001/3", "LAG-000001/4", "LAG-000001/5"]
    assert await shop.findings() == []


async def test_a_reference_is_of_one_payment_in_all_stores(shop: Shop):
    here = await shop.agreed(shirts(4))
    payment = await registered(here, "T-1")
    abuja = new_id()
    await shop.pool.execute(
        "INSERT INTO store (id, name, code, currency) VALUES ($1, 'Abuja store', 'ABJ', 'NGN')", abuja
    )
    new = NewOrder(store_id=abuja, customer_id=CONSUMER, currency="NGN", fulfillment_type="PICKUP", lines=(shirts(1),))

    async def there(tx: Transaction) -> Moved:
        return await place(tx, new)

    order = Order(shop, (await shop.runner.run(there, actor=actor("biller"))).order_id, 1000)
    before = await shop.rows()
    with pytest.raises(AlreadyRegistered, match="The payment T-1 of till is registered already"):
        await registered(order, "T-1", store=abuja)
    assert await shop.rows() == before
    async with shop.pool.acquire() as connection:
        assert await find_payment(connection, provider="till", reference="T-1") == payment
        assert await find_payment(connection, provider="bank", reference="T-1") is None
    await registered(order, "T-2", store=abuja)
    assert await shop.findings() == []


async def test_nothing_is_no_payment_but_in_what_is_imported(shop: Shop):
    order = await shop.agreed(shirts(4))
    before = await shop.rows()
    with pytest.raises(Invalid, match="The amount of a payment is more than nothing"):
        await order.register(0)
    assert await shop.rows() == before
    new = NewPayment(amount=0, currency="NGN", method="CARD", provider="source", reference="Z-1")

    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await register(tx, new)

    moved = await shop.runner.run(work, actor=Actor("import:olist", permissions=None))
    await order.send("payment", Confirm(), by="accountant", to=moved.ref.id)
    assert (await order.context("sale")).captured_total == 0
    assert await shop.findings() == []
