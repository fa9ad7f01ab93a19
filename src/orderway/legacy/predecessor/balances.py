"""What resellers owe by the predecessor's own word, beside what their orders come to: its balances only ever grew."""

from __future__ import annotations

from typing import Final

from orderway.legacy.predecessor.columns import Read
from orderway.legacy.predecessor.facts import Oddity
from orderway.legacy.predecessor.laying import CURRENCY
from orderway.legacy.predecessor.source import Source
from orderway.money import Money

TABLE: Final = "ResellerProfile"


async def balances(source: Source) -> list[Oddity]:
    """Name the resellers whose balance is not what their orders leave unpaid, and those who owe more than they may.

    What counts is what is unpaid of orders that went on to their fulfillment and were not cancelled.
    """
    found = []
    for row in await source.fetch(_query(source)):
        where = f'"{TABLE}" {row["id"]}'
        owed, stated, limit = (Money(row[name] or 0, CURRENCY) for name in ("owed", "stated", "credit"))
        if owed != stated:
            said = f"By their orders they owe {owed}, by their balance {stated}: the orders are believed."
            found.append(Oddity(where=where, sentence=said))
        if owed.minor and limit < owed:
            found.append(Oddity(where=where, sentence=f"They owe {owed}, and may owe {limit}."))
    return found


def _query(source: Source) -> str:
    def value(table: str, name: str) -> str:
        return Read(source.catalog, table, name).value()

    taken = " UNION ALL ".join(
        f'SELECT r."saleOrderId"::text AS id, {value(table, "amount")} AS amount FROM "{table}" r'  # noqa: S608
        " WHERE r.\"status\"::text = 'CONFIRMED'"
        for table in ("ConsumerPayment", "ResellerPayment")
    )
    return f"""
        WITH taken AS (SELECT id, sum(amount) AS amount FROM ({taken}) payments GROUP BY id), unpaid AS (
            SELECT s."resellerId" AS id,
                sum(greatest(0, {value("SaleOrder", "totalAmount")} - coalesce(t.amount, 0)))::bigint AS amount
            FROM "SaleOrder" r JOIN "ResellerSale" s ON s."SaleOrderid"::text = r."id"::text
                LEFT JOIN taken t ON t.id = r."id"::text
            WHERE r."phase"::text = 'FULFILLMENT' AND r."status"::text <> 'CANCELLED'
            GROUP BY s."resellerId"
        )
        SELECT r."userId"::text AS id, {value(TABLE, "outstandingBalance")} AS stated,
            {value(TABLE, "creditLimit")} AS credit, u.amount AS owed
        FROM "{TABLE}" r LEFT JOIN unpaid u ON u.id = r."userId" ORDER BY 1
    """  # noqa: S608  (names of ours)
