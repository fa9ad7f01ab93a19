"""Providers send the same thing many times at once, and different things at the same moment: each counts once."""

import asyncio
from collections import Counter
from functools import partial
from typing import Any

import httpx
import msgspec
import pytest
from tests.commands import ADDRESS, running
from tests.providers.till import ENVIRON, Till, plain, signed, till_of
from tests.races.crowd import CROWD, ROUNDS, at_once
from tests.stories.shop import LAGOS, Order, Shop, actor, shirts

from orderway.sale.payments.opening import NewPayment, register
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

COPIES = 20
PATH = "/payments/webhooks/paystack/consumer"


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)


async def waiting(order: Order, reference: str) -> None:
    new = NewPayment(amount=4000, currency="NGN", method="CARD", provider="paystack", reference=reference)

    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await register(tx, new)

    await order.shop.runner.run(work, actor=actor("biller"))


async def posted(clients: list[httpx.AsyncClient], told: list[dict[str, Any]]) -> Counter[str]:
    """What was answered to all of it, sent at the same moment, each over a connection that is open already."""
    await asyncio.gather(*(client.get("/healthz") for client in clients))

    async def post(client: httpx.AsyncClient, one: dict[str, Any]) -> str:
        body = msgspec.json.encode(one)
        answer = await client.post(PATH, content=body, headers=signed(body))
        return str(answer.json().get("bucket", answer.status_code))

    pairs = zip(clients, told, strict=True)
    return Counter([str(each) for each in await at_once(*(partial(post, client, one) for client, one in pairs))])


async def test_of_twenty_copies_at_once_one_is_applied(shop: Shop, database_url: str) -> None:
    with running("serve", "--port", "0", DATABASE_URL=database_url, **ENVIRON) as command:
        url = await asyncio.to_thread(command.wait_for, ADDRESS)
        clients = [httpx.AsyncClient(base_url=url, timeout=60) for _ in range(COPIES)]
        for number in range(ROUNDS):
            order = await shop.agreed(shirts(4))
            await waiting(order, f"R-{number}")
            told = plain("captured", id=f"e{number}", reference=f"R-{number}", transaction=f"T-{number}")
            assert await posted(clients, [told] * COPIES) == {"applied": 1, "already applied": COPIES - 1}
            assert (await order.context("sale")).captured_total == 4000
            captures = "SELECT count(*) FROM transition_log WHERE order_id = $1 AND event = 'PAYMENT_CAPTURED'"
            assert await shop.row(captures, order.id) == (1,)
        for client in clients:
            await client.aclose()
    assert await shop.row("SELECT count(*) FROM webhook_event") == (ROUNDS,)
    assert await shop.findings() == []


async def reported(till: Till, told: dict[str, Any]) -> str:
    return str((await till.post(told)).json()["bucket"])


async def test_one_movement_of_money_under_many_names_is_captured_once(shop: Shop) -> None:
    async with till_of(shop) as till:
        for number in range(ROUNDS):
            order = await shop.agreed(shirts(4))
            trace = {"order": await till.number(order), "reference": f"R-{number}", "transaction": f"T-{number}"}
            told = [plain("captured", id=f"{number} {copy}", **trace) for copy in range(CROWD)]
            answers = await at_once(*(partial(reported, till, each) for each in told))
            assert Counter(answers) == {"applied": 1, "already applied": CROWD - 1}
            assert (await order.context("sale")).captured_total == 4000
    assert await shop.findings() == []


async def test_one_movement_of_unknown_money_is_parked_once(shop: Shop) -> None:
    async with till_of(shop) as till:
        for number in range(ROUNDS):
            trace = {"reference": f"R-{number}", "transaction": f"T-{number}"}
            told = [plain("captured", id=f"{number} {copy}", **trace) for copy in range(CROWD)]
            answers = await at_once(*(partial(reported, till, each) for each in told))
            assert Counter(answers) == {"parked": 1, "already applied": CROWD - 1}
        assert await till.parked() == [("orphan", 4000, None)] * ROUNDS
    assert await shop.findings() == []


async def test_copies_of_a_report_of_unknown_money_park_it_once(shop: Shop) -> None:
    async with till_of(shop) as till:
        for number in range(ROUNDS):
            told = plain("captured", id=f"e{number}", reference=f"R-{number}")
            answers = await at_once(*(partial(reported, till, told) for _ in range(CROWD)))
            assert Counter(answers) == {"parked": CROWD}
        assert await till.parked() == [("orphan", 4000, None)] * ROUNDS
    assert await shop.findings() == []


async def test_two_movements_for_one_reference_confirm_it_once(shop: Shop) -> None:
    async with till_of(shop) as till:
        for number in range(ROUNDS):
            order = await shop.agreed(shirts(4))
            number_ = await till.number(order)
            told = [
                plain(
                    "captured",
                    id=f"{number} {copy}",
                    order=number_,
                    reference=f"R-{number}",
                    transaction=f"{number} {copy}",
                )
                for copy in range(CROWD)
            ]
            answers = await at_once(*(partial(reported, till, each) for each in told))
            assert Counter(answers) == {"applied": 1, "parked": CROWD - 1}
            assert (await order.context("sale")).captured_total == 4000
    assert await shop.findings() == []


async def test_everything_about_one_order_at_the_same_moment_ends_in_the_same_state(shop: Shop) -> None:
    """Two parts of the price, a failure of one of them, and a refund and a lost dispute of the other."""
    async with till_of(shop) as till:
        for number in range(ROUNDS * 2):
            order = await shop.agreed(shirts(4))
            name = await till.number(order)
            first = {"reference": f"A-{number}", "transaction": f"TA-{number}"}
            second: dict[str, Any] = {"reference": f"B-{number}", "order": name, "amount": 3000}
            told = [
                plain("captured", id=f"{number} first", order=name, **first),
                plain("refunded", id=f"{number} refund", amount=1000, subject=f"S-{number}", **first),
                plain("disputed", id=f"{number} dispute", amount=500, subject=f"D-{number}", **first),
                plain("dispute_lost", id=f"{number} lost", amount=500, subject=f"D-{number}", **first),
                plain("failed", id=f"{number} failed", **second),
                plain("captured", id=f"{number} second", **second),
            ]
            answers = await at_once(*(partial(reported, till, each) for each in told * 2))
            assert {*answers} <= {"applied", "already applied", "parked", "ignored"}
            await till.settle()
            rows = await shop.pool.fetch(
                "SELECT amount - refunded - (context ->> 'reversed')::int FROM payment WHERE order_id = $1"
                " AND context ->> 'confirmed_at' IS NOT NULL ORDER BY reference", order.id,
            )  # fmt: skip
            assert [left for (left,) in rows] == [2500, 3000]
            assert await order.state("sale") == "CLEARED_FOR_FULFILLMENT"
            assert sum(amount for _, amount in await order.payable()) in (1500, 1000, 500)
        waiting_still = "SELECT count(*) FROM parked_money WHERE kind IN ('early', 'disputed') AND resolution IS NULL"
        assert await shop.row(waiting_still) == (0,)
    assert await shop.findings() == []
