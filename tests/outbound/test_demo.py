"""The people of the demo hear of its orders: all that there are, each what concerns them."""

from datetime import UTC, datetime

import asyncpg
from tests.outbound.listening import deliver_all

from orderway.app import make_workflow, the_laws
from orderway.demo.load import load
from orderway.settings import Settings
from orderway.workflow.runner import Runner
from orderway.workflow.verify import verify

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

HEARD = """
SELECT split_part(split_part(p.email, '@', 1), '.', 1) AS who, count(n.number) FROM person p
LEFT JOIN notification n ON n.person_id = p.id GROUP BY 1
"""


async def test_the_people_of_the_demo_are_told_of_its_orders(pool: asyncpg.Pool):
    settings = Settings({})
    runner = Runner(pool, make_workflow(settings), clock=lambda: NOW)
    await load(runner, settings, password_hash=HASH)
    done = await deliver_all(runner)
    assert (done.delivered, done.failed) == (200, 0)
    told = {row["who"]: row["count"] for row in await pool.fetch(HEARD)}
    heard = {who for who, count in told.items() if count > 50}
    assert heard >= {"manager", "biller", "rider1", "rider2", "customer", "reseller"}
    assert {who for who, count in told.items() if not count} == {"superadmin", "admin", "accountant"}
    assert await pool.fetchval("SELECT count(*) FROM notification WHERE title LIKE '%{%' OR text LIKE '%{%'") == 0
    async with pool.acquire() as connection:
        assert (await verify(connection, runner.workflow, the_laws(), now=NOW)).findings == ()
