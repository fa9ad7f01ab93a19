"""Shelves of the predecessor's stores: they open with what was free, for what was reserved comes with its orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from orderway.legacy.predecessor.laying import IMPORT, Laying
from orderway.stock.movements import Goods, receive

TABLE: Final = "Stock"
NOTE: Final = "Opening count"
WATCH: Final = """
WITH wanted AS (SELECT * FROM unnest($2::uuid[], $3::bigint[]) AS g (variant, point)), watched AS (
    INSERT INTO stock (store_id, variant_id, quantity, reorder_point) SELECT $1, variant, 0, point FROM wanted
    ON CONFLICT (store_id, variant_id) DO UPDATE SET reorder_point = EXCLUDED.reorder_point
    WHERE stock.reorder_point IS NULL
    RETURNING store_id, variant_id, reorder_point
)
INSERT INTO reorder_point_change (store_id, variant_id, became, at, actor)
SELECT store_id, variant_id, reorder_point, $4, $5 FROM watched
"""


async def lay_shelves(laying: Laying, stores: Mapping[str, UUID], variants: Mapping[str, UUID]) -> None:
    """Open the shelves that are new, each once: what is counted there later is no concern of a later run."""
    known = await laying.known(TABLE)
    goods: defaultdict[UUID, list[Goods]] = defaultdict(list)
    points: defaultdict[UUID, dict[UUID, int]] = defaultdict(dict)
    kept: dict[str, UUID] = {}
    for row in await laying.rows(TABLE, "storeId", "productVariantId", "quantity", "reserved", "reorderPoint"):
        if row["id"] in known:
            continue
        store, variant = stores.get(row["storeId"]), variants.get(row["productVariantId"])
        if store is None or variant is None:
            laying.note(TABLE, row["id"], f"It was left out: its {'variant' if store else 'store'} is none of here.")
            continue
        if not 0 <= row["reserved"] <= row["quantity"]:
            said = f"{row['reserved']} of {row['quantity']} pieces are reserved: what can not be was taken for nothing."
            laying.note(TABLE, row["id"], said)
        if (free := row["quantity"] - max(0, row["reserved"])) > 0:
            goods[store].append(Goods(variant, free))
        if (point := row["reorderPoint"]) is not None and point >= 0:
            points[store][variant] = point
        kept[row["id"]] = variant
    for store, came in goods.items():
        await receive(laying.connection, store, goods=came, at=laying.at, actor=IMPORT.id, note=NOTE)
    for store, wanted in points.items():
        await laying.connection.execute(WATCH, store, list(wanted), list(wanted.values()), laying.at, IMPORT.id)
    await laying.keep(TABLE, kept)
