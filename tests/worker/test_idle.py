"""A worker that has nothing to do asks the database at most once a second, all it does together."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any, ClassVar

import asyncpg
from tests.schedules.runs import NOON

from orderway.app import make_workflow
from orderway.configuration import live
from orderway.configuration.live import LiveSettings
from orderway.fulfillment import waking
from orderway.fulfillment.backorders import serve_all
from orderway.outbound import dispatch
from orderway.outbound.sinks import kinds
from orderway.schedules.taking import Worker
from orderway.settings import Settings
from orderway.worker import timers
from orderway.worker.jobs import JOBS
from orderway.worker.keeping import Keeper
from orderway.workflow.runner import Runner

HOUR = timedelta(hours=1)


class Counted(asyncpg.Connection):
    """A connection that counts what it is asked, the beginnings and ends of transactions among it."""

    asked: ClassVar[Counter[str]] = Counter()

    async def execute(self, *args: Any, **kwargs: Any) -> str:
        if len(args) == 1:  # BEGIN and COMMIT; the others come by _execute
            Counted.asked[args[0]] += 1
        return await super().execute(*args, **kwargs)

    async def _execute(self, query: str, *args: Any, **kwargs: Any) -> Any:
        Counted.asked[query] += 1
        return await super()._execute(query, *args, **kwargs)  # type: ignore[misc]  # not in the stubs


async def kept(_connection: asyncpg.Connection) -> None:
    """Nothing is asked of a connection that goes back, as in every pool of the house."""


def asked() -> int:
    """How often the database was asked since this was asked last."""
    count = Counted.asked.total()
    Counted.asked.clear()
    return count


async def at_set_times(runner: Runner, pass_time: Any) -> int:
    """How often a worker asks in an hour for what is done at set times, that included."""
    keeper = Keeper(runner, JOBS, Worker())
    end = runner.clock() + HOUR
    while runner.clock() < end:
        await keeper.look()
        await keeper.finish()
        pass_time(keeper.pause())
    return asked()


async def test_it_asks_no_more_than_once_a_second(database_url: str):
    now = [NOON]

    def pass_time(seconds: float) -> None:
        now[0] += timedelta(seconds=seconds)

    async with asyncpg.create_pool(database_url, min_size=1, max_size=4, connection_class=Counted, reset=kept) as pool:
        runner = Runner(pool, make_workflow(Settings({})), clock=lambda: now[0])
        dispatcher, settings = dispatch.Dispatcher(runner, kinds(runner)), LiveSettings({})
        async with pool.acquire() as connection:
            await dispatcher.look(connection)
            await asyncio.sleep(0)
            await dispatcher.stop()
            await at_set_times(runner, pass_time)  # what a new database has to be told once
            asked()
            await dispatcher.look(connection)
            assert dispatcher._tasks == {}
            delivery = asked() * 3600 / dispatch.POLL
            await settings.read(connection)
            following = asked() * 3600 / live.POLL
        await serve_all(runner)
        backorders = asked() * 3600 / waking.LOOK
        await timers.sweep_due(runner)
        sweeping = asked() * 3600 / timers.PAUSE
        scheduled = await at_set_times(runner, pass_time)
    assert min(delivery, following, backorders, sweeping, scheduled) > 0
    assert delivery + following + backorders + sweeping + scheduled <= 3600
