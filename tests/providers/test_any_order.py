"""Reports come in any order, and again: the money ends in the same places, whatever came first.

Whether money that went back is called refunded or reversed hangs on what was owed when it went; that it went does not.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.providers.till import Till, plain
from tests.stories.shop import LAGOS, Order, actor, shirts

from orderway.sale.events import CancelRequested
from orderway.sale.machine import SALE
from orderway.sale.payments.opening import NewPayment, register
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

EXAMPLES = int(os.environ.get("ORDERWAY_ORDERS", "15"))
TOTAL = 4000

plays = itertools.count(1)


@dataclass(frozen=True)
class Scene:
    """What is reported of one order: `parts` are the payments that were registered, `events` what comes."""

    registered: tuple[tuple[str, int], ...]
    is_cancelled: bool
    events: tuple[dict[str, Any], ...]


@st.composite
def part(draw: st.DrawFn, name: str) -> tuple[int, list[dict[str, Any]]]:
    """A payment of some amount, and what is reported of it: never more gone than came."""
    amount = draw(st.sampled_from([1000, 1500, 2500, TOTAL]))
    told: list[dict[str, Any]] = []
    comes = draw(st.booleans())
    doubles = comes and draw(st.booleans())
    trace = {} if doubles else {"transaction": f"T-{name}"}  # which of two is the payment, is whichever came first

    def tell(status: str, id: str, **more: Any) -> None:
        told.append({"status": status, "id": f"{name} {id}", "reference": f"R-{name}", "amount": amount, **more})

    if comes:
        tell("captured", "success", transaction=f"T-{name}")
    if doubles:
        tell("captured", "second", transaction=f"T-{name}-2")
    for status in draw(st.sets(st.sampled_from(["failed", "pending", "authorized"]))):
        tell(status, status)
    if comes and draw(st.booleans()):
        tell("captured", "the same by another name", transaction=f"T-{name}")
    left = amount
    for refund in range(draw(st.integers(0, 2))):
        back = draw(st.sampled_from([250, 500]))
        left -= back
        tell("refunded", f"refund {refund}", amount=back, subject=f"B-{name}-{refund}", order=None, **trace)
    if left > 0 and draw(st.booleans()):
        disputed = draw(st.sampled_from([250, left]))
        dispute = {"amount": min(disputed, left), "subject": f"D-{name}", "order": None, **trace}
        tell("disputed", "dispute", **dispute)
        end = draw(st.sampled_from([None, "dispute_won", "dispute_lost"]))
        if end:
            tell(end, end, **dispute)
    return amount, told


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    parts = {name: draw(part(name)) for name in names}
    events = [event for _, told in parts.values() for event in told]
    again = draw(st.lists(st.sampled_from(events), max_size=3)) if events else []
    registered = [(f"R-{name}", amount) for name, (amount, _) in parts.items() if draw(st.booleans())]
    return Scene(tuple(registered), draw(st.booleans()), tuple(events + again))


async def play(till: Till, scene: Scene, events: list[dict[str, Any]]) -> dict[str, Any]:
    """Tell it in this order about a new order of its own; how it ends."""
    mark = next(plays)
    order = await till.shop.agreed(shirts(4))
    for reference, amount in scene.registered:
        await registered(order, f"{reference}-{mark}", amount)
    if scene.is_cancelled:
        await order.send("sale", CancelRequested("Changed their mind."))
    number = await till.number(order)
    for event in events:
        told = {"order": number, **event, "id": f"{event['id']} {mark}"}
        for name in ("reference", "transaction", "subject"):
            if told.get(name):
                told[name] = f"{told[name]}-{mark}"
        answer = await till.post(plain(told.pop("status"), **told))
        assert answer.status_code == 200
        assert answer.json()["bucket"] in ("applied", "already applied", "parked", "ignored")
    return await ends(till, order, mark)


async def registered(order: Order, reference: str, amount: int) -> None:
    new = NewPayment(amount=amount, currency="NGN", method="CARD", provider="paystack", reference=reference)

    async def work(tx: Transaction) -> Moved:
        await tx.lock(LAGOS, order.id)
        return await register(tx, new)

    await order.shop.runner.run(work, actor=actor("biller"))


async def ends(till: Till, order: Order, mark: int) -> dict[str, Any]:
    """Where the order and its money stand."""
    pool, like = till.shop.pool, f"%-{mark}"
    payments = await pool.fetch(
        "SELECT split_part(reference, '-', 2) AS name, (context ->> 'confirmed_at') IS NOT NULL AS came,"
        " CASE WHEN context ->> 'confirmed_at' IS NULL THEN state ELSE (state = 'DISPUTED')::text END AS state, amount,"
        " refunded + (context ->> 'reversed')::bigint AS gone FROM payment WHERE order_id = $1 ORDER BY 1",
        order.id,
    )
    parked = await pool.fetch(
        "SELECT kind = 'early' AS early, kind = 'disputed' AS disputed, sum(amount)::bigint AS amount"
        " FROM parked_money WHERE reference LIKE $1 AND resolution IS NULL AND kind NOT IN ('late', 'surplus')"
        " GROUP BY 1, 2 ORDER BY 1, 2",
        like,
    )
    sale, state = await order.context("sale"), str(await order.state("sale"))
    return {
        "payments": [tuple(row) for row in payments],
        "parked": [tuple(row) for row in parked],
        # While nothing is paid, where exactly a sale waits for money hangs on what it heard last.
        "sale": "waits" if sale.paid == 0 and SALE.is_in(state, "UNCLEARED") else state,
        "outstanding": sale.outstanding,
        "owed": sum(amount for _, amount in await order.payable()),
    }


@pytest.fixture
async def proven(till: Till) -> AsyncIterator[Till]:
    """A till whose books are verified at the end."""
    yield till
    assert await till.shop.findings() == []


@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(scene=scenes(), data=st.data())
async def test_reports_in_any_order_end_in_the_same_state(proven: Till, scene: Scene, data: st.DataObject):
    told = await play(proven, scene, list(scene.events))
    for _ in range(2):
        events = data.draw(st.permutations(scene.events))
        assert await play(proven, scene, events) == told
