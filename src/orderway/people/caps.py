"""The most that a person may approve of an override: a cap of each role and currency, set in the open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from orderway.money import LARGEST, UnknownCurrency, exponent
from orderway.people.names import names_of
from orderway.people.permissions import (
    LABELS,
    OVERRIDE_DECIDE,
    SCOPE_ALL,
    SCOPE_BILLED,
    SCOPE_DELIVERY,
    SCOPE_OWN,
    SCOPE_STORE,
    SCOPES,
    SETTINGS_MANAGE,
)
from orderway.people.roles import Role, listed, nearest
from orderway.people.scope import REACHES
from orderway.workflow.actor import Actor
from orderway.workflow.errors import Invalid, NotFound, not_allowed
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True)
class Decider:
    """A role that decides overrides. `cap` in minor units, None where it may approve any amount."""

    role: Role
    cap: int | None
    is_mine: bool
    """The person holds it, and it reaches the order."""

    def may_approve(self, amount: int) -> bool:
        return self.cap is None or amount <= self.cap


# What a scope compares an order with, out of the person's own rows.
MINE = {
    SCOPE_STORE: "ARRAY(SELECT store_id FROM person_store WHERE person_id = $3)",
    SCOPE_BILLED: "$3",
    SCOPE_OWN: "(SELECT id FROM customer WHERE person_id = $3)",
    SCOPE_DELIVERY: "$3",
}
REACHED = " OR ".join(
    [
        f"NOT r.permissions && '{{{', '.join(sorted(SCOPES))}}}'",
        f"'{SCOPE_ALL}' = ANY (r.permissions)",
        *(
            f"'{scope}' = ANY (r.permissions) AND {REACHES[scope].sql.replace('?', mine)}"
            for scope, mine in MINE.items()
        ),
    ]
)

# The order's store is known, and named as such: nothing of another store is looked at.
HERE = REACHED.replace("o.store_id", "$1")

# A cap that is being changed is waited for, and none changes until the decision that looked at it is made.
LOCK = f"""
SELECT FROM role r JOIN person_role h ON h.role_id = r.id
WHERE h.person_id = $1 AND '{OVERRIDE_DECIDE}' = ANY (r.permissions) ORDER BY r.id FOR SHARE OF r
"""

DECIDERS = f"""
SELECT r.label, r.permissions,
    CASE WHEN EXISTS (SELECT FROM override_cap c WHERE c.role_id = r.id) THEN coalesce(
        (SELECT c.amount FROM override_cap c WHERE c.role_id = r.id AND c.currency = o.currency), 0) END AS cap,
    h.person_id IS NOT NULL AND ({HERE}) AS is_mine
FROM sale_order o CROSS JOIN role r LEFT JOIN person_role h ON h.role_id = r.id AND h.person_id = $3
WHERE o.store_id = $1 AND o.id = $2 AND '{OVERRIDE_DECIDE}' = ANY (r.permissions)
ORDER BY cardinality(r.permissions), r.label
"""  # noqa: S608  (texts of the code alone)


async def lock_caps(connection: Connection, person_id: UUID) -> None:
    """Hold the caps of the person's roles as they are, until the transaction ends."""
    await connection.execute(LOCK, person_id)


async def deciders_on(connection: Connection, person_id: UUID, *, store_id: UUID, order_id: UUID) -> list[Decider]:
    """Return the roles that decide the overrides of an order, each with its cap in the order's currency."""
    rows = await connection.fetch(DECIDERS, store_id, order_id, person_id)
    return [
        Decider(Role(row["label"], frozenset(row["permissions"])), row["cap"], is_mine=row["is_mine"]) for row in rows
    ]


def cap_of(deciders: Sequence[Decider]) -> int | None:
    """The most that the person may approve: the highest cap of their roles; None without one, 0 without a role."""
    caps = [each.cap for each in deciders if each.is_mine]
    return None if None in caps else max((cap for cap in caps if cap is not None), default=0)


def who_may_approve(deciders: Sequence[Decider], amount: int) -> str:
    """Those who may approve so much, in words: "an admin"; empty where nobody may."""
    able = [each.role for each in deciders if each.may_approve(amount)]
    return listed(nearest(able, OVERRIDE_DECIDE)) if able else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapChange:
    """A cap to set; without `amount` (minor units) it is removed. `role` is the role's name: "MANAGER"."""

    role: str
    currency: str
    amount: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Cap:
    currency: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Who changed a cap, when and why; None stands for no cap."""

    role: str
    currency: str
    amount_before: int | None
    amount_after: int | None
    reason: str
    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class Capped:
    """A role that decides overrides, its caps, and their latest changes, newest first."""

    role: str
    label: str
    caps: tuple[Cap, ...]
    changes: tuple[Changed, ...]


CAPS = f"""
SELECT r.id, r.name, r.label,
    ARRAY(SELECT currency FROM override_cap WHERE role_id = r.id ORDER BY currency) AS currencies,
    ARRAY(SELECT amount FROM override_cap WHERE role_id = r.id ORDER BY currency) AS amounts
