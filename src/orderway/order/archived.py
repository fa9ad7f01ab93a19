"""Orders that left the database: who could see one is told that it was archived, and when."""

from __future__ import annotations

from datetime import UTC
from uuid import UUID

from orderway.order.reach import EVERY_STORE
from orderway.order.sight import Sight
from orderway.people.viewer import Viewer
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection


class Archived(NotFound):
    """The order is in the archive, and no more here; `id` is the one that it had."""

    def __init__(self, message: str, remedy: str, *, id: UUID) -> None:
        super().__init__(message, remedy)
        self.id = id


async def find_archived(
    connection: Connection, viewer: Viewer, *, id: UUID | None = None, number: str | None = None
) -> Archived | None:
    """What is said of an archived order, by its id or its number, to who could see it. One statement.

    A draft that its buyer never saw is not theirs to be told of. A rider sees what is to be delivered, so none of them.
    """
    sight = Sight(viewer, id or number)
    asked = "o.id = $1::uuid" if id else "o.number IN ($1::text, upper($1::text))"
    row = await connection.fetchrow(
        f"""
        SELECT o.id, o.number, o.archived_at FROM archived_as_order o
        WHERE {asked} AND o.store_id = {EVERY_STORE} AND {sight.order()}
            AND ((o.carried ->> 'shown')::boolean OR {sight.staff()})
        ORDER BY o.archived_at DESC LIMIT 1
        """,  # noqa: S608  (texts of this module and of the viewer's conditions, which hold no values)
        *sight.values,
    )
    if row is None:
        return None
    number, day = row["number"], f"{row['archived_at'].astimezone(UTC):%Y-%m-%d}"
    return Archived(
        f"Order {number} was archived on {day}.",
        "Whoever looks after this installation can read it in the archive.",
        id=row["id"],
    )
