"""A worker that is killed (-9) before each statement of its telling in turn: `notify_victim.py URL`.

Each time a fresh process tells people what happened, and dies one statement later than the one before. It prints "died"
and goes on when a line comes in, and "done" when a round came to its end.
"""

import asyncio
import os
import signal
import sys

from tests.crashes.victim import Mortal, mortal
from tests.stories.shop import NOON

from orderway.app import make_workflow
from orderway.outbound.delivery import deliver
from orderway.outbound.notifying import Notifications
from orderway.settings import Settings
from orderway.workflow.runner import Runner


async def work(url: str, *, statements: int) -> None:
    """Tell people until the statements are used up."""
    pool = await mortal(url)
    Mortal.statements_left = statements
    settings = Settings({})
    done = await deliver(Runner(pool, make_workflow(settings), lambda: NOON), Notifications(settings))
    os._exit(1 if done.failed else 0)


def dies(url: str, *, statements: int) -> bool:
    """Tell in a process of its own; whether that was killed. Exits where it failed by itself."""
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
