"""What the commands of a database share: who runs them, the database itself, and text that commands no terminal."""

from __future__ import annotations

import asyncio
import os
import pwd
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    import asyncpg

    from orderway.settings import Settings
    from orderway.workflow.kinds import Workflow

Result = TypeVar("Result")


def printable(text: str) -> str:
    """What somebody wrote, so that it commands no terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def operator() -> str:
    """Whoever runs the command, as an actor: the user of the operating system, whatever the environment says."""
    try:
        return f"operator:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"operator:user {os.getuid()}"


def in_database(work: Callable[[asyncpg.Connection], Awaitable[Result]]) -> Result:
    """Do some work on a connection to the database. Raises what stands in its way."""
    from orderway.database import connect
    from orderway.embedded import open_database
    from orderway.migrations import require_current

    async def connected(url: str) -> Result:
        await require_current(url)
        connection = await connect(url)
        try:
            return await work(connection)
        finally:
            await connection.close()

    with open_database() as url:
        return asyncio.run(connected(url))


def moving(work: Callable[[str, Workflow, Settings], Coroutine[None, None, int]]) -> NoReturn:
    """Do what moves orders of the database, by its settings and flags of now; what comes of it is the exit code."""
    import uvloop

    from orderway.app import make_workflow
    from orderway.configuration.live import settings_of
    from orderway.embedded import open_database
    from orderway.flags.live import flags_of_now
    from orderway.migrations import require_current

    async def in_time(url: str) -> int:
        await require_current(url)
        settings = await settings_of(url)
        async with flags_of_now(url, os.environ) as flags:
            return await work(url, make_workflow(settings, flags), settings)

    with open_database() as url:
        code = uvloop.run(in_time(url))
    raise typer.Exit(code)
