"""What a page says of an order that was archived: on which day, and whom to ask for it."""

from __future__ import annotations

from orderway.order.archived import Archived, find_archived
from orderway.people.permissions import STAFF_SCOPES
from orderway.people.viewer import Viewer
from orderway.ui.language import t, tr
from orderway.ui.words import long_date
from orderway.workflow.kinds import Connection


def sentence(archived: Archived) -> str:
    return t("Order {number} was archived on {day}.", number=archived.number, day=long_date(archived.at))


async def left(connection: Connection, viewer: Viewer, search: str) -> str:
    """What is said where a number finds nothing but an order that was archived; else nothing."""
    archived = await find_archived(connection, viewer, number=search) if search else None
    return f"{sentence(archived)} {tr(archived.remedy)}" if archived else ""


def older(count: int, viewer: Viewer) -> str:
    """What is said of so many orders of a customer, to who serves them or to themselves; nothing of none."""
    if not count:
        return ""
    if viewer.permissions.isdisjoint(STAFF_SCOPES):
        return t(
            "{n} older order was archived. Ask the store for it.",
            "{n} older orders were archived. Ask the store for them.",
            n=count,
        )
    return t(
        "{n} older order was archived. Whoever looks after this installation can read it in the archive.",
        "{n} older orders were archived. Whoever looks after this installation can read them in the archive.",
        n=count,
    )
