"""Every sink beside the others: each is woken when something happens, and one that hangs or breaks delays no other."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import asyncpg
import pytest
from tests.stories.shop import Shop, shirts

from orderway.outbound import dispatch
from orderway.outbound.delivery import Delivered
from orderway.outbound.dispatch import Dispatcher, Round, dispatching
from orderway.outbound.feed import begin
from orderway.streams.announcer import Announcer
from orderway.workflow.runner import Runner


@dataclass
class Rounds:
    """Rounds of sinks that are counted: those named `hanging` never end, and those named `broken` break once."""

    counted: dict[str, int] = field(default_factory=dict)
    came: dict[str, asyncio.Event] = field(default_factory=dict)

    def of(self, name: str) -> Round:
        async def deliver() -> Delivered:
            self.counted[name] = self.counted.get(name, 0) + 1
            self.event(name).set()
            if name == "hanging":
                await asyncio.Event().wait()
            if name == "broken" and self.counted[name] == 1:
                raise ValueError
            return Delivered(is_away=name == "away")

        return deliver

    def event(self, name: str) -> asyncio.Event:
        return self.came.setdefault(name, asyncio.Event())

    @property
    def kinds(self) -> dict[str, Callable[[str], Round]]:
        return dict.fromkeys(("hanging", "broken", "quick", "webhook", "away"), self.of)


@pytest.fixture
async def runner(shop: Shop) -> Runner:
    """A runner that tells of news, of a company with a sink for each name."""
    names = ("hanging", "broken", "quick", "webhook:one", "webhook:two", "unknown")
    async with shop.pool.acquire() as connection:
        for name in names:
            await begin(connection, name, now=shop.now)
    return Runner(shop.pool, shop.workflow, lambda: shop.now, announce=Announcer(shop.pool))


async def test_what_happens_wakes_every_sink_and_one_that_hangs_or_breaks_delays_no_other(
    shop: Shop, runner: Runner, database_url: str
):
    rounds = Rounds()
    await shop.order(shirts(1))
    async with asyncio.timeout(30), dispatching(runner, database_url, rounds.kinds):
        for name in ("hanging", "broken", "quick", "webhook:one", "webhook:two"):
            await rounds.event(name).wait()
        for name in ("broken", "quick"):
            rounds.event(name).clear()
        runner.announce()
        for name in ("broken", "quick"):
            await rounds.event(name).wait()
    assert rounds.counted["hanging"] == 1
    assert "unknown" not in rounds.counted


async def test_a_place_that_is_away_is_not_tried_again_at_every_word(
    shop: Shop, runner: Runner, monkeypatch: pytest.MonkeyPatch, database_url: str
):
    monkeypatch.setattr(dispatch, "PAUSE", 3600)
    rounds = Rounds()
    async with shop.pool.acquire() as connection:
        await begin(connection, "away", now=shop.now)
    await shop.order(shirts(1))
    async with asyncio.timeout(30), dispatching(runner, database_url, rounds.kinds):
        await rounds.event("away").wait()
        for _ in range(3):
            rounds.event("quick").clear()
            runner.announce()
            await rounds.event("quick").wait()
    assert rounds.counted["away"] == 1


async def test_a_look_is_one_statement_and_wakes_nobody_where_nothing_is_to_be_done(shop: Shop, runner: Runner):
    rounds = Rounds()
    asked: list[asyncpg.connection.LoggedQuery] = []
    dispatcher = Dispatcher(runner, rounds.kinds)
    await shop.pool.execute("UPDATE outbound_sink SET xid = pg_current_xact_id()")
    async with shop.pool.acquire() as connection:
        with connection.query_logger(asked.append):
            await dispatcher.look(connection)
        await asyncio.sleep(0)
    await dispatcher.stop()
    assert len([each for each in asked if "outbound_sink" in each.query]) == 1
    assert rounds.counted == {}


async def test_what_failed_is_due_again_in_its_time(shop: Shop, runner: Runner):
    rounds, order = Rounds(), await shop.order(shirts(1))
    dispatcher = Dispatcher(runner, rounds.kinds)
    await shop.pool.execute("UPDATE outbound_sink SET xid = pg_current_xact_id()")
    await shop.pool.execute(
        "INSERT INTO outbound_progress (store_id, order_id, sink, known, done, tries, why, due_at)"
        " SELECT store_id, id, 'quick', 1, 0, 1, 'It was shut.', $2::timestamptz + interval '10 seconds'"
        " FROM sale_order WHERE id = $1",
        order.id, shop.now,
    )  # fmt: skip
    async with asyncio.timeout(30), shop.pool.acquire() as connection:
        await dispatcher.look(connection)
        assert dispatcher._tasks == {}
        shop.now = shop.now.replace(second=10)
        await dispatcher.look(connection)
        await rounds.event("quick").wait()
    await dispatcher.stop()
    assert rounds.counted == {"quick": 1}


async def test_a_sink_that_is_switched_off_is_not_woken(shop: Shop, runner: Runner):
    rounds = Rounds()
    dispatcher = Dispatcher(runner, rounds.kinds)
    await shop.order(shirts(1))
    await shop.pool.execute("UPDATE outbound_sink SET paused_at = now() WHERE sink = 'webhook:one'")
    async with asyncio.timeout(30), shop.pool.acquire() as connection:
        while "webhook:two" not in rounds.counted:
            await dispatcher.look(connection)
            await asyncio.sleep(0)
    await dispatcher.stop()
    assert "webhook:one" not in rounds.counted
