"""The flags of a process that runs: from the environment, a file or flagd, and anew whenever they change there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from orderway.database import connect
from orderway.flags.definitions import FlagsInvalid
from orderway.flags.flags import ALL_ON, Flags, Origin, Store, Switched
from orderway.listening import meanwhile, patience

if TYPE_CHECKING:
    from orderway.flags.followers import Follower

LOOK = 2.0
"""Seconds between two looks at the file."""

RENEW = 30.0
"""Seconds after which stores and roles are read anew."""

SOURCES: Mapping[Origin, str] = {
    "environment": "the variables ORDERWAY_FLAG_…",
    "file": "the file of ORDERWAY_FLAGS_FILE",
    "flagd": "the server of ORDERWAY_FLAGD",
}

log = structlog.get_logger(__name__)


def origin_of(environ: Mapping[str, str]) -> Origin:
    """Where this process has its flags from; the default where nobody says anything. Raises FlagsInvalid."""
    found: list[Origin] = []
    if environ.get("ORDERWAY_FLAGS_FILE"):
        found.append("file")
    if environ.get("ORDERWAY_FLAGD"):
        found.append("flagd")
    if any(name.startswith("ORDERWAY_FLAG_") for name in environ):
        found.append("environment")
    if len(found) > 1:
        raise FlagsInvalid(
            f"Flags are given twice: by {' and by '.join(SOURCES[each] for each in found)}.", "Leave all but one out."
        )
    return found[0] if found else "default"


@asynccontextmanager
async def live_flags(url: str, environ: Mapping[str, str]) -> AsyncIterator[Flags]:
    """The flags of this process, which follow every change as long as it lasts.

    Raises FlagsInvalid for what can not be, or makes no sense, at the beginning.
    """
    if origin_of(environ) == "default":
        yield ALL_ON
        return
    async with opened(url, environ) as follower:
        log.info("Flags are set.", origin=follower.flags.origin, where=follower.flags.where)
        async with meanwhile(follow(follower, url)):
            yield follower.flags


@asynccontextmanager
async def flags_of_now(url: str, environ: Mapping[str, str]) -> AsyncIterator[Flags]:
    """The flags as they are now, for a command that comes to its end by itself. Raises FlagsInvalid."""
    if origin_of(environ) == "default":
        yield ALL_ON
        return
    async with opened(url, environ) as follower:
        yield follower.flags


@asynccontextmanager
async def opened(url: str | None, environ: Mapping[str, str]) -> AsyncIterator[Follower]:
    """The flags as they are now, with the stores and roles of the database. Raises FlagsInvalid."""
    follower = await asyncio.to_thread(begin, environ)
    try:
        if url:
            await learn(follower.flags, url)
        await asyncio.to_thread(follower.flags.check)
        follower.require_known()
        yield follower
    finally:
        follower.stop()


def begin(environ: Mapping[str, str]) -> Follower:
    """Read the flags where the environment says that they are. Raises FlagsInvalid."""
    from orderway.flags.followers import Fixed, Pushed, Watched  # noqa: PLC0415  (not loaded where no flag is set)

    match origin_of(environ):
        case "file":
            return Watched.of(Path(environ["ORDERWAY_FLAGS_FILE"]))
        case "flagd":
            return Pushed.of(environ["ORDERWAY_FLAGD"])
        case _:
            return Fixed.of(environ)


async def follow(follower: Follower, url: str) -> None:
    """Look now and then, until cancelled."""
    renewed = monotonic()
    while True:
        await asyncio.sleep(LOOK)
        await follower.look()
        if monotonic() - renewed > RENEW:
            with patience("flags"):
                await learn(follower.flags, url)
                renewed = monotonic()


STORES = "SELECT id, code, name FROM store"
ROLES = "SELECT name FROM role ORDER BY name"


async def learn(flags: Switched, url: str) -> None:
    """Let the flags know the stores and roles of the database. Raises what the database raises."""
    connection = await connect(url)
    try:
        stores = {row["id"]: Store(row["code"], row["name"]) for row in await connection.fetch(STORES)}
        roles = [row["name"] for row in await connection.fetch(ROLES)]
    finally:
        await connection.close()
    if (stores, roles) != (flags.stores, flags.roles):
        flags.learn(stores, roles)
