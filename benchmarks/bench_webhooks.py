"""Applying a webhook, against pgbench running the very same statements; each commit reaches the disk.

A report of a payment that waits is proven, read, stored, applied and answered: the payment confirmed, the sale captured
and cleared, the fulfillment begun, each with its row of the log and of the outbox. The statements of each report are
recorded once, with their values; pgbench runs them, prepared, on a copy of the same database, over as many connections.
Before each report it fetches the values that differ from the last one's: a statement more than ours.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import uvloop
from asyncpg.connection import LoggedQuery
from benchmarks.measure import ROUNDS, fresh_server, keep, other_load, run, take_turns
from starlette.requests import Request

from orderway.app import make_workflow
from orderway.cluster import programs
from orderway.database import SESSION, connect_pool, create_database, plain
from orderway.embedded import EmbeddedServer
from orderway.ids import new_id
from orderway.migrations import migrate
from orderway.providers.routes import Webhooks
from orderway.quotation.context import PricedLine
from orderway.quotation.events import BuyerApproves, SellerApproves, Share
from orderway.quotation.opening import NewOrder, place
from orderway.sale.payments.opening import NewPayment, register
from orderway.settings import Settings
from orderway.stock.movements import Goods, receive
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.kinds import Moved, Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

CONNECTIONS = 8
REPORTS = 400
"""In each round; one more goes first, unmeasured."""

SECRET = "of no use anywhere"  # noqa: S105  (a benchmark's own)
ENVIRON = {"ORDERWAY_WEBHOOK_SECRET_PAYSTACK": SECRET}
FRAME = ("BEGIN;", "COMMIT;")

Statement = tuple[str, tuple[object, ...]]


def door(pool: asyncpg.Pool) -> Runner:
    return Runner(pool, make_workflow(Settings({})))


async def furnish(pool: asyncpg.Pool) -> None:
    """Orders of one line each, agreed, with a payment that waits; each buyer and each shelf serves some of them."""
    store, product = new_id(), new_id()
    buyers, goods = [new_id() for _ in range(100)], [new_id() for _ in range(100)]
    await pool.execute("INSERT INTO store (id, name, code, currency) VALUES ($1, 'Store', 'STORE', 'NGN')", store)
    await pool.executemany(
        "INSERT INTO customer (id, kind, name, currency) VALUES ($1, 'CONSUMER', 'A customer', 'NGN')",
        [(each,) for each in buyers],
    )
    await pool.execute("INSERT INTO product (id, name) VALUES ($1, 'Goods')", product)
    await pool.executemany(
        "INSERT INTO variant (id, product_id, sku, price, currency) VALUES ($1, $2, $3, 4000, 'NGN')",
        [(each, product, str(each)) for each in goods],
    )
    async with pool.acquire() as connection, connection.transaction():
        shelves = [Goods(each, REPORTS) for each in goods]
        await receive(connection, store, goods=shelves, at=datetime.now(UTC), actor="system")
    runner, turns = door(pool), iter(range(REPORTS + 1))

    async def client() -> None:
        for number in turns:
            await agreed(runner, number, store=store, buyer=buyers[number % 100], variant=goods[number % 100])

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    await pool.execute("VACUUM ANALYZE")


async def agreed(runner: Runner, number: int, *, store: UUID, buyer: UUID, variant: UUID) -> None:
    """An order whose payment waits for its report."""
    line = PricedLine(variant, "Goods", 1, 4000, 0, 0, 0, 4000)
    new = NewOrder(
        store_id=store, customer_id=buyer, currency="NGN", fulfillment_type="PICKUP", lines=(line,),
        valid_until=datetime.now(UTC) + timedelta(days=7),
    )  # fmt: skip
    waiting = NewPayment(amount=4000, currency="NGN", method="CARD", provider="paystack", reference=f"R-{number}")
    placed = await runner.run(partial(place, order=new), actor=THE_SYSTEM)
    ref = Ref("quotation", store, placed.ref.id)
    for event in (Share(), BuyerApproves(1), SellerApproves(1)):
        await runner.send(ref, event, actor=THE_SYSTEM)

    async def wait(tx: Transaction) -> Moved:
        await tx.lock(store, placed.order_id)
        return await register(tx, waiting)

    await runner.run(wait, actor=THE_SYSTEM)


def request_of(number: int) -> Request:
    """A signed report of the payment of an order, as Paystack sends it."""
    told = {
        "event": "charge.success",
        "data": {
            "id": number + 1, "status": "success", "reference": f"R-{number}", "amount": 4000, "currency": "NGN",
            "channel": "card", "paid_at": "2026-03-02T12:00:00.000Z", "metadata": {"note": "x" * 500},
        },
    }  # fmt: skip
    body = msgspec.json.encode(told)
    signature = hmac.new(SECRET.encode(), body, "sha512").hexdigest()

    async def arrive() -> dict[str, object]:
        return {"type": "http.request", "body": body}

    headers = [(b"x-paystack-signature", signature.encode())]
    path = {"provider": "paystack"}
    return Request({"type": "http", "method": "POST", "headers": headers, "path_params": path}, arrive)


async def report(webhooks: Webhooks, number: int) -> None:
    answer = await webhooks.respond(request_of(number))
    if answer.body != b'{"bucket":"applied"}':
        raise RuntimeError(f"Report {number} was answered {bytes(answer.body).decode()}.")


async def ours(url: str) -> tuple[float, float]:
    """Reports a second, and microseconds of this process's time for each."""
    async with await connect_pool(url, size=CONNECTIONS) as pool:
        webhooks, turns = Webhooks(door(pool), ENVIRON), iter(range(1, REPORTS + 1))
        await asyncio.gather(*(pool.fetchval("SELECT pg_sleep(0.05)") for _ in range(CONNECTIONS)))
        await report(webhooks, 0)

        async def client() -> None:
            for number in turns:
                await report(webhooks, number)

        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
        took = time.perf_counter() - began
        return REPORTS / took, (time.process_time() - cpu) / REPORTS * 1e6


