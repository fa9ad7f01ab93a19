"""Workers as processes: they tell people by themselves, and one that is killed leaves nothing undone or done twice."""

import asyncio
import signal

from tests.commands import running
from tests.outbound.listening import UNHEARD
from tests.stories.shop import RESELLER, SHIRT, Shop, person, shirts

from orderway.outbound.sinks import delivering
from orderway.quotation.events import Share
from orderway.workflow.runner import Runner

ORDERS = 12
HEARD = "SELECT count(*), count(DISTINCT (order_id, event_number)) FROM notification WHERE person_id = $1"


async def test_one_of_two_workers_is_killed_and_the_other_tells_everyone_once(shop: Shop, database_url: str):
    await shop.stock((SHIRT, ORDERS))
    with running("worker", DATABASE_URL=database_url) as first, running("worker", DATABASE_URL=database_url) as second:
        for worker in (first, second):
            worker.wait_for("looks after the timers of test_")
        for number in range(ORDERS):
            await shop.agreed(shirts(1), customer=RESELLER)
            if number == ORDERS // 2:
                first.stop(signal.SIGKILL)
        async with asyncio.timeout(60):
            while await unheard(shop):
                pass
        code, said = second.stop()
    assert code == 0
    assert "Traceback" not in said
    # Each was told that their quotation is ready, approved and agreed.
    assert await shop.row(HEARD, person("reseller")) == (3 * ORDERS, 3 * ORDERS)
    assert await shop.row("SELECT max(tries), bool_and(done = known) FROM outbound_progress") == (0, True)


async def test_whoever_follows_what_they_are_told_is_woken_when_it_is_there(shop: Shop, database_url: str):
    told = asyncio.Event()
    runner = Runner(shop.pool, shop.workflow, lambda: shop.now, announce=told.set)
    order = await shop.order(shirts(1), customer=RESELLER)
    await order.send("quotation", Share())
    async with asyncio.timeout(30), delivering(runner, database_url):
        await told.wait()
        while not await shop.pool.fetchval("SELECT count(*) FROM notification"):
            pass


async def unheard(shop: Shop) -> bool:
    """Whether something is not noted yet, or not told."""
    not_told = "SELECT count(*) FROM outbound_progress WHERE done < known"
    return bool(await shop.pool.fetchval(f"SELECT ({UNHEARD}) + ({not_told})", "notifications"))
