"""The settings of a process that runs: as the database has them, and anew whenever somebody changes them there."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from copy import copy

import structlog

from orderway.database import connect
from orderway.listening import Listener, listen, meanwhile
from orderway.settings import SETTINGS, Settings
from orderway.workflow.kinds import Connection

CHANNEL = "orderway_settings"
"""Where the database tells of each change, whoever made it."""

POLL = 30.0
"""Seconds until the database is looked at again though it told of nothing: a net under what is told."""

PATIENCE = 10.0
"""Seconds that the database is given to answer; a line that is dead says nothing."""

SAVED = "SELECT name, value FROM system_setting"

log = structlog.get_logger(__name__)


class LiveSettings(Settings):
    """Settings that change while the process runs: whoever holds them reads the value of the moment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(environment)
        self._has_begun = False
        self._turn = asyncio.Lock()  # what was read first is taken first: nothing old stands over something new

    async def read(self, connection: Connection) -> None:
        """Take what the database holds, and log what is new since the beginning. Raises what the database raises."""
        async with self._turn:
            before = copy(self)
            self.take(await saved(connection))
            is_new, self._has_begun = self._has_begun, True
        changed = [name for name, setting in SETTINGS.items() if before[setting] != self[setting]]
        if changed and is_new:
            log.info("Settings changed.", settings=changed)
        for name, problem in self.problems.items():
            if before.problems.get(name) != problem:
                log.warning("A setting in the database is not used.", setting=name, reason=problem)


async def catch_up(settings: Settings, connection: Connection) -> None:
    """Let settings that follow the database have its last change at once, for whoever has just made it."""
    if isinstance(settings, LiveSettings):
        await settings.read(connection)


async def saved(connection: Connection) -> dict[str, str]:
    """Return what the database holds: texts by name."""
    return {row["name"]: row["value"] for row in await connection.fetch(SAVED, timeout=PATIENCE)}


async def settings_of(url: str) -> LiveSettings:
    """Return the settings of this process and the database as they are now. Raises DatabaseUnavailable."""
    settings = LiveSettings(os.environ)
    connection = await connect(url)
    try:
        await settings.read(connection)
    finally:
        await connection.close()
    return settings


@asynccontextmanager
async def live_settings(url: str) -> AsyncIterator[LiveSettings]:
    """The settings of this process and the database, which follow every change as long as it lasts.

    Raises SettingInvalid for the environment, and DatabaseUnavailable where the database is away at the beginning.
    """
    settings = await settings_of(url)
    listener = Listener("settings", CHANNEL, settings.read, poll=POLL)
    async with meanwhile(listen(listener, url)):
        yield settings
