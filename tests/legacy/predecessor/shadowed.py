"""A shadow in a test: looked with once, or as often as is said, and what it found."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.legacy.olist.imported import ask

from orderway.app import make_workflow
from orderway.legacy.shadow import following
from orderway.legacy.shadow.command import shadowing
from orderway.legacy.shadow.following import Shadow
from orderway.settings import Settings

OPEN = """
SELECT o.source_ref, d.kind, d.class, d.sentence FROM shadow_divergence d JOIN sale_order o ON o.id = d.order_id
WHERE closed_at IS NULL AND o.source_ref = ANY ($1) ORDER BY 1, 2
"""
CLOSED = "SELECT count(*) FROM shadow_divergence WHERE closed_at IS NOT NULL"


@asynccontextmanager
async def a_shadow(url: str, source: str) -> AsyncIterator[Shadow]:
    settings = Settings({})
    workflow, stop = make_workflow(settings), asyncio.Event()
    async with shadowing(url, source, workflow=workflow, settings=settings, stop=stop) as shadow:
        yield shadow


def look(url: str, source: str) -> int:
    """Start a shadow, and let it look once: how many orders had changed."""

    async def once() -> int:
        async with a_shadow(url, source) as shadow:
            return await shadow.look()

    return asyncio.run(once())


def sweep(url: str, source: str) -> None:
    """Start a shadow, and let it look once and read a slice of all orders anew."""

    async def once() -> None:
        async with a_shadow(url, source) as shadow:
            shadow.swept_at -= following.SWEEP
            await shadow.look()

    asyncio.run(once())


def differing(url: str, *orders: str) -> list[tuple[str, str, str, str]]:
    """What is open of these orders: order, kind, class and sentence."""
    return ask(url, OPEN, list(orders))
