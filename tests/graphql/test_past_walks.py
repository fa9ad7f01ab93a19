"""Random walks of orders: what each moment was is what history says of it, also where clocks did not agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from tests.graphql.office import PEOPLE, Api
from tests.graphql.orders import agreed, draft, released
from tests.graphql.test_past import history
from tests.laws.walks import an_event
from tests.pins import OF_ORDER

from orderway.app import make_workflow
from orderway.order.available import load_available
from orderway.order.past import load_past
from orderway.order.reach import reach
from orderway.order.reads import load_order
from orderway.people.viewer import Viewer, find_viewer
from orderway.statechart.guards import Unfilled
from orderway.workflow.errors import Invalid, NotFound, Refused
from orderway.workflow.runner import Runner
from orderway.workflow.timers import sweep

Standing = dict[UUID, tuple[str, int, str, Any]]
OUT = (
    "CANCEL",
    "CANCEL_REQUESTED",
    "FAIL",
    "DECLINE",
    "WITHDRAW",
    "WRITE_OFF",
    "REFUND",
    "REVOKE",
    "REJECT",
    "REVERSE",
)
"""What ends a walk early is sent less often."""


@dataclass
class Walker:
    """Sends what is open of an order, whoever may; `kept` is where everything stood at each moment."""

    api: Api
    runner: Runner
    dice: Random
    order: UUID
    kept: list[tuple[datetime, Standing]] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)

    async def viewer(self, who: str) -> Viewer:
        found = await find_viewer(self.api.office.pool, self.api.office.ids[who])  # type: ignore[arg-type]  # it reads
        assert found is not None
        return found

    async def stands(self) -> Standing:
        async with self.runner.pool.acquire() as connection:
            order = await load_order(connection, await self.viewer("admin"), self.order)
        return {life.id: (life.machine, life.step, life.state, life.context) for life in order.lives}

    async def go(self, steps: int) -> None:
        for _ in range(steps):
            self.kept.append((self.api.office.now, await self.stands()))
            self.api.office.later(minutes=self.dice.choice((1, 7, 600)))
            await sweep(self.runner)
            await self.move()
        self.kept.append((self.api.office.now, await self.stands()))

    async def move(self) -> None:
        viewer = await self.viewer(self.dice.choice(list(PEOPLE)))
        async with self.runner.pool.acquire() as connection:
            try:
                order = await load_order(connection, viewer, self.order)
            except NotFound:
                return
        open_now = [each for each in await load_available(self.runner, viewer, order) if each.choice.is_enabled]
        kinds = [each for each in open_now if each.choice.event not in OUT or self.dice.random() < 0.03]
        if not kinds:
            return
        chosen = self.dice.choice(kinds)
        kind = self.runner.workflow.kind(chosen.machine)
        async with self.runner.pool.acquire() as connection:
            reached = await reach(connection, viewer, kind=kind, id=chosen.id)
        event = an_event(kind.newest.events[chosen.choice.event], self.dice)
        if chosen.choice.event == "PACKAGE_DELIVERED":
            event = replace(event, pin=await self.api.office.pool.fetchval(OF_ORDER, self.order))
        try:
            await reached.send(self.runner, event)
        except (Refused, Invalid, NotFound, Unfilled):
            return
        self.sent[chosen.choice.event] += 1


@pytest.mark.parametrize("seed", range(3))
async def test_each_moment_of_a_walk_is_told_as_it_was(api: Api, seed: int):
    made = await (draft(api) if seed == 0 else released(api))
    runner = Runner(api.office.pool, make_workflow(api.office.settings), clock=lambda: api.office.now)
    walker = Walker(api, runner, Random(seed), UUID(made.order))  # noqa: S311  (dice, not a secret)
    await walker.go(50)
    admin = await walker.viewer("admin")
    async with runner.pool.acquire() as connection:
        for at, stood in walker.kept:
            past = await load_past(connection, runner.workflow, admin, order_id=walker.order, at=at)
            assert {each.id: (each.machine, each.step, each.state, each.context) for each in past.lives} == stood
    assert walker.sent.total() > 5, walker.sent


async def test_who_waited_with_an_older_time_moves_after_whom_they_waited_for(api: Api):
    made = await agreed(api)
    before = api.office.now
    api.office.later(minutes=10)
    await api.move("biller", "saleSetPaymentMethod", id=made.ids["sale"], method="CASH")
    api.office.later(minutes=-5)
    await api.move("biller", "saleAdminOverrideRequested", id=made.ids["sale"], reason="They always pay late.")
    api.office.later(minutes=20)
    steps = []
    for minutes in (0, 7, 10):
        past = await history(api, "biller", made.order, before + timedelta(minutes=minutes))
        steps.append(next(each["step"] for each in past["instances"] if each["machine"] == "sale"))
    assert steps == [0, 0, 2]
