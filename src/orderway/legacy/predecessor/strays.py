"""Rows of the predecessor that hang on nothing, and so come along with no order: each is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from orderway.legacy.predecessor.facts import Oddity
from orderway.legacy.predecessor.source import Source

ORDER: Final = {"saleOrderId": "SaleOrder"}
FULFILLMENT: Final = {"fulfillmentId": "Fulfillment"}

LINKS: Final[Mapping[str, Mapping[str, str]]] = {
    "Quotation": ORDER,
    "QuotationItem": {"quotationId": "Quotation"},
    "ConsumerSale": ORDER,
    "ResellerSale": {"SaleOrderid": "SaleOrder"},
    "ConsumerSaleItem": {"consumerSaleId": "ConsumerSale"},
    "ResellerSaleItem": {"resellerSaleId": "ResellerSale"},
    "ConsumerPayment": {**ORDER, "consumerSaleId": "ConsumerSale"},
    "ResellerPayment": {**ORDER, "resellerSaleId": "ResellerSale"},
    "SaleOrderTransitionLog": ORDER,
    "Fulfillment": ORDER,
    "FulfillmentPayment": FULFILLMENT,
    "FulfillmentRiderInterest": FULFILLMENT,
    "FulfillmentTransitionLog": FULFILLMENT,
    "SalesReturn": {"consumerSaleId": "ConsumerSale", "resellerSaleId": "ResellerSale"},
    "SalesReturnItem": {"salesReturnId": "SalesReturn"},
}
"""By what a row of each table hangs on an order: by one of these at least."""

MONEY: Final = frozenset({"ConsumerPayment", "ResellerPayment", "FulfillmentPayment"})


async def strays(source: Source) -> list[Oddity]:
    """Name the rows that hang on nothing; of money it is said how much."""
    found = []
    for table, links in LINKS.items():
        for row in await source.fetch(_query(table, links)):
            amount = f" Its amount is {row['amount']}." if row["amount"] else ""
            found.append(Oddity(where=f'"{table}" {row["id"]}', sentence=f"{row['why']}.{amount}"))
    return found


def _query(table: str, links: Mapping[str, str]) -> str:
    nowhere = " AND ".join(
        f'NOT EXISTS (SELECT FROM "{to}" x WHERE x."id"::text = r."{name}"::text)' for name, to in links.items()
    )
    whys = ", ".join(_why(name, to) for name, to in links.items())
    amount = 'r."amount"::text' if table in MONEY else "NULL::text"
    return f"""
        SELECT r."id"::text AS id, 'It belongs to no order: ' || concat_ws(', ', {whys}) AS why, {amount} AS amount
        FROM "{table}" r WHERE {nowhere} ORDER BY 1
    """  # noqa: S608  (names of ours)


def _why(name: str, to: str) -> str:
    there = f"""'its "{name}" points to no row of "{to}" (' || r."{name}"::text || ')'"""
    return f"""coalesce({there}, 'its "{name}" is empty')"""
