"""The demo's company at a fixed moment, as the tests of pages ask for it: with one password for everybody."""

from datetime import UTC, datetime

from argon2 import PasswordHasher
from tests.secret import SECRET

from orderway.app import make_workflow
from orderway.database import connect_pool
from orderway.demo.hooking import hook_up
from orderway.demo.load import load
from orderway.settings import Settings
from orderway.workflow.runner import Runner

NOW = datetime(2026, 3, 11, 12, 30, tzinfo=UTC)
PASSWORD = "a password of the tests"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def fill(url: str) -> None:
    """Write the company and its orders into a database that is migrated and empty."""
    settings = Settings({})
    async with await connect_pool(url) as pool:
        runner = Runner(pool, make_workflow(settings), clock=lambda: NOW)
        await load(runner, settings, password_hash=QUICK.hash(PASSWORD))
        await hook_up(runner, SECRET)
