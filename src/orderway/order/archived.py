"""Orders that left the database: who could see one is told that it was archived, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Literal
from uuid import UUID

import asyncpg

from orderway.order.sight import EVERY_STORE, Sight
from orderway.people.permissions import SCOPE_DELIVERY
from orderway.people.viewer import Viewer
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

Part = Literal["sale", "payment", "fulfillment", "receipt"]
"""What of an order has an address of its own."""

PARTS: Final[Mapping[str, Part]] = {"sale": "sale", "payment": "payment", "fulfillment": "fulfillment"}
"""Those that are instances of machines, by these."""


class Archived(NotFound):
    """The order is in the archive, and no more here; `id` is the one that it had, `at` when it left."""

    def __init__(self, message: str, remedy: str, *, id: UUID, number: str, at: datetime) -> None:
        super().__init__(message, remedy)
        self.id, self.number, self.at = id, number, at


async def find_archived(
    connection: Connection,
    viewer: Viewer,
    *,
    id: UUID | None = None,
    number: str | None = None,
    part: Part | None = None,
) -> Archived | None:
    """What is said of an archived order, by its id, its number, or the id of a part of it, to who could see it.

    A draft that its buyer never saw is not theirs to be told of. A rider is told of what they brought. One statement.
    """
    if number is not None and not number.isprintable():
        return None  # no number is so, and PostgreSQL takes no text with a NUL
    sight = Sight(viewer, id or number)
    row = await connection.fetchrow(
        f"""
        SELECT o.id, o.number, o.archived_at, s.name AS store, {sight.staff()} AS is_staff
        FROM archived_as_order o JOIN store s ON s.id = o.store_id
        WHERE {_asked(id, part)} AND o.store_id = {EVERY_STORE} AND {_seen(sight, part)}
        ORDER BY o.archived_at DESC LIMIT 1
        """,  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)
        *sight.values,
    )
    return None if row is None else _told(row)


async def count_archived(connection: Connection, viewer: Viewer, customer: UUID) -> int:
    """Return how many orders of a customer were archived of those that the viewer could see."""
    sight = Sight(viewer, customer)
    counted: int = await connection.fetchval(
        f"SELECT count(*) FROM archived_as_order o WHERE o.customer_id = $1 AND {_seen(sight, None)}",  # noqa: S608  (as above)
        *sight.values,
    )
    return counted


def _asked(id: UUID | None, part: Part | None) -> str:
    if part:
        return f"o.carried -> 'parts' @> jsonb_build_array(jsonb_build_object('{part}', $1::uuid))"
    return "o.id = $1::uuid" if id else "o.number IN ($1::text, upper($1::text))"


def _seen(sight: Sight, part: Part | None) -> str:
    """Whether the viewer saw the order `o`, or what was asked for of it: all but its fulfillments is money."""
    order = f"{sight.order()} AND ((o.carried ->> 'shown')::boolean OR {sight.staff()})"
    if part in {None, "fulfillment"}:
        return f"({order} OR {_brought(sight)})"
    return f"{order} AND {sight.money()}"


def _brought(sight: Sight) -> str:
    """Whether some of the order `o` was the viewer's to deliver at last."""
    viewer = sight.viewer
    if SCOPE_DELIVERY not in viewer.permissions:
        return "false"
    theirs = f"o.carried -> 'brought' ? {sight.value(str(viewer.person_id))}::text"
    if viewer.only is None:
        return theirs
    return f"{theirs} AND o.store_id = ANY ({sight.value(list(viewer.only))}::uuid[])"


def _told(row: asyncpg.Record) -> Archived:
    id, number, at, store = row["id"], row["number"], row["archived_at"], row["store"]
    day = f"{at.astimezone(UTC):%Y-%m-%d}"
    if not row["is_staff"]:
        return Archived(f"Order {number} was archived on {day}.", f"Ask {store} for it.", id=id, number=number, at=at)
    return Archived(
        f"Order {number} was archived on {day}.",
        "Whoever looks after this installation can read it in the archive: ask them for it.",
        id=id, number=number, at=at,
    )  # fmt: skip
