"""Goods counted a second time: what lies on each shelf, what is held, and where the pieces of each line are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

Row = Mapping[str, Any]
Tables = Mapping[str, list[Row]]
Place = tuple[UUID, UUID]
"""A shelf: its store and its variant."""

ENDED_EARLY = {"CANCELLED", "EXPIRED"}
HAS_ALL = {"PICK_PACK", "AWAITING_RIDER_SELECTION", "RIDER_ASSIGNED", "READY_FOR_SHIPMENT"}
IS_AWAY = {
    "SHIPPED", "DELIVERED", "RETURN_REQUESTED", "RETURN_ACCEPTED", "RETURN_RECEIVED", "COMPLETED", "REFUNDED",
}  # fmt: skip
DROPPED = {"CANCELLED", "FAILED"}


def goods(tables: Tables, arrived: Mapping[Place, int]) -> Iterator[str]:
    """On each shelf lies what arrived, less what is away, and what came back whole; held is what is held."""
    shelf, held, moved = Counter[Place](arrived), Counter[Place](), Counter[Place]()
    variant_of = {row["id"]: row["variant_id"] for row in tables["order_line"]}
    for row in tables["reservation"]:
        place = row["store_id"], row["variant_id"]
        shelf[place] -= row["quantity"] * (row["status"] == "COMMITTED")
        held[place] += row["quantity"] * (row["status"] == "HELD")
    for row in tables["returned_goods"]:
        shelf[row["store_id"], variant_of[row["line_id"]]] += row["quantity"] * (row["condition"] == "SELLABLE")
    for row in tables["movement"]:
        moved[row["store_id"], row["variant_id"]] += row["quantity"]
    for row in tables["stock"]:
        place = row["store_id"], row["variant_id"]
        is_there = (row["quantity"], row["quantity"], row["reserved"])
        expected = (shelf.pop(place, 0), moved[place], held.pop(place, 0))
        if is_there != expected or not 0 <= row["reserved"] <= row["quantity"]:
            yield f"{place} lies there as {is_there}, and should as {expected}."
    if any(shelf.values()) or any(held.values()):
        yield f"{dict(shelf)} should lie and {dict(held)} be held where no shelf is."


def pieces(order: Row, sale: Row, parts: Iterable[Row], reservations: Iterable[Row], lines: list[Row]) -> Iterator[str]:
    """Each piece of a line is in one part of the order, and missing, held, away or free, as the part's state says."""
    rows = list(reservations)
    is_of_goods = order["fulfillment_type"] != "SERVICE" and sale["state"] is not None
    asked = Counter[UUID]()
    for row in rows:
        asked[row["line_id"]] += row["quantity"]
    if asked != Counter({line["id"]: line["quantity"] for line in lines} if is_of_goods else {}):
        yield f"Of its lines {dict(asked)} pieces are in some part."
    states = {part["context"]["part"]: part for part in parts}
    for number in {row["part"] for row in rows} | set(states if is_of_goods else ()):
        found = {row["status"] for row in rows if row["part"] == number}
        part = states.get(number, {"state": None, "context": {}})
        if sale["state"] in ENDED_EARLY:
            part = {"state": "CANCELLED", "context": {}}
        if not found or found not in allowed(part):
            yield f"Its sale is {sale['state']}, its part {number} {part['state']}, its pieces {found}."


def allowed(part: Row) -> list[set[str]]:
    """The statuses that the pieces of a part may have together."""
    state, was_out = part["state"], part["context"].get("attempts", 0) > 0
    waiting = [{"MISSING"}, {"MISSING", "HELD"}]
    if state in DROPPED:
        return [{"RELEASED"}]
    if state in IS_AWAY or (was_out and state in {*HAS_ALL, "ON_HOLD"}):
        return [{"COMMITTED"}]
    if state in HAS_ALL:
        return [{"HELD"}]
    return waiting if state == "BACKORDERED" else [*waiting, {"HELD"}]


def dropped_pieces(sale: Row, parts: Iterable[Row], reservations: Iterable[Row]) -> Counter[UUID]:
    """The pieces of parts that ended with nothing for the buyer while another part of the order went on."""
    gone = {part["context"]["part"] for part in parts if part["state"] in DROPPED}
    found = Counter[UUID]()
    for row in reservations:
        if row["part"] in gone and sale["state"] not in ENDED_EARLY:
            found[row["line_id"]] += row["quantity"]
    return found
