"""Who rests wakes up at the event, or in time, or is cancelled, and nothing of it gets lost."""

import asyncio

import pytest

from orderway.rest import rest


async def test_it_ends_at_the_event_and_in_time():
    event = asyncio.Event()
    await rest(event, 0)
    event.set()
    await rest(event, 3600)


@pytest.mark.parametrize("turns", range(5))
async def test_who_is_cancelled_at_the_moment_of_the_event_is_cancelled(turns: int):
    """However many turns of the loop lie between the two."""
    event = asyncio.Event()

    async def looking() -> None:
        while True:
            event.clear()
            await rest(event, 3600)

    task = asyncio.create_task(looking())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    event.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=5)
    assert done
    assert task.cancelled()
