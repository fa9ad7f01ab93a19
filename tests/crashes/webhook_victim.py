"""A server that is killed (-9) before each statement of a webhook in turn: `webhook_victim.py URL`.

For each order's number that comes in as a line, a fresh process takes the report of its payment, and dies one statement
later than the one before; it prints "died" or "lived".
"""

import asyncio
import os
import signal
import sys

import httpx
import msgspec
from starlette.applications import Starlette
from tests.crashes.victim import Mortal, mortal
from tests.providers.till import ENVIRON, plain, signed
from tests.stories.shop import NOON

from orderway.app import make_workflow
from orderway.providers.routes import webhook_routes
from orderway.settings import Settings
from orderway.workflow.runner import Runner


async def take(url: str, number: str, *, statements: int) -> None:
    """Take the report of a payment of the order; this process dies when the statements are used up."""
    body = msgspec.json.encode(plain("captured", id=number, order=number, reference=number))
    pool = await mortal(url)
    app = Starlette(routes=webhook_routes(Runner(pool, make_workflow(Settings({})), lambda: NOON), ENVIRON))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://orderway.test") as client:
        Mortal.statements_left = statements
        answer = await client.post("/payments/webhooks/paystack/consumer", content=body, headers=signed(body))
        Mortal.statements_left = sys.maxsize
    assert answer.json() == {"bucket": "applied"}


def dies(url: str, number: str, *, statements: int) -> bool:
    """Take it in a process of its own; whether that was killed. Exits where it failed by itself."""
    child = os.fork()
    if child == 0:
        asyncio.run(take(url, number, statements=statements))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, -signal.SIGKILL):
        sys.exit("the server failed by itself")
    return code != 0


def main(url: str) -> None:
    for statements, line in enumerate(sys.stdin):
        print("died" if dies(url, line.strip(), statements=statements) else "lived", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
