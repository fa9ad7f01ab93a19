"""Runs as the database keeps them: one that came to its end, one that took it back, and one that is under way."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from orderway.workflow.batches import MOVED
from orderway.workflow.kinds import Connection
from orderway.workflow.migration_runs import Run, Stayed, Wish, begin, end, foresee

ADA = "operator:ada"
STAYED = (
    Stayed("AWAITING_SETTLEMENT", "What is delivered is settled by the rules that it was sold by.", 2),
    Stayed("GONE", "Version 2 has no place for GONE.", 1),
)


async def brought(pool: asyncpg.Pool, at: datetime) -> tuple[UUID, UUID, UUID]:
    """Sales to version 2 but for three, two of the five back, and older payments to version 3 as far as two of nine."""
    async with pool.acquire() as connection:
        run = await _begun(connection, Wish(machine="sale", to_version=2, actor=ADA, reason="It is here"), at, left=8)
        await connection.execute(MOVED, run.id, 5)
        await end(connection, run, at=at + timedelta(minutes=3), remained=3, stayed=STAYED)
        wish = Wish(machine="sale", to_version=1, undoes=run.id, actor=ADA, reason="Too early")
        back = await _begun(connection, wish, at + timedelta(hours=1), left=2)
        await connection.execute(MOVED, back.id, 2)
        await end(connection, back, at=at + timedelta(hours=1), remained=3)
        wish = Wish(machine="payment", to_version=3, actor=ADA, reason="The third is here")
        under_way = await _begun(connection, wish, at + timedelta(hours=2), left=9)
        await connection.execute(MOVED, under_way.id, 2)
        await end(connection, under_way, at=None, remained=1, stayed=(Stayed("PENDING", "Not now.", 1),))
    return run.id, back.id, under_way.id


async def _begun(connection: Connection, wish: Wish, at: datetime, *, left: int) -> Run:
    run = await begin(connection, wish, at=at)
    await foresee(connection, run, left=left)
    return run
