"""Shelves of the predecessor's stores: they open with what was free, for what was reserved comes with its orders.

After the orders of a run the shelves follow. What is free is compared without what the orders that came over account
for, on both sides: what they received, hold, sent and brought back here. So it makes no difference which of them have
been read by then, or what became of them here; what is left is what people corrected, and what orders that brought
their goods with them took from the shelf there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from orderway.legacy.predecessor.following import Laid, Values
from orderway.legacy.predecessor.laying import IMPORT, Laying, Row
from orderway.stock.changes import change
from orderway.stock.commands import AdjustStock, SetReorderPoint
from orderway.stock.movements import Goods, receive

TABLE: Final = "Stock"
NOTE: Final = "Opening count"
MORE: Final = "The former system counts {counted} free by now: {pieces} more than here."
FEWER: Final = "The former system counts {counted} free by now: {pieces} fewer than here."
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


STANDING: Final = """
WITH mine AS (SELECT store_id, order_id FROM legacy_order WHERE order_id IS NOT NULL), accounted AS (
    SELECT store_id, variant_id, sum(pieces)::bigint AS pieces FROM (
        SELECT store_id, m.variant_id, m.quantity AS pieces FROM movement m JOIN mine USING (store_id, order_id)
        UNION ALL SELECT store_id, r.variant_id, -r.quantity FROM reservation r JOIN mine USING (store_id, order_id)
        WHERE r.status = 'HELD'
        UNION ALL SELECT store_id, a.variant, a.pieces FROM archived_order o JOIN mine USING (store_id, order_id)
        CROSS JOIN LATERAL jsonb_to_recordset(o.carried -> 'stock') AS a (variant uuid, pieces bigint)
    ) each GROUP BY store_id, variant_id
)
SELECT store_id, variant_id, s.quantity - s.reserved AS free, s.reorder_point, coalesce(a.pieces, 0) AS accounted
FROM stock s LEFT JOIN accounted a USING (store_id, variant_id)
"""

Place = tuple[UUID, UUID]
"""A shelf: its store and its variant."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a shelf has here: how much of what is free the orders that came over `accounted` for."""

    free: int = 0
    reorder_point: int | None = None
    accounted: int = 0


async def lay_shelves(
    laying: Laying, stores: Mapping[str, UUID], variants: Mapping[str, UUID], *, selling: Collection[UUID]
) -> None:
    """Open the shelves that are new, but for those of stores in which Orderway is `selling`."""
    known = await laying.known(TABLE)
    goods: defaultdict[UUID, list[Goods]] = defaultdict(list)
    points: defaultdict[UUID, dict[UUID, int]] = defaultdict(dict)
    ours: dict[str, UUID] = {}
    laid: dict[str, Values] = {}
    for row in await _rows(laying):
        if (id_ := row["id"]) in known:
            continue
        store, variant = stores.get(row["storeId"]), variants.get(row["productVariantId"])
        if store is None or variant is None:
            laying.note(TABLE, id_, f"It was left out: its {'variant' if store else 'store'} is none of here.")
            continue
        if store in selling:
            laying.note(TABLE, id_, "It was left out: its store is switched on here, and counts its shelves itself.")
            continue
        if not 0 <= row["reserved"] <= row["quantity"]:
            said = f"{row['reserved']} of {row['quantity']} pieces are reserved: what can not be was taken for nothing."
            laying.note(TABLE, id_, said)
        if free := _free(row):
            goods[store].append(Goods(variant, free))
        if (point := _point(row)) is not None:
            points[store][variant] = point
        ours[id_], laid[id_] = variant, {"free": free, "point": point}
    for store, came in goods.items():
        await receive(laying.connection, store, goods=came, at=laying.at, actor=IMPORT.id, note=NOTE)
    for store, wanted in points.items():
        await laying.connection.execute(WATCH, store, list(wanted), list(wanted.values()), laying.at, IMPORT.id)
    await laying.keep(TABLE, ours, laid)


async def follow_shelves(
    laying: Laying, stores: Mapping[str, UUID], variants: Mapping[str, UUID], *, selling: Collection[UUID]
) -> None:
    """Let the shelves be what is free there by now, but for those of stores in which Orderway is `selling`."""
    rows = {row["id"]: row for row in await _rows(laying)}
    laying.findings.clear()  # what is odd about a row was said when it was laid
    here = {(row[0], row[1]): Shelf(*tuple(row)[2:]) for row in await laying.connection.fetch(STANDING)}
    shelves: list[tuple[Place, Laid]] = []
    for laid in await laying.still(TABLE, rows):
        row = rows[laid.theirs]
        store, variant = stores.get(row["storeId"]), variants.get(row["productVariantId"])
        if store and variant == laid.ours and store not in selling:
            shelves.append(((store, laid.ours), laid))
    # In the order in which sales lock shelves.
    for place, laid in sorted(shelves, key=lambda each: each[0]):
        await _follow(laying, laid, here.get(place, Shelf()), place=place, row=rows[laid.theirs])


async def _follow(laying: Laying, laid: Laid, shelf: Shelf, *, place: Place, row: Row) -> None:
    store, variant = place
    counted = _free(row)

    async def adjust(_new: Values) -> None:
        by = counted - shelf.free
        why = (MORE if by > 0 else FEWER).format(counted=f"{counted:,}", pieces=f"{abs(by):,}")
        await change(laying.transaction, AdjustStock(store=store, variant=variant, reason=why, by=by), within=None)

    async def watch(_new: Values) -> None:
        await change(laying.transaction, SetReorderPoint(store=store, variant=variant, pieces=_point(row)), within=None)

    free: Values = {"free": shelf.free - shelf.accounted}
    await laying.follow(laid, adjust, here=free, there={"free": counted - shelf.accounted})
    await laying.follow(laid, watch, here={"point": shelf.reorder_point}, there={"point": _point(row)})


async def _rows(laying: Laying) -> Sequence[Row]:
    return await laying.rows(TABLE, "storeId", "productVariantId", "quantity", "reserved", "reorderPoint")


def _free(row: Row) -> int:
    """What is free of it: nothing, where more is reserved than there is."""
    quantity, reserved = int(row["quantity"]), int(row["reserved"])
    return max(0, quantity - max(0, reserved))


def _point(row: Row) -> int | None:
    point: int | None = row["reorderPoint"]
    return point if point is not None and point >= 0 else None
