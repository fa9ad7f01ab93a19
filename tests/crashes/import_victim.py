"""An import that is killed (-9) before its n-th statement: `import_victim.py N olist FOLDER`, or `N backfill`."""

import os
import signal
import sys
from typing import Any

import asyncpg

from orderway import cli

statements_left = 0


def live() -> None:
    global statements_left  # noqa: PLW0603  (one count for all connections of the process)
    statements_left -= 1
    if statements_left < 0:
        os.kill(os.getpid(), signal.SIGKILL)


def mortal(method: Any, *, only_alone: str = "") -> Any:
    """The same method, which takes a life for each statement; `only_alone`: where it comes without arguments."""

    async def spoken(*args: Any, **kwargs: Any) -> Any:
        if not only_alone or len(args) == 2:
            live()
        return await method(*args, **kwargs)

    return spoken


if __name__ == "__main__":
    number, *what = sys.argv[1:]
    statements_left = int(number)
    # What has arguments comes by _execute whatever its way in.
    for name, which in (("execute", "BEGIN and COMMIT"), ("_execute", "")):
        setattr(asyncpg.Connection, name, mortal(getattr(asyncpg.Connection, name), only_alone=which))
    sys.argv = ["orderway", *what] if what[0] == "backfill" else ["orderway", "import", *what]
    cli.main()
