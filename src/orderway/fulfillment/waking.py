"""A worker hears when goods are free for which somebody waits, and serves them at once; besides it looks now and then.

Whoever makes goods free has nothing to do for it: the database tells of them by its own trigger.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

import asyncpg
import structlog

from orderway.fulfillment.backorders import serve_all
from orderway.listening import Listener, listen, meanwhile
from orderway.workflow.runner import Runner

CHANNEL = "orderway_goods"
LOOK = 30.0
"""Seconds between two looks where nothing is heard."""

log = structlog.get_logger(__name__)


def serving(runner: Runner, url: str) -> AbstractAsyncContextManager[None]:
    """As long as it lasts, who is missing goods is served at each word of some, and now and then."""

    async def look(_listening: asyncpg.Connection) -> None:
        if served := await serve_all(runner):
            log.info("Backorders were served.", served=served)

    return meanwhile(listen(Listener("backorders", CHANNEL, look, poll=LOOK), url))
