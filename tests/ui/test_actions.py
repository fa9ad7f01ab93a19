"""For every state and role: the actions on the page are the domain's own answer, and any other one is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from tests.company import NOW
from tests.ui.conftest import Shop, SignIn, token
from tests.ui.test_laws import ROLES

from orderway.app import make_workflow
from orderway.machines import CHARTS
from orderway.order.available import Available, load_available
from orderway.order.reads import load_order
from orderway.order.shape import Order
from orderway.people.viewer import Viewer, find_viewer
from orderway.settings import Settings
from orderway.statechart import SYSTEM
from orderway.workflow.errors import NotFound
from orderway.workflow.runner import Runner

WHO = [who for who in ROLES if who != "superadmin"]
"""A superadmin does with orders what an admin does."""

MACHINES = ("quotation", "sale", "fulfillment", "payment", "override_request", "rider_interest")
STATES = [(machine, state) for machine in MACHINES for state in CHARTS[machine].leaves]

ACTION = re.compile(r'id="do-([a-z_]+)-([0-9a-f]{6})"')
BLOCKED = re.compile(r'id="why-do-([a-z_]+)-([0-9a-f]{6})"')

Told = set[tuple[UUID, str]]
"""Events, each of an instance."""

CHOSEN_FROM = {"RIDER_SELECTED": "No rider&#39;s offer is open.", "RIDER_NAMED": "There is no rider to name."}
"""What can not be filled in while there is nothing to choose from, and what the page says then."""

NOTHING = "<nothing>"
"""What no page says."""


@dataclass
class Stage:
    """Somebody before orders that rest in a state."""

    shop: Shop
    runner: Runner
    viewer: Viewer
    client: httpx.AsyncClient

    async def order(self, machine: str, state: str) -> Order | None:
        """One that the viewer sees, of those whose machine rests in the state."""
        rows = await self.shop.pool.fetch(f"SELECT DISTINCT order_id FROM {machine} WHERE state = $1 LIMIT 25", state)
        for row in rows:
            try:
                async with self.shop.pool.acquire() as connection:
                    return await load_order(connection, self.viewer, row["order_id"])
            except NotFound:
                continue
        assert all([(await self.client.get(f"/orders/{row['order_id']}")).status_code == 404 for row in rows[:1]])
        return None


@pytest.fixture(scope="module")
def workflow() -> Any:
    return make_workflow(Settings({}))


async def stage(shop: Shop, sign_in: SignIn, workflow: Any, who: str) -> Stage:
    person = await shop.pool.fetchval("SELECT id FROM person WHERE email = $1", f"{who}@demo.example")
    async with shop.pool.acquire() as connection:
        viewer = await find_viewer(connection, person)
    assert viewer
    return Stage(shop, Runner(shop.pool, workflow, clock=lambda: NOW), viewer, await sign_in(who))


async def log(pool: asyncpg.Pool) -> int:
    return int(await pool.fetchval("SELECT count(*) FROM transition_log"))


@pytest.mark.parametrize("who", WHO)
async def test_the_actions_on_screen_are_the_domains_answer(who: str, shop: Shop, sign_in: SignIn, workflow: Any):
    on = await stage(shop, sign_in, workflow, who)
    seen = 0
    for machine, state in STATES:
        order = await on.order(machine, state)
        if order is None:
            continue
        seen += 1
        page = (await on.client.get(f"/orders/{order.id}")).text
        open_now, blocked = theirs(order, await load_available(on.runner, on.viewer, order), page)
        lives = {life.id.hex[-6:]: life for life in order.lives}
        shown, closed = (
            {(lives[end].id, name.upper()) for name, end in pattern.findall(page) if is_event(lives[end].machine, name)}
            for pattern in (ACTION, BLOCKED)
        )
        assert closed == blocked, f"{machine} {state}"
        assert shown == open_now | blocked, f"{machine} {state}"
    assert seen  # how much of it is in the company of who looks differs


@pytest.mark.parametrize("who", WHO)
async def test_what_is_not_on_screen_is_refused(who: str, shop: Shop, sign_in: SignIn, workflow: Any):
    on = await stage(shop, sign_in, workflow, who)
    csrf = token((await on.client.get("/orders" if who != "rider1.lagos" else "/settings")).text)
    before, tried = await log(shop.pool), 0
    for machine, state in STATES:
        order = await on.order(machine, state)
        if order is None:
            continue
        open_to_them = {
            (each.id, each.choice.event)
            for each in await load_available(on.runner, on.viewer, order)
            if each.is_theirs and each.choice.is_enabled
        }
        for life in order.lives:
            if (life.machine, life.state) == (machine, state):
                for event in forged(machine, life.id, open_to_them):
                    path = f"/orders/{order.id}/{machine}/{life.id}/{event.lower()}"
                    answer = await on.client.post(path, data={"csrf": csrf, "seen": str(life.step)})
                    assert answer.status_code in {404, 422}, path
                    tried += 1
    assert tried
    assert await log(shop.pool) == before


def theirs(order: Order, available: Sequence[Available], page: str) -> tuple[Told, Told]:
    """What the viewer may send now, and what not yet."""
    seeking = {
        part.id for part in order.fulfillments if "RIDER_SELECTED" in CHARTS["fulfillment"].takes(part.state)
    }  # fmt: skip
    moot = {each.id for each in order.interests if each.context.fulfillment not in seeking}
    told = [each for each in available if each.is_theirs and CHOSEN_FROM.get(each.choice.event, NOTHING) not in page]
    return (
        {(each.id, each.choice.event) for each in told if each.choice.is_enabled},
        {(each.id, each.choice.event) for each in told if not each.choice.is_enabled and each.id not in moot},
    )


def is_event(machine: str, name: str) -> bool:
    """Whether an action is an event of the machine; others begin something."""
    return name.upper() in CHARTS[machine].events


def forged(machine: str, instance: UUID, open_to_them: Told) -> list[str]:
    """Two events that they may not send; one that asks for nothing, where nothing but the permission is missing."""
    events: list[Any] = [
        event
        for event in CHARTS[machine].events.values()
        if (instance, event.name) not in open_to_them  # type: ignore[attr-defined]  # set by the event decorator
    ]
    events.sort(key=lambda event: (event.words.permission == SYSTEM, len(fields(event))))
    return [event.name for event in (*events[:1], *events[-1:])]