async def recorded(url: str) -> list[list[Statement]]:
    """The statements of each report with their values; the first report, which learns of types, is left out."""
    said: list[Statement] = []

    async def listen(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(lambda query: said.append(statement_of(query)))

    async def keep_session(_connection: asyncpg.Connection) -> None:
        """Nothing is reset between two uses."""

    settings = dict(SESSION)
    found = []
    async with asyncpg.create_pool(
        plain(url), min_size=1, max_size=1, init=listen, reset=keep_session, server_settings=settings
    ) as pool:
        webhooks = Webhooks(door(pool), ENVIRON)
        for number in range(REPORTS + 1):
            said.clear()
            await report(webhooks, number)
            found.append(list(said))
    return found[1:]


def statement_of(query: LoggedQuery) -> Statement:
    return query.query, tuple(query.args or ())


def as_text(value: object) -> str:
    """A value as PostgreSQL reads it."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def script_of(reports: Sequence[Sequence[Statement]]) -> tuple[str, list[str], dict[str, str]]:
    """The script for pgbench, the names of the values that differ, and the values that are always the same."""
    texts = [[query for query, _ in each] for each in reports]
    if any(each != texts[0] for each in texts):
        raise RuntimeError("The reports took different statements.")
    lines, differing, same = [], [], dict[str, str]()
    for place_, query in enumerate(texts[0]):
        names: dict[int, str] = {}
        for count, value in enumerate(reports[0][place_][1], 1):
            name = f"v{place_}_{count}"
            if value is None:
                names[count] = "NULL"
                continue
            names[count] = f":{name}"
            if all(as_text(each[place_][1][count - 1]) == as_text(value) for each in reports):
                same[name] = as_text(value)
            else:
                differing.append(name)
        lines.append(re.sub(r"\$(\d+)", lambda found, names=names: names[int(found[1])], query.rstrip("; \n")) + ";")
    chosen = f"\\set i :i + 1\n\\set n :client_id * {REPORTS // CONNECTIONS} + :i\n"
    fetched = f"SELECT {', '.join(differing)} FROM bench WHERE n = :n \\gset\n"  # noqa: S608  (names made here)
    return chosen + fetched + "\n".join(lines), differing, same


async def fill(url: str, reports: Sequence[Sequence[Statement]], differing: Sequence[str]) -> None:
    """Keep the values that differ where pgbench fetches them."""
    places = [tuple(int(part) for part in name[1:].split("_")) for name in differing]
    columns = ", ".join(f"{name} text" for name in differing)
    rows = [
        (number, *(as_text(each[place_][1][count - 1]) for place_, count in places))
        for number, each in enumerate(reports, 1)
    ]
    async with await connect_pool(url, size=1) as pool:
        await pool.execute(f"CREATE TABLE bench (n integer PRIMARY KEY, {columns})")
        await pool.copy_records_to_table("bench", records=rows)
        await pool.execute("VACUUM ANALYZE bench")


def theirs(url: str, script: Path, same: dict[str, str]) -> float:
    """Reports a second of pgbench."""
    constants = [f"--define={name}={value}" for name, value in {"i": "0", **same}.items()]
    said = run(
        str(programs() / "pgbench"), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2",
        "-t", str(REPORTS // CONNECTIONS), *constants, "-f", str(script), url,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", said)
    return float(found[1]) if found else 0.0


def copies(server: EmbeddedServer) -> Callable[[], str]:
    """Gives the address of a fresh copy of the furnished database with each call."""
    made = iter(range(1000))

    def copy() -> str:
        name = f"copy_{next(made)}"
        asyncio.run(create_database(server.url(), name=name, template="bench"))
        return server.url(name)

    return copy


async def prepare(server: EmbeddedServer) -> None:
    url = server.url("bench")
    await create_database(server.url(), name="bench")
    await migrate(url)
    async with await connect_pool(url, size=CONNECTIONS) as pool:
        await furnish(pool)


def main() -> None:
    with fresh_server() as server, tempfile.TemporaryDirectory() as folder:
        uvloop.run(prepare(server))
        copy, script = copies(server), Path(folder) / "report.sql"
        reports = uvloop.run(recorded(copy()))
        text, differing, same = script_of(reports)
        script.write_text(text)
        asyncio.run(fill(server.url("bench"), reports, differing))
        load, costs = other_load(), list[float]()

        def apply() -> float:
            rate, cost = uvloop.run(ours(copy()))
            costs.append(cost)
            return rate

        rate, peer = take_turns(ROUNDS, apply, lambda: theirs(copy(), script, same))
    keep("Applying a webhook", [
        f"{REPORTS} reports over {CONNECTIONS} connections, medians of {ROUNDS} rounds in turn, all on disk; {load}",
        f"proven, stored and applied: {rate:,.0f} a second",
        f"pgbench, the same {len(reports[0]) - len(FRAME)} statements: {peer:,.0f} a second",
        f"ratio {rate / peer:.2f} (wanted: at least 0.35)",
        f"Python's side: {sorted(costs)[len(costs) // 2]:,.0f} µs of processor time a report",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
