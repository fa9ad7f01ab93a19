"""A shadow in a test: looked with once, or as often as is said, and what it found."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from tests.legacy.olist.imported import ask

from orderway.app import make_workflow
from orderway.flags.live import live_flags
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
async def a_shadow(url: str, source: str, **flags: str) -> AsyncIterator[Shadow]:
    """A shadow under flags, by the words of the environment: `sales="store:LAG"`."""
    settings, stop = Settings({}), asyncio.Event()
    async with live_flags(url, {f"ORDERWAY_FLAG_{name.upper()}": text for name, text in flags.items()}) as found:
        workflow = make_workflow(settings, found)
        async with shadowing(url, source, workflow=workflow, settings=settings, stop=stop) as shadow:
            yield shadow


def look(url: str, source: str) -> int:
    """Start a shadow, and let it look once: how many orders had changed."""

    async def once() -> int:
        async with a_shadow(url, source) as shadow:
            return await shadow.look()

    return asyncio.run(once())


def sweep(url: str, source: str, **flags: str) -> None:
    """Start a shadow, and let it read all orders anew, slice by slice."""

    async def once() -> None:
        async with a_shadow(url, source, **flags) as shadow:
            assert shadow.place
            shadow.place = replace(shadow.place, swept="")
            while True:
                shadow.swept_at -= following.SWEEP
                await shadow.look()
                if not shadow.place.swept:
                    return

    asyncio.run(once())


def differing(url: str, *orders: str) -> list[tuple[str, str, str, str]]:
    """What is open of these orders: order, kind, class and sentence."""
    return ask(url, OPEN, list(orders))