FROM role r WHERE '{OVERRIDE_DECIDE}' = ANY (r.permissions) ORDER BY r.name
"""  # noqa: S608  (texts of the code alone)
CHANGES = """
SELECT role_id, role, currency, amount_before, amount_after, reason, at, actor FROM override_cap_change
ORDER BY at DESC, id DESC LIMIT 200
"""


async def list_caps(connection: Connection, *, by: Actor) -> list[Capped]:
    """Return the roles that decide overrides, by their names. Raises Refused for who may not change caps."""
    if not by.may(SETTINGS_MANAGE):
        raise not_allowed(SETTINGS_MANAGE, to="see what each role may approve")
    changes = await connection.fetch(CHANGES)
    names = await names_of(connection, {row["actor"] for row in changes})
    told = [(row["role_id"], changed(row, names[row["actor"]])) for row in changes]
    return [
        Capped(
            role=row["name"],
            label=row["label"],
            caps=tuple(Cap(*each) for each in zip(row["currencies"], row["amounts"], strict=True)),
            changes=tuple(change for role, change in told if role == row["id"]),
        )
        for row in await connection.fetch(CAPS)
    ]


def changed(row: asyncpg.Record, who: str) -> Changed:
    return Changed(
        role=row["role"],
        currency=row["currency"],
        amount_before=row["amount_before"],
        amount_after=row["amount_after"],
        reason=row["reason"],
        at=row["at"],
        who=who,
    )


AUDIT = """
INSERT INTO override_cap_change (role_id, role, currency, amount_before, amount_after, reason, at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def change_cap(connection: Connection, change: CapChange, *, by: Actor, at: datetime) -> None:
    """Set or remove a cap, and write down who did; a cap that is so already changes nothing.

    Raises Refused for who may not, NotFound for a role, and Invalid for an amount, a currency, or a role that decides
    nothing.
    """
    if not by.may(SETTINGS_MANAGE):
        raise not_allowed(SETTINGS_MANAGE, to="set what a role may approve")
    check(change)
    async with connection.transaction():
        role = await connection.fetchrow("SELECT id, permissions FROM role WHERE name = $1 FOR UPDATE", change.role)
        if role is None:
            raise NotFound(f"There is no role {change.role}.", "Choose one from the list of roles.")
        if change.amount is not None and OVERRIDE_DECIDE not in role["permissions"]:
            may = LABELS[OVERRIDE_DECIDE].lower()
            raise Invalid(f"The role {change.role} may not {may}.", "Give it the permission first.", "role")
        before = await connection.fetchval(
            "SELECT amount FROM override_cap WHERE role_id = $1 AND currency = $2", role["id"], change.currency
        )
        if before == change.amount:
            return
        await write(connection, role["id"], change)
        await connection.execute(
            AUDIT, role["id"], change.role, change.currency, before, change.amount, change.reason, at, by.id
        )


async def write(connection: Connection, role_id: UUID, change: CapChange) -> None:
    if change.amount is None:
        await connection.execute(
            "DELETE FROM override_cap WHERE role_id = $1 AND currency = $2", role_id, change.currency
        )
    else:
        await connection.execute(
            "INSERT INTO override_cap (role_id, currency, amount) VALUES ($1, $2, $3)"
            " ON CONFLICT (role_id, currency) DO UPDATE SET amount = EXCLUDED.amount",
            role_id, change.currency, change.amount,
        )  # fmt: skip


def check(change: CapChange) -> None:
    """Raise Invalid for what no cap can be."""
    try:
        exponent(change.currency)
    except UnknownCurrency as unknown:
        raise Invalid(unknown.message, unknown.remedy, "currency") from None
    if change.amount is not None and not 0 <= change.amount <= LARGEST:
        raise Invalid(f"A cap is an amount from 0 to {LARGEST:,}.", "Correct it, or remove the cap.", "amount")
    if not change.reason.strip():
        raise Invalid("A cap is changed for a reason.", "Say why.", "reason")
