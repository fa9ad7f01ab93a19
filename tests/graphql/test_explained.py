"""What an order says can be done with it is what the real call then does, in each state and for each role."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from random import Random
from typing import Any
from uuid import UUID

import pytest
from tests.graphql.office import PEOPLE, SHIRT, Api
from tests.graphql.orders import Made, draft, released, written
from tests.laws.walks import an_event
from tests.pins import NEWEST

from orderway.app import make_workflow
from orderway.order.available import Available, load_available
from orderway.order.reach import reach
from orderway.order.reads import load_order
from orderway.order.shape import Life, Order
from orderway.people.viewer import Viewer, find_viewer
from orderway.statechart import SYSTEM, Snapshot
from orderway.statechart.step import takes
from orderway.workflow.errors import Invalid, NotFound, Refused
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

ROLES = [who for who in PEOPLE if who != "second rider"]
TRIES = 3
"""How many payloads each event is sent with."""


@dataclass
class Look:
    """Somebody looks at an order on a connection of which all is undone."""

    connection: Connection
    viewer: Viewer
    order: Order


@dataclass
class Bench:
    """Holds what is told of an order against what comes of it; `seen` counts the answers."""

    api: Api
    runner: Runner
    dice: Random
    seen: dict[str, int]

    async def hold(self, order: UUID) -> None:
        """In the state where the order stands, for each role."""
        for who in ROLES:
            async with undone(self.runner) as connection:
                viewer = await find_viewer(connection, self.api.office.ids[who])
                assert viewer is not None
                try:
                    look = Look(connection, viewer, await load_order(connection, viewer, order))
                except NotFound:
                    continue
                told = {
                    (each.id, each.choice.event): each for each in await load_available(self.runner, viewer, look.order)
                }
                for life in look.order.lives:
                    await self.hold_life(look, life, told)
                assert told == {}

    async def hold_life(self, look: Look, life: Life[Any], told: dict[tuple[UUID, str], Available]) -> None:
        chart = self.runner.workflow.kind(life.machine).charts[life.version]
        taken = takes(chart, Snapshot(life.state, life.context))
        for name, event in chart.events.items():
            each = told.pop((life.id, name), None)
            if each is not None:
                assert name in taken
                await self.compare(look, life, event, each)
            elif name in taken or self.dice.random() < 0.2:  # a part of what the state knows nothing of is enough
                permission = event.words.permission  # type: ignore[attr-defined]  # set by the event decorator
                assert name not in taken or not look.order.sees_notes or permission == SYSTEM
                assert await self.send(look, life, an_event(event, self.dice)) is not None, f"{name} was done."
                self.count("not told")

    async def compare(self, look: Look, life: Life[Any], kind: Any, told: Available) -> None:
        for _ in range(TRIES if fields(kind) else 1):
            answer = await self.send(look, life, an_event(kind, self.dice))
            if not told.choice.is_enabled:
                assert isinstance(answer, Refused | Invalid), (
                    f"{kind.name} was said to be closed, and came to {answer}."
                )
                if isinstance(answer, Refused):
                    said, real = (
                        {each.guard for each in some} for some in (told.choice.reasons, answer.refusal.reasons)
                    )
                    assert said <= real, (kind.name, said, real)
                    assert fields(kind) or said == real
                    assert told.is_theirs == ("permission" not in said)
                self.count("closed" if told.is_theirs else "for others")
            elif not fields(kind):
                assert answer is None, f"{kind.name} was said to be open: {answer}"
                self.count("open")
            elif isinstance(answer, Refused):
                assert "permission" not in {each.guard for each in answer.refusal.reasons}
                self.count("open, but not with this")
            else:
                self.count("open with this")

    async def send(self, look: Look, life: Life[Any], event: Any) -> Refused | NotFound | Invalid | None:
        """Send it for real, and undo it; gives what was raised, None where it was done."""
        done = look.connection.transaction()
        await done.start()
        try:
            kind = self.runner.workflow.kind(life.machine)
            reached = await reach(look.connection, look.viewer, kind=kind, id=life.id)
            actor, now = look.viewer.actor(), self.api.office.now
            tx = Transaction(look.connection, self.runner.workflow, actor=actor, now=now, request_id=None)
            await reached.enter(tx)
            await reached.sending(event)(tx)
        except (Refused, NotFound, Invalid) as no:
            return no
        finally:
            await done.rollback()
        return None

    def count(self, what: str) -> None:
        self.seen[what] = self.seen.get(what, 0) + 1


@asynccontextmanager
async def undone(runner: Runner) -> AsyncIterator[Connection]:
    """A connection of which all is undone, however long it takes."""
    async with runner.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            yield connection
        finally:
            await transaction.rollback()


@pytest.fixture
def bench(api: Api) -> Bench:
    runner = Runner(api.office.pool, make_workflow(api.office.settings), clock=lambda: api.office.now)
    return Bench(api, runner, Random(20261126), {})  # noqa: S311  (dice, not a secret)


async def go(bench: Bench, made: Made, *steps: tuple[str, str, dict[str, Any]]) -> None:
    """Hold the order before each step and after the last; each is offered to whoever takes it, and open."""
    api = bench.api
    for who, mutation, given in steps:
        await bench.hold(UUID(made.order))
        listed = await api.order(who, made.order, "availableEvents { mutation enabled id }")
        offered = [
            each["enabled"]
            for each in listed["availableEvents"]
            if each["mutation"] == mutation and each["id"] == given["id"]
        ]
        assert offered == [True], (mutation, listed)
        await api.move(who, mutation, **given)
    await bench.hold(UUID(made.order))


async def test_from_the_draft_to_the_agreement(api: Api, bench: Bench):
    made = await draft(api)
    quotation = {"id": made.ids["quotation"]}
    await go(
        bench, made,
        ("biller", "quotationEdit", {**quotation, "lines": []}),
        ("biller", "quotationEdit", {**quotation, "lines": [{"variant": str(SHIRT), "quantity": 1}]}),
        ("biller", "quotationShare", quotation),
        ("customer", "quotationBuyerApproves", {**quotation, "version": 4}),
        ("manager", "quotationSellerApproves", {**quotation, "version": 4}),
    )  # fmt: skip
    assert bench.seen["closed"] > 5
    assert bench.seen["for others"] > 5
    assert bench.seen["open with this"] > 5


async def test_a_review_and_its_end(api: Api, bench: Bench):
    made = await draft(api)
    quotation = {"id": made.ids["quotation"]}
    for who, mutation, given in (
        ("biller", "quotationShare", quotation), ("customer", "quotationBuyerApproves", {**quotation, "version": 2}),
        ("biller", "quotationSellerApproves", {**quotation, "version": 2}),
    ):  # fmt: skip
        await api.move(who, mutation, **given)
    sale = {"id": (await api.order("biller", made.order, "sale { id }"))["sale"]["id"]}
    await go(bench, made, ("biller", "saleAdminOverrideRequested", {**sale, "reason": "They always pay late."}))
    asked = (await api.order("manager", made.order, "overrides { id }"))["overrides"][0]["id"]
    await go(
        bench, made,
        ("manager", "overrideRequestDeny", {"id": asked, "reason": "Not this time."}),
        ("biller", "saleSetPaymentMethod", {**sale, "method": "CASH"}),
        ("biller", "saleCancelRequested", {**sale, "reason": "No more."}),
    )  # fmt: skip
    assert bench.seen["open with this"] > 5


async def test_from_the_shelf_to_the_door_and_back(api: Api, bench: Bench):
    made = await released(api)
    fulfillment, offer = {"id": made.ids["fulfillment"]}, made.ids["rider_interest"]
    await go(
        bench, made,
        ("accountant", "paymentConfirm", {"id": made.ids["payment"]}),
        ("biller", "fulfillmentHold", {**fulfillment, "reason": "Wait."}),
        ("biller", "fulfillmentResume", fulfillment),
        ("biller", "fulfillmentRiderSelected", {**fulfillment, "interest": offer}),
        ("rider", "fulfillmentPackageShipped", fulfillment),
    )  # fmt: skip
    pin = await api.office.pool.fetchval(NEWEST)
    line = (await api.order("biller", made.order, "lines { id }"))["lines"][0]["id"]
    await go(
        bench, made,
        ("rider", "fulfillmentPackageDelivered", {**fulfillment, "pin": pin}),
        ("customer", "fulfillmentReturnRequested",
         {**fulfillment, "reason": "Too small.", "lines": [{"line": line, "quantity": 1}]}),
    )  # fmt: skip
    assert bench.seen["open"] > 20
    assert bench.seen["for others"] > 20


async def test_asking_for_all_of_it_writes_nothing(api: Api, bench: Bench):
    made = await released(api)
    before = await written(api)
    await bench.hold(UUID(made.order))
    assert await written(api) == before
