"""The import of the former system's orders: the sample of 2,000, and many more of them, each into an empty database.

The many are the sample itself, each order copied with new ids for itself, its buyer, its payments and all that hangs on
it: so they are of the same kinds, and nobody's credit is another's. ORDERS says how many (100,000).
"""

from __future__ import annotations

import asyncio
import gzip
import os
import re
import sys

import asyncpg
from benchmarks.bench_import import watched
from benchmarks.measure import DATA, PARTS, fresh_server, keep, other_load, rates

from orderway.database import connect, create_database
from orderway.migrations import migrate

SAMPLE = 2_000
MANY = int(os.environ.get("ORDERS", "100000"))

COPIED = {
    "Customer": "id",
    "User": "id email referralCode",
    "ResellerProfile": "userId",
    "SaleOrder": "id resellerSaleid",
    "Quotation": "id resellerId consumerId saleOrderId",
    "QuotationItem": "id quotationId",
    "ConsumerSale": "id customerId quotationId saleOrderId",
    "ConsumerSaleItem": "id consumerSaleId",
    "ResellerSale": "id resellerId quotationId SaleOrderid",
    "ResellerSaleItem": "id resellerSaleId",
    "ConsumerPayment": "id consumerSaleId saleOrderId reference",
    "ResellerPayment": "id resellerId resellerSaleId saleOrderId reference",
    "SaleOrderTransitionLog": "id saleOrderId",
    "Fulfillment": "id saleOrderId",
    "FulfillmentPayment": "id fulfillmentId",
    "FulfillmentRiderInterest": "id fulfillmentId",
    "FulfillmentTransitionLog": "id fulfillmentId",
    "SalesReturn": "id consumerSaleId resellerSaleId",
    "SalesReturnItem": "id salesReturnId",
}
"""The tables that are copied, and the columns of each that name another row in each copy."""

ALONE = {"User": 'WHERE id IN (SELECT "userId" FROM "ResellerProfile")'}
"""Of users, resellers alone: whoever works there has more to do."""

COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = ('"' || $1 || '"')::regclass AND attnum > 0 AND NOT attisdropped
ORDER BY attnum
"""


async def load(url: str, *, times: int) -> None:
    """Load the sample, and multiply it."""
    folder = DATA / "legacy"
    connection = await connect(url)
    try:
        await connection.execute((folder / "schema.sql").read_text())
        await connection.execute(gzip.decompress((folder / "data.sql.gz").read_bytes()).decode())
        copies = {table: await copy(connection, table) for table in COPIED}
        async with connection.transaction():
            for statement in copies.values():  # each reads what the sample had, since a copy is none of it
                await connection.execute(statement, times - 1)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def copy(connection: asyncpg.Connection, table: str) -> str:
    """The statement that copies a table so many times. The sample's own ids have no stroke."""
    names = [row[0] for row in await connection.fetch(COLUMNS, table)]
    own = COPIED[table].split()
    values = [f"t.\"{name}\" || '/' || k" if name in own else f't."{name}"' for name in names]
    listed, first = ", ".join(f'"{name}"' for name in names), own[0]
    where = f"{ALONE.get(table, 'WHERE true')} AND position('/' IN \"{first}\") = 0"
    return (
        f'INSERT INTO "{table}" ({listed}) SELECT {", ".join(values)}'  # noqa: S608  (names of the database itself)
        f' FROM (SELECT * FROM "{table}" {where}) t, generate_series(1, $1::int) AS k'
    )


def bring(source: str, url: str) -> tuple[float, str, list[float], float]:
    """Orders a second, what was said of it, moves a second in each part of the time, and the most memory."""
    asyncio.run(migrate(url))
    out, memory = watched(url, "import", "legacy", "--source", source)
    brought = next(line for line in out.splitlines() if line.startswith("Brought over"))
    seconds = re.search(r"in ([\d,]+) s", brought)
    orders = re.search(r"Brought over ([\d,]+) orders", brought)
    if not seconds or not orders:
        raise RuntimeError(f"Nothing was brought over: {brought}")
    rate = int(orders[1].replace(",", "")) / max(1, int(seconds[1].replace(",", "")))
    return rate, brought, asyncio.run(rates(url)), max(memory)


def main() -> None:
    if not (DATA / "legacy").is_dir():
        sys.exit(f"The sample is not there: {DATA / 'legacy'}. Set ORDERWAY_DATA to the folder that holds legacy/.")
    said, found = [], []
    with fresh_server() as server:
        load_before = other_load()
        for name, times in (("few", 1), ("many", MANY // SAMPLE)):
            for each in (name, f"{name}_source"):
                asyncio.run(create_database(server.url(), name=each))
            asyncio.run(load(server.url(f"{name}_source"), times=times))
            rate, brought, parts, memory = bring(server.url(f"{name}_source"), server.url(name))
            found.append(rate)
            slowest = f"moves a second in each {PARTS}th: {', '.join(f'{each:,.0f}' for each in parts)}"
            said.append(f"{brought} {slowest}; {memory:,.0f} MB at most")
    keep("The import of the former system's orders", [
        f"every commit on disk; {load_before}",
        *said,
        f"{MANY:,} at {found[1] / found[0]:.0%} of the rate of {SAMPLE:,} (wanted: at least 60 %)",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
