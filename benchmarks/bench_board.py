"""What pages tell of very many orders at a million of them: the board, what stands where, and figures of the log.

Give it the folder of a server whose database `benchmarks.million_orders` made; without one it makes it. The figures are
of a year in which each state of every store was left on each day after many lengths of time; what is written for that
is undone at the end. Beside the time that was waited stands what PostgreSQL took of a processor.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.bench_lists import Clock, viewers
from benchmarks.measure import fresh_server, keep, other_load
from benchmarks.million_orders import DATABASE, make

from orderway.app import make_workflow
from orderway.database import connect
from orderway.embedded import EmbeddedServer
from orderway.insight.reads import load_dwell, load_figures
from orderway.insight.stuck import load_stuck
from orderway.insight.windows import last_days
from orderway.machines import CHARTS
from orderway.order.board import load_board
from orderway.order.leading import MAIN
from orderway.order.tallies import count_states, weigh_states
from orderway.people.viewer import Viewer
from orderway.settings import Settings
from orderway.workflow.kinds import Connection

ROUNDS = 8
PLACES = """
SELECT s.id AS store_id, p.machine, p.state, now()::date - d AS day
FROM store s CROSS JOIN unnest($1::text[], $2::text[]) p (machine, state) CROSS JOIN generate_series(0, 364) d
"""
ENTERED = f"INSERT INTO insight_state SELECT p.*, 40, 30 FROM ({PLACES}) p"  # noqa: S608  (texts of this module)
STOOD = f"INSERT INTO insight_dwell SELECT p.*, 20 + b * 4, 5 FROM ({PLACES}) p, generate_series(0, 7) b"  # noqa: S608  (as above)


async def fill(connection: Connection) -> None:
    """A year of figures."""
    places = [(name, state) for name, chart in CHARTS.items() for state in chart.leaves]
    machines, states = zip(*places, strict=True)
    for statement in (ENTERED, STOOD):
        await connection.execute(statement, [*machines], [*states])
    await connection.execute("ANALYZE insight_state; ANALYZE insight_dwell")


async def look(clock: Clock, connection: Connection, viewer: Viewer, role: str) -> None:
    workflow, now = make_workflow(Settings({})), datetime.now(UTC)
    for _ in range(ROUNDS):
        await clock.take(role, "the board", load_board(connection, workflow, viewer))
        for machine in MAIN:
            kind = workflow.kind(machine)
            await clock.take(role, "counts of a machine", count_states(connection, viewer, kind=kind))
            await clock.take(role, "counts, worth and age of a machine", weigh_states(connection, viewer, kind=kind))
        if role == "biller":
            continue
        for days in (30, 90, 365):
            window = last_days(days, now=now)
            await clock.take(role, f"figures of {days} days", load_figures(connection, viewer, window))
            dwell = load_dwell(connection, viewer, "fulfillment", window=window)
            await clock.take(role, f"time in each state, {days} days", dwell)
        await clock.take(role, "what stands still", load_stuck(connection, workflow, viewer, now=now))


async def main(server: EmbeddedServer) -> None:
    dirty = other_load()
    connection = await connect(server.url(DATABASE))
    clock = Clock(connection)
    undone = connection.transaction()
    await undone.start()
    try:
        orders = await connection.fetchval("SELECT count(*) FROM sale_order")
        await fill(connection)
        for role in ("admin", "manager", "biller"):
            await look(clock, connection, (await viewers(connection, role))[0], role)
    finally:
        await undone.rollback()
        await connection.close()
    lines = [f"{orders:,} orders, {ROUNDS} rounds; {dirty}"]
    lines += [f"{role}, {name}: {taken}" for (role, name), taken in clock.cells.items()]
    keep("The board, what stands where, and figures at a million orders", lines)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with EmbeddedServer(Path(sys.argv[1])) as its_server:
            asyncio.run(main(its_server))
    else:
        with fresh_server() as its_server:
            asyncio.run(make(its_server, 1_000_000))
            asyncio.run(main(its_server))
