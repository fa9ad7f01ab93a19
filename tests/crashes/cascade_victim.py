"""A worker that is killed (-9) before each statement of a cascade in turn: `cascade_victim.py URL CASCADE STORE ID`.

Each time a fresh process sends the cascade's event, and dies one statement later than the one before. It prints "died"
and goes on when a line comes in.
"""

import asyncio
import os
import signal
import sys
from typing import Any
from uuid import UUID

import asyncpg
from tests.crashes.victim import Mortal
from tests.stories.shop import NOON, actor

from orderway.app import make_workflow
from orderway.fulfillment.events import Cancel, RefundIssued
from orderway.sale.payments.events import Confirm
from orderway.settings import Settings
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner

CASCADES: dict[str, tuple[str, Any, str]] = {
    "capture": ("payment", Confirm(), "accountant"),
    "cancel": ("fulfillment", Cancel("Changed their mind."), "manager"),
    "refund": ("fulfillment", RefundIssued(2000), "accountant"),
}
"""The machine, the event that starts the cascade, and who sends it."""


async def send(url: str, ref: Ref, cascade: str, *, statements: int) -> None:
    """Send the event; this process dies when the statements are used up."""
    _, event, word = CASCADES[cascade]
    pool = await asyncpg.create_pool(url, min_size=1, max_size=1, connection_class=Mortal)
    Mortal.statements_left = statements
    await Runner(pool, make_workflow(Settings({})), lambda: NOON).send(ref, event, actor=actor(word))


def dies(url: str, ref: Ref, cascade: str, *, statements: int) -> bool:
    """Send it in a process of its own; whether that was killed. Exits where it failed by itself."""
    child = os.fork()
    if child == 0:
        asyncio.run(send(url, ref, cascade, statements=statements))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, -signal.SIGKILL):
        sys.exit("the worker failed by itself")
    return code != 0


def main(url: str, cascade: str, ref: Ref) -> None:
    statements = 0
    while dies(url, ref, cascade, statements=statements):
        print("died", flush=True)  # noqa: T201  (whoever started this listens)
        if not sys.stdin.readline():
            return
        statements += 1


if __name__ == "__main__":
    url, cascade, store, id_ = sys.argv[1:]
    main(url, cascade, Ref(CASCADES[cascade][0], UUID(store), UUID(id_)))
