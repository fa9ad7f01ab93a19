"""People and providers who say the same of one payment at one moment, and decisions that meet the end of their need."""

from functools import partial
from uuid import UUID

import pytest
from tests.providers.till import ENVIRON, Till, plain, till_of
from tests.races.crowd import CROWD, ROUNDS, at_once, kinds, late
from tests.stories.shop import LAGOS, RESELLER, SHIRT, Order, Shop, actor, shirts

from orderway.sale.events import AdminOverrideRequested
from orderway.sale.overrides.machine import Approve
from orderway.sale.payments.events import Confirm, Reverse
from orderway.sale.payments.opening import NewPayment, register
from orderway.workflow.kinds import Moved
from orderway.workflow.timers import sweep
from orderway.workflow.transaction import Transaction

CLEARED = ("MUTUALLY_APPROVED", "CLEARED_FOR_FULFILLMENT", "PICK_PACK")


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)


async def waiting(order: Order, reference: str) -> UUID:
    new = NewPayment(amount=4000, currency="NGN", method="CARD", provider="paystack", reference=reference)

    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await register(tx, new)

    return (await order.shop.runner.run(work, actor=actor("biller"))).ref.id


async def reported(till: Till, told: dict[str, object]) -> str:
    return str((await till.post(told)).json()["bucket"])


async def asked(shop: Shop) -> tuple[Order, UUID]:
    """A sale with credit for which somebody asked for its release."""
    order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
    await order.send("sale", AdminOverrideRequested("A good customer."))
    return order, (await order.ref("override_request")).id


async def test_what_a_person_and_a_provider_confirm_at_once_is_captured_once(shop: Shop) -> None:
    async with till_of(shop) as till:
        for number in range(ROUNDS * 2):
            order = await shop.agreed(shirts(4))
            payment = await waiting(order, f"R-{number}")
            told = plain("captured", id=f"e{number}", reference=f"R-{number}", transaction=f"T-{number}")
            confirm = partial(order.send, "payment", Confirm(), by="accountant", to=payment)
            report = partial(reported, till, told)
            answers = await at_once(
                *(late(shop, number % 4, confirm) for _ in range(CROWD // 2)), *(report for _ in range(CROWD // 2))
            )
            assert sum(1 for answer in answers if isinstance(answer, Moved) or answer == "applied") == 1
            assert (await order.context("sale")).captured_total == 4000
            assert await till.report("captured", reference=f"R-{number}", transaction=f"T-{number}") == (
                "already applied"
            )
            assert await till.report("captured", reference=f"R-{number}", transaction=f"U-{number}") == "parked"
        assert await till.parked() == [("duplicate", 4000, None)] * ROUNDS * 2
    assert await shop.findings() == []


async def test_a_sale_is_released_or_paid_at_once_and_owes_what_is_left(shop: Shop) -> None:
    await shop.stock((SHIRT, 100))
    await shop.limit(10**6)
    for number in range(ROUNDS):
        order, request = await asked(shop)
        payment = await order.register(4000)
        approve = partial(order.send, "override_request", Approve(), by="manager", to=request)
        confirm = partial(order.send, "payment", Confirm(), by="accountant", to=payment)
        answers = await at_once(
            *(late(shop, number, approve) for _ in range(CROWD // 2)),
            *(late(shop, 2, confirm) for _ in range(CROWD // 2)),
        )
        was_released = await order.state("override_request") == "APPROVED"
        assert kinds(answers) == ["Moved"] * (1 + was_released) + ["Refused"] * (CROWD - 1 - was_released)
        sale = await order.context("sale")
        assert (sale.admin.status, sale.cleared_by) == (("used", "override") if was_released else ("none", "payment"))
        assert await order.states() == CLEARED
        assert await shop.exposure() == 0
    assert await shop.findings() == []


async def test_a_request_is_approved_or_lapses_and_never_both(shop: Shop) -> None:
    await shop.stock((SHIRT, 100))
    await shop.limit(10**6)
    for number in range(ROUNDS):
        order, request = await asked(shop)
        await order.pay(100)  # so that the sale itself does not expire
        shop.now = await shop.pool.fetchval(
            "SELECT (context ->> 'expires_at')::timestamptz FROM override_request WHERE id = $1", request
        )
        approve = partial(order.send, "override_request", Approve(), by="manager", to=request)
        await at_once(
            *(late(shop, number, approve) for _ in range(CROWD // 2)),
            *(late(shop, 1, partial(sweep, shop.runner)) for _ in range(CROWD // 2)),
        )
        assert (await order.state("override_request"), (await order.states())[1]) in {
            ("APPROVED", "CLEARED_FOR_FULFILLMENT"),
            ("EXPIRED", "AWAITING_PAYMENT_METHOD"),
            ("EXPIRED", "PAYMENT_PENDING_CONFIRMATION"),
        }
    assert await shop.findings() == []


async def test_a_release_meets_a_reversal_and_covers_what_is_to_pay_or_is_asked_anew(shop: Shop) -> None:
    await shop.stock((SHIRT, 100))
    await shop.limit(10**6)
    for number in range(ROUNDS):
        order = await shop.agreed(shirts(4), customer=RESELLER, by="PICKUP")
        payment = await order.pay(1500)
        await order.send("sale", AdminOverrideRequested("A good customer."))
        request = (await order.ref("override_request")).id
        approve = partial(order.send, "override_request", Approve(), by="manager", to=request)
        reverse = partial(order.send, "payment", Reverse(1500, "Chargeback."), by="accountant", to=payment)
        answers = await at_once(late(shop, number, approve), late(shop, 1, reverse))
        assert kinds(answers) == ["Moved", "Moved"]
        # Either way nothing leaves: 2500 were released, and 4000 are to pay.
        assert (await order.states())[1] in {"OVERRIDE_REVIEW", "PAYMENT_PENDING_CONFIRMATION"}
        assert await shop.exposure() == 0
    assert await shop.findings() == []
