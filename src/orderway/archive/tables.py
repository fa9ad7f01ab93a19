"""Which tables hold an order: what leaves with it, and what is written along and stays, since it is somebody else's."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Table

from orderway.database import all_tables

OF_ORDER = "order_id = $2"
OF_RETURN = "return_id IN (SELECT id FROM sales_return WHERE store_id = $1 AND order_id = $2)"
OF_FULFILLMENT = "fulfillment_id IN (SELECT id FROM fulfillment WHERE store_id = $1 AND order_id = $2)"
OF_PAYMENT = "payment_id IN (SELECT id FROM payment WHERE store_id = $1 AND order_id = $2)"

LEAVES: Mapping[str, str] = {
    "sale_order": "id = $2",
    **dict.fromkeys(
        (
            "quotation", "sale", "override_request", "payment", "fulfillment", "rider_interest", "transition_log",
            "outbox", "movement", "credit_entry", "payable", "account_credit_entry", "delivery_address",
            "payment_receipt", "rider_ledger", "order_line", "reservation", "sales_return", "order_comment",
            "notification", "mail", "outbound_progress", "failed_timer", "imported_order", "import_finding",
            "import_review",
        ),
        OF_ORDER,
    ),
    "return_line": OF_RETURN,
    "returned_goods": OF_RETURN,
    "fulfillment_pin": OF_FULFILLMENT,
}  # fmt: skip
"""What leaves with the order $2 of the store $1: each table with the condition of its rows."""

WRITTEN_ALONG: Mapping[str, str] = {"payment_reference": OF_PAYMENT, "webhook_event": OF_PAYMENT}
"""What is read with it and stays: a reference is given once, and what a provider reported is its evidence."""

KEEPS = frozenset({"parked_money", "webhook_errand"})
"""An order of which these have a row stays."""

OTHERS = frozenset(
    {
        "webhook_attempt", "outbound_change", "legacy_order", "archived_order", "withdrawn_order", "shadow_divergence",
        "shadow_left_out",
    }
)  # fmt: skip
"""What tells of orders in its own words, and is not theirs: what was sent, what people did about it, what was read."""


PART = """
'{0}', (SELECT coalesce(json_agg(json_build_array({1}) ORDER BY {2}), '[]') FROM {0} WHERE store_id = $1 AND {3})
"""


def reading() -> str:
    """The statement that reads a whole order: each table's rows as lists of texts, in the order of its keys."""
    tables = all_tables().tables
    parts = (
        PART.format(name, columns(tables[name]), ", ".join(key.name for key in tables[name].primary_key), condition)
        for name, condition in {**LEAVES, **WRITTEN_ALONG}.items()
    )
    return f"SELECT json_build_object({', '.join(parts)})::text"


def names(table: Table) -> list[str]:
    """The columns of a table as they are declared."""
    return [str(column.name) for column in table.columns]


def columns(table: Table) -> str:
    return ", ".join(f'"{name}"::text' for name in names(table))
