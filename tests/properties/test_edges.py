"""Values at the edge of what can be stored: each is kept and verified, or refused in a sentence and nothing written."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone

import asyncpg
import pytest
from tests.properties.market import Market
from tests.stories.shop import LAGOS, Order, actor, shirts

from orderway.sale.events import AdminOverrideRequested, CancelRequested
from orderway.sale.overrides.machine import Approve
from orderway.sale.payments.opening import NewPayment, register
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

THE_END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
AFTER_THE_END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-12)))
LONG = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(5000))
"""Too long for an index, however well it is compressed."""


@pytest.fixture
async def market(pool: asyncpg.Pool) -> Market:
    opened = Market(pool)
    await opened.furnish()
    return opened


async def asked(market: Market) -> Order:
    """A sale that waits for somebody to release it."""
    order = await market.agreed(shirts(1))
    await order.send("sale", AdminOverrideRequested("A good customer."))
    return order


async def test_a_moment_at_the_end_of_the_calendar_is_kept_and_verified(market: Market) -> None:
    order = await asked(market)
    await order.send("override_request", Approve(expires_at=THE_END), by="manager")
    assert (await order.context("sale")).admin.expires_at == THE_END
    assert await market.findings() == []


async def pays(order: Order, amount: int, reference: str) -> Moved:
    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        payment = NewPayment(amount=amount, currency="NGN", method="CARD", provider="bank", reference=reference)
        return await register(tx, payment)

    return await order.shop.runner.run(work, actor=actor("biller"))


REFUSED: dict[str, Callable[[Order], Awaitable[Moved]]] = {
    "a character that text can not hold": lambda order: order.send("sale", CancelRequested("Because\0.")),
    "half a character": lambda order: order.send("sale", CancelRequested("Because\ud800.")),
    "a moment after the end of the calendar": lambda order: order.send(
        "override_request", Approve(expires_at=AFTER_THE_END), by="manager"
    ),
    "an amount over 64 bits": lambda order: pays(order, 2**63, "one"),
    "a reference that no index holds": lambda order: pays(order, 1000, LONG),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_can_not_be_stored_is_refused_in_a_sentence(market: Market, what: str) -> None:
    order = await asked(market)
    before = await market.digest()
    with pytest.raises(Invalid):
        await REFUSED[what](order)
    assert await market.digest() == before
