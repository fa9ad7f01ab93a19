"""Changing stock as somebody who manages it: and whoever waits for what is free now is served."""

from __future__ import annotations

from orderway.fulfillment.backorders import serve_first
from orderway.people.scope import stores_of
from orderway.people.viewer import Viewer
from orderway.stock.changes import MANAGE, change
from orderway.stock.commands import Command
from orderway.stock.reads import load_waited_for
from orderway.stock.transfers import Changed
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

SERVED_AT_ONCE = 5
"""Of how many shelves somebody is served before the answer."""


async def change_stock(
    runner: Runner, viewer: Viewer, wanted: Command, *, key: str | None, request_id: str | None
) -> Changed:
    """Do what the command says as the viewer, once for a key. Raises what `change` raises, and KeyReused.

    Only the first who wait, at a few of the shelves, are served at once; the others by a worker.
    """
    actor, within = viewer.actor(), stores_of(viewer, MANAGE)

    async def work(tx: Transaction) -> Changed:
        return await change(tx, wanted, within=within)

    request = (type(wanted).__name__, wanted)
    about = await runner.once(work, Changed, key=key, request=request, actor=actor, request_id=request_id)
    if about.movements:
        store = about.stores[-1]
        async with runner.pool.acquire() as connection:
            waited_for = await load_waited_for(connection, store, about.variants, limit=SERVED_AT_ONCE)
        await serve_first(runner, store, waited_for, actor=actor.behind())
    return about
