"""Serve the database of DATABASE_URL as `orderway serve` does, at the moment of the tests: every age stays what it is.

The clock goes a thousand times too slowly, so that moments keep their order and no minute passes.
"""

import asyncio
import os
import time
from datetime import datetime, timedelta

import typer
from tests.company import NOW

from orderway.app import make_workflow
from orderway.configuration.live import live_settings
from orderway.database import connect_pool
from orderway.deployment import Deployment
from orderway.secret import read_secret
from orderway.serve import Address, answer, listen, url_of
from orderway.streams.announcer import Announcer
from orderway.workflow.runner import Runner

STARTED = time.monotonic()


def clock() -> datetime:
    return NOW + timedelta(seconds=(time.monotonic() - STARTED) / 1000)


async def serve() -> None:
    url = os.environ["DATABASE_URL"]
    with listen(Address(port=int(os.environ.get("PORT", "0")))) as taken:
        async with live_settings(url) as settings, await connect_pool(url, size=4) as pool:
            runner = Runner(pool, make_workflow(settings), announce=Announcer(pool), clock=clock)
            await answer(
                runner, taken, url=url, secret=read_secret(os.environ), deployment=Deployment(),
                on_ready=lambda: typer.echo(url_of(taken), err=True),
            )  # fmt: skip


if __name__ == "__main__":
    asyncio.run(serve())
