"""Many write at once, some with transactions that began long before they moved anything, while somebody reads."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests.graphql.office import LAGOS, Api
from tests.graphql.orders import draft
from tests.streams.reading import WORKFLOW, Told, reader

from orderway.quotation.events import ExtendValidity
from orderway.streams import changes
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner

WRITERS, MOVES = 8, 25


@pytest.mark.parametrize("page", [3, 50])
async def test_whoever_reads_meanwhile_reads_each_event_once_and_those_of_an_order_in_their_order(
    page: int, api: Api, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(changes, "PAGE", page)
    made = [await draft(api) for _ in range(3)]
    follower, runner = await reader(api, "admin"), Runner(pool, WORKFLOW)

    async def write(writer: int) -> None:
        for move in range(MOVES):
            ref = Ref("quotation", LAGOS, UUID(made[(writer + move) % 3].ids["quotation"]))
            # A key is spent before the order is locked: so transactions begin in another order than they move it in.
            await runner.send(ref, ExtendValidity(days=1), actor=THE_SYSTEM, key=str(uuid4()))

    writing = asyncio.gather(*(write(number) for number in range(WRITERS)))
    read: list[Told] = []
    while not writing.done():
        read += await follower.read()
        await asyncio.sleep(0)
    await writing
    read += await follower.read()
    for each in made:
        numbers = [number for order, number in read if order == UUID(each.order)]
        assert numbers == list(range(3, 3 + len(numbers)))
    assert len(read) == WRITERS * MOVES
