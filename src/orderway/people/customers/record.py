"""Who changed what of a customer: rows that are only ever added, in the words of then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from orderway.ids import new_id
from orderway.people.names import name_of, names_of
from orderway.workflow.errors import Conflict, Invalid
from orderway.workflow.kinds import Connection

PHRASES: Mapping[str, str] = MappingProxyType(
    {
        "CREATED": "added the customer",
        "NAME": "changed the name",
        "PHONE": "changed the telephone number",
        "EMAIL": "changed the e-mail address",
        "STORE": "changed the store",
        "BILLER": "changed the biller",
    }
)
"""What can have changed, and how it continues the name of who did it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change, of PHRASES, in words."""

    what: str
    was: str | None = None
    became: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A change as it was written down: `what` continues the name of `who`."""

    step: int
    what: str
    was: str | None
    became: str | None
    reason: str
    at: datetime
    who: str


COUNT = "UPDATE customer SET step = step + 1 WHERE id = $1 RETURNING step"
NOTE = """
INSERT INTO customer_change (id, customer_id, step, what, was, became, reason, at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
LAST = "SELECT what, at, actor FROM customer_change WHERE customer_id = $1 ORDER BY step DESC, id LIMIT 1"
HISTORY = """
SELECT step, what, was, became, reason, at, actor FROM customer_change
WHERE customer_id = $1 ORDER BY step DESC, id DESC LIMIT $2
"""


async def enter(
    connection: Connection, customer_id: UUID, changes: Sequence[Change], *, by: str, at: datetime, reason: str
) -> None:
    """Count one step of the customer, and write down what it changed; `by` is the id of an actor."""
    step = await connection.fetchval(COUNT, customer_id)
    await connection.executemany(
        NOTE,
        [(new_id(), customer_id, step, each.what, each.was, each.became, reason.strip(), at, by) for each in changes],
    )


async def require_unmoved(connection: Connection, customer_id: UUID, *, step: int, seen: int | None) -> None:
    """Raises Conflict where the customer changed since the step that was seen: who, when and what."""
    if seen is None or seen == step:
        return
    last = await connection.fetchrow(LAST, customer_id)
    if last is None or seen > step:
        raise Invalid(f"The customer is not at the step {seen}, but at {step}.", "Look at them again.", "seen")
    who = await name_of(connection, last["actor"])
    raise Conflict(who=who, when=last["at"], what=PHRASES[last["what"]], step=step)


async def list_noted(connection: Connection, customer_id: UUID, *, limit: int = 100) -> list[Noted]:
    """Return the latest changes of a customer, newest first; who may see them is for the caller to ask."""
    rows = await connection.fetch(HISTORY, customer_id, limit)
    names = await names_of(connection, {row["actor"] for row in rows})
    return [
        Noted(
            step=row["step"], what=PHRASES[row["what"]], was=row["was"], became=row["became"], reason=row["reason"],
            at=row["at"], who=names[row["actor"]],
        )
        for row in rows
    ]  # fmt: skip
