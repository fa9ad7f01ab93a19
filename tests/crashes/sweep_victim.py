"""A worker that is killed (-9) before each statement of a sweep in turn: `sweep_victim.py URL`.

Each time a fresh process sweeps the sales, and dies one statement later than the one before. It prints "died" and goes
on when a line comes in, and "done" when a sweep came to its end.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta

from tests.crashes.victim import Mortal, mortal
from tests.stories.shop import NOON

from orderway.app import make_workflow
from orderway.settings import Settings
from orderway.workflow.runner import Runner
from orderway.workflow.timers import sweep


async def work(url: str, *, statements: int) -> None:
    """Sweep until the statements are used up."""
    pool = await mortal(url)
    Mortal.statements_left = statements
    await sweep(Runner(pool, make_workflow(Settings({})), lambda: NOON + timedelta(days=1)), machines=["sale"], batch=2)
    os._exit(0)


def dies(url: str, *, statements: int) -> bool:
    """Sweep in a process of its own; whether that was killed. Exits where it failed by itself."""
    child = os.fork()
    if child == 0:
        asyncio.run(work(url, statements=statements))
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, -signal.SIGKILL):
        sys.exit("the worker failed by itself")
    return code != 0


def main(url: str) -> None:
    statements = 0
    while dies(url, statements=statements):
        print("died", flush=True)  # noqa: T201  (whoever started this listens)
        if not sys.stdin.readline():
            return
        statements += 1
    print("done", flush=True)  # noqa: T201  (the same)


if __name__ == "__main__":
    main(sys.argv[1])
