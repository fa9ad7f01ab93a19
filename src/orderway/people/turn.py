"""Whoever changes people, roles or stores takes a turn: one after the other, each with what they may at that moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from orderway.people.giving import beyond
from orderway.people.permissions import LABELS, SCOPE_ALL, SETTINGS_MANAGE, SUPERADMIN_APPOINT
from orderway.people.record import Change, Subject, enter, require_unmoved
from orderway.people.scope import stores_of
from orderway.people.viewer import Viewer, find_viewer
from orderway.statechart import Reason, Refusal
from orderway.workflow.actor import Actor
from orderway.workflow.errors import NotFound, Refused, not_allowed
from orderway.workflow.kinds import Connection

TURN = 7_202_511_250_027
"""Changes of people take turns on this number, which has no other meaning."""

CHANGING = "change users, roles and stores"

SUPERADMINS = f"""
SELECT count(*) FROM person p WHERE p.disabled_at IS NULL AND (
    SELECT array_agg(each) FROM person_role h JOIN role r ON r.id = h.role_id, unnest(r.permissions) AS each
    WHERE h.person_id = p.id
) @> '{{{SUPERADMIN_APPOINT},{SETTINGS_MANAGE},{SCOPE_ALL}}}'
"""  # noqa: S608  (names of the code alone)
"""How many people may do everything, and so let in whoever else is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn, which lasts as long as the transaction of its connection.

    `viewer` is whoever acts as they stand now; None is the system, or an operator, who may do everything. `stores` are
    those whose people they may change; None is all of them. `seen` is the step that they looked at, where they said it.
    """

    connection: Connection
    actor: str
    viewer: Viewer | None
    at: datetime
    reason: str = ""
    seen: int | None = None

    @property
    def stores(self) -> frozenset[UUID] | None:
        return None if self.viewer is None else stores_of(self.viewer, SETTINGS_MANAGE)

    def is_about_self(self, person_id: UUID) -> bool:
        return self.viewer is not None and self.viewer.person_id == person_id

    def require_everywhere(self, *, to: str) -> None:
        """Raises Refused for who may change only the people of some stores."""
        if self.stores is not None:
            raise not_allowed(SCOPE_ALL, to=to)

    def require_stores(self, stores: AbstractSet[UUID]) -> None:
        """Raises NotFound for a store out of reach."""
        if self.stores is not None and not stores <= self.stores:
            raise NotFound("There is no such store.", "Choose one from the list of stores.")

    def require_giving(self, permissions: AbstractSet[str]) -> None:
        """Raises Refused where somebody would get more than whoever acts holds themselves."""
        over = beyond(self.viewer, permissions) if self.viewer else None
        if over == SUPERADMIN_APPOINT:
            raise not_allowed(over, to="make somebody a superadmin")
        if over:
            raise not_allowed(over, to=f"give out what you do not hold as widely yourself: “{LABELS[over]}”")

    async def require_rank(self, person_id: UUID) -> frozenset[str]:
        """Return what the person's roles hold; who may not appoint a superadmin changes none.

        Raises NotFound for a person out of reach, and Refused: also to who manages the people of some stores, where
        the person holds more than they do.
        """
        held = await self.connection.fetchrow(
            "SELECT ARRAY(SELECT ps.store_id FROM person_store ps WHERE ps.person_id = p.id) AS stores,"
            " ARRAY(SELECT DISTINCT each FROM person_role h JOIN role r ON r.id = h.role_id,"
            " unnest(r.permissions) AS each WHERE h.person_id = p.id) AS permissions FROM person p WHERE p.id = $1",
            person_id,
        )
        reached = held is not None and (self.stores is None or (held["stores"] and set(held["stores"]) <= self.stores))
        if held is None or not reached:
            raise NotFound("There is no such person.", "Choose one from the list of users.")
        permissions = frozenset(held["permissions"])
        if SUPERADMIN_APPOINT in permissions and self.viewer and SUPERADMIN_APPOINT not in self.viewer.permissions:
            raise not_allowed(SUPERADMIN_APPOINT, to="change a superadmin")
        if self.stores is not None and not self.is_about_self(person_id):
            await self.require_holding(person_id, to="change somebody who may do more than you")
        return permissions

    async def require_holding(self, person_id: UUID, *, to: str) -> None:
        """Raises Refused unless whoever acts holds all that each role of the person does."""
        rows = await self.connection.fetch(
            "SELECT r.permissions FROM person_role h JOIN role r ON r.id = h.role_id WHERE h.person_id = $1", person_id
        )
        over = next((over for row in rows if self.viewer and (over := beyond(self.viewer, set(row[0])))), None)
        if over:
            raise not_allowed(over, to=to)

    async def require_unmoved(self, subject: Subject) -> None:
        await require_unmoved(self.connection, subject, self.seen)

    async def enter(self, subject: Subject, *changes: Change) -> None:
        """Write down what was changed, where anything was."""
        if changes:
            await enter(self.connection, subject, *changes, by=self.actor, at=self.at, reason=self.reason)


@asynccontextmanager
async def turn_of(
    connection: Connection, by: Viewer | Actor, *, at: datetime, reason: str = "", seen: int | None = None
) -> AsyncIterator[Turn]:
    """Wait for one's turn, in a transaction of its own or the one that is open: all of it, or nothing.

    What whoever acts may is read again, for the turn before may have changed it. An `Actor` is the system or an
    operator. Raises Refused for a person who may change nobody, and where nobody is left who may do everything.
    """
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", TURN)
        viewer = None if isinstance(by, Actor) else await _standing(connection, by)
        who = by.id if isinstance(by, Actor) else by.actor().id
        turn = Turn(connection=connection, actor=who, viewer=viewer, at=at, reason=reason.strip(), seen=seen)
        if isinstance(by, Actor) and by.permissions is not None:
            raise not_allowed(SETTINGS_MANAGE, to=CHANGING)
        if viewer is not None:
            require_changing(viewer)
        before = await connection.fetchval(SUPERADMINS)
        yield turn
        if before and not await connection.fetchval(SUPERADMINS):
            raise _nobody_left()


def require_changing(viewer: Viewer) -> None:
    """Raises Refused for who may change nobody: also before anything dear is done for them."""
    if stores_of(viewer, SETTINGS_MANAGE) == frozenset():
        raise not_allowed(SETTINGS_MANAGE, to=CHANGING)


async def _standing(connection: Connection, let_in: Viewer) -> Viewer:
    """Return the person as they stand now, with no more than they were let in with: a key may hold less than they."""
    now = await find_viewer(connection, let_in.person_id)
    if now is None:
        raise not_allowed(SETTINGS_MANAGE, to=CHANGING)
    roles = tuple(replace(role, permissions=role.permissions & let_in.permissions) for role in now.roles)
    return replace(now, roles=roles, stores=now.stores & let_in.stores, only=let_in.only)


def _nobody_left() -> Refused:
    sentence = "Somebody has to be left who may do everything: this is the last superadmin."
    reason = Reason(guard="last superadmin", sentence=sentence, remedy="Appoint another one first.")
    return Refused(Refusal("", "", "", (reason,), ()), f"{sentence} {reason.remedy}")
