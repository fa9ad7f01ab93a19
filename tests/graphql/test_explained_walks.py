"""What is said of an order's events is what comes of them: in parts, for services, disputes, and on walks at random."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from tests.graphql.office import BUYER, LAGOS, SHIRT, Api
from tests.graphql.orders import agreed, draft, released
from tests.graphql.test_explained import Bench, go
from tests.graphql.test_parts import divided, parts
from tests.graphql.test_past_walks import Walker

from orderway.app import make_workflow
from orderway.workflow.runner import Runner
from orderway.workflow.timers import sweep


@pytest.fixture
def bench(api: Api) -> Bench:
    runner = Runner(api.office.pool, make_workflow(api.office.settings), clock=lambda: api.office.now)
    return Bench(api, runner, Random(20261126), {})  # noqa: S311  (dice, not a secret)


async def test_a_part_that_waits_for_goods_and_one_that_is_brought(api: Api, bench: Bench):
    order = await divided(api)
    await bench.hold(UUID(order))
    first, second = await parts(api, order)
    for mutation, given in (
        ("fulfillmentStarted", {"id": first["id"]}),
        ("fulfillmentCarrierSelected", {"id": first["id"], "carrier": "Post"}),
        ("fulfillmentCancel", {"id": second["id"], "reason": "They will not come."}),
        ("fulfillmentPackageShipped", {"id": first["id"]}),
    ):  # fmt: skip
        await api.move("biller", mutation, **given)
        await bench.hold(UUID(order))
    assert bench.seen["closed"] > 5


async def test_a_quotation_that_changed_and_is_withdrawn(api: Api, bench: Bench):
    made = await draft(api)
    quotation = {"id": made.ids["quotation"]}
    await go(
        bench, made,
        ("biller", "quotationShare", quotation),
        ("biller", "quotationSellerApproves", {**quotation, "version": 2}),
        ("biller", "quotationEdit", {**quotation, "lines": [{"variant": str(SHIRT), "quantity": 2}]}),
        ("biller", "quotationWithdraw", {**quotation, "reason": "No more."}),
    )  # fmt: skip


async def test_payments_that_are_disputed_refunded_and_too_little(api: Api, bench: Bench):
    made = await agreed(api)
    ids = {}
    for amount in (6000, 250):
        moved = await api.move(
            "biller", "registerPayment", order=made.order, amount=amount, method="CASH", provider="till",
            reference=f"{amount}",
        )  # fmt: skip
        ids[amount] = moved["id"]
    await bench.hold(UUID(made.order))
    for mutation, amount, given in (
        ("paymentConfirm", 6000, {}), ("paymentFail", 250, {"reason": "It bounced."}),
        ("paymentDispute", 6000, {"reason": "Not mine.", "amount": 6000}), ("paymentLoseDispute", 6000, {}),
    ):  # fmt: skip
        await api.move("accountant", mutation, id=ids[amount], **given)
        await bench.hold(UUID(made.order))


async def test_a_service_that_is_planned_and_done(api: Api, bench: Bench):
    moved = await api.move(
        "biller", "createQuotation", store=LAGOS, customer=BUYER, fulfillmentType="SERVICE",
        lines=[{"variant": str(SHIRT), "quantity": 1}], validUntil=api.office.now + timedelta(days=7),
    )  # fmt: skip
    order = str(moved["order"]["id"])
    for who, mutation, given in (
        ("biller", "quotationShare", {}), ("customer", "quotationBuyerApproves", {"version": 2}),
        ("biller", "quotationSellerApproves", {"version": 2}),
    ):  # fmt: skip
        await api.move(who, mutation, id=moved["id"], **given)
    payment = await api.move(
        "biller", "registerPayment", order=order, amount=1050, method="CASH", provider="till", reference=order
    )
    await api.move("accountant", "paymentConfirm", id=payment["id"])
    part = (await api.order("biller", order, "fulfillment { id }"))["fulfillment"]["id"]
    await bench.hold(UUID(order))
    at = api.office.now + timedelta(days=1)
    for mutation, when in (
        ("fulfillmentServiceScheduled", {"at": at}),
        ("fulfillmentServiceRescheduled", {"at": at + timedelta(days=1), "reason": "It rains."}),
    ):  # fmt: skip
        await api.move("biller", mutation, id=part, **when)
        await bench.hold(UUID(order))


@pytest.mark.parametrize("seed", range(4))
async def test_on_a_walk_at_random_each_answer_is_what_comes_of_it(api: Api, bench: Bench, seed: int):
    made = await (draft, agreed, released, released)[seed](api)
    walker = Walker(api, bench.runner, Random(seed), UUID(made.order))  # noqa: S311  (dice, not a secret)
    for _ in range(10):
        api.office.later(minutes=walker.dice.choice((1, 600)))
        await sweep(bench.runner)
        before = walker.sent.total()
        for _ in range(12):
            await walker.move()
            if walker.sent.total() > before:
                break
        await bench.hold(walker.order)
    assert walker.sent.total() > 3
