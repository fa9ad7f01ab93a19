"""Saved views: names that people give to lists of orders, for themselves or for everyone who works for the seller.

A view is what its address asks for, and nothing more: whoever opens one sees what they may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from orderway.ids import new_id
from orderway.people.permissions import SETTINGS_MANAGE, STAFF_SCOPES
from orderway.people.scope import actor_everywhere
from orderway.people.viewer import Viewer
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection
from orderway.workflow.transaction import Transaction

LONGEST_NAME, LONGEST_QUERY = 60, 1000
"""Characters of a view's name, and of its query."""

MOST = 50
"""Views that one person keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A view by its name. `query` stands behind the question mark of the list's address."""

    id: UUID
    name: str
    query: str
    shared: bool
    owner: str
    is_mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewView:
    """A view to be saved; one of the same person by the same name is replaced."""

    name: str
    query: str
    shared: bool = False


VIEW = """
SELECT v.id, v.name, v.query, v.shared, p.name AS owner, v.person_id = $1 AS is_mine
FROM saved_view v JOIN person p ON p.id = v.person_id WHERE (v.person_id = $1 OR v.shared AND $2)
"""
SAVE = """
INSERT INTO saved_view (id, person_id, name, query, shared, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (person_id, name) DO UPDATE SET query = excluded.query, shared = excluded.shared RETURNING id
"""


async def list_views(connection: Connection, viewer: Viewer) -> list[SavedView]:
    """Return the viewer's own views, and those that others share with whom works for the seller; by their names."""
    rows = await connection.fetch(
        f"{VIEW} ORDER BY v.person_id <> $1, v.name, v.id", viewer.person_id, may_share(viewer)
    )
    return [SavedView(**row) for row in rows]


async def load_view(connection: Connection, viewer: Viewer, id: UUID) -> SavedView:
    """Return one of those. Raises NotFound."""
    row = await connection.fetchrow(f"{VIEW} AND v.id = $3", viewer.person_id, may_share(viewer), id)
    if row is None:
        raise NotFound("There is no such view.", "Choose one from the list of orders.")
    return SavedView(**row)


async def save_view(tx: Transaction, viewer: Viewer, new: NewView) -> UUID:
    """Keep a view for the viewer and return its id. Raises Invalid."""
    name, query = " ".join(new.name.split()), new.query.strip().removeprefix("?")
    if not (name and name.isprintable() and len(name) <= LONGEST_NAME):
        raise Invalid(f"A view has a name of 1 to {LONGEST_NAME} characters.", "Write it so.", "name")
    if not query:
        raise Invalid("This is the list of all orders, which needs no name.", "Filter or sort it first.", "query")
    if not (query.isascii() and query.isprintable() and len(query) <= LONGEST_QUERY):
        raise Invalid(
            f"A view asks for its list in at most {LONGEST_QUERY:,} characters, as an address does.",
            "Take some of its filters out.",
            "query",
        )
    if new.shared and not may_share(viewer):
        raise Invalid("Only who works for the seller shares views.", "Save it for yourself.", "shared")
    others = "SELECT count(*) FROM saved_view WHERE person_id = $1 AND name <> $2"
    if await tx.connection.fetchval(others, viewer.person_id, name) >= MOST:
        raise Invalid(f"You have {MOST} views, and can have no more.", "Remove one of them first.", "name")
    id: UUID = await tx.connection.fetchval(SAVE, new_id(), viewer.person_id, name, query, new.shared, tx.now)
    return id


async def remove_view(tx: Transaction, viewer: Viewer, id: UUID) -> SavedView:
    """Remove a view of the viewer's own, or one that is shared where they manage settings, and return it.

    Raises NotFound.
    """
    view = await load_view(tx.connection, viewer, id)
    if not may_remove(viewer, view):
        raise NotFound("There is no such view among yours.", "Ask who saved it, or an admin.")
    await tx.connection.execute("DELETE FROM saved_view WHERE id = $1", id)
    return view


def may_remove(viewer: Viewer, view: SavedView) -> bool:
    """Whether the viewer may remove a view that they see."""
    return view.is_mine or actor_everywhere(viewer).may(SETTINGS_MANAGE)


def may_share(viewer: Viewer) -> bool:
    """Whether the viewer works for the seller: who does shares views, and sees those that are shared."""
    return not viewer.permissions.isdisjoint(STAFF_SCOPES)
