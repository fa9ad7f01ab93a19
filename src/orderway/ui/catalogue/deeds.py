"""Changing the catalogue from pages: several changes of one form at once or not at all, and none over a newer one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from orderway.catalogue.changes import WORDS, Changed, change
from orderway.catalogue.commands import Alteration, Creation, RemoveListPrice, SetListPrice
from orderway.catalogue.reads import load_changes
from orderway.people.names import name_of
from orderway.ui.language import t
from orderway.ui.site import Visit
from orderway.workflow.errors import Conflict, NotFound
from orderway.workflow.kinds import Connection
from orderway.workflow.transaction import Transaction

MANAGE = "catalogue.manage"


async def create(visit: Visit, wanted: Creation, *, key: str | None) -> Changed:
    """Make something that was not there; the same key makes it once. Raises what `change` raises, and KeyReused."""
    require(visit)

    async def work(tx: Transaction) -> Changed:
        return await change(tx, wanted)

    return await visit.site.runner.once(
        work, Changed, key=key, request=(type(wanted).__name__, wanted), actor=visit.viewer.actor(),
        request_id=getattr(visit.request.state, "request_id", None),
    )  # fmt: skip


async def alter(
    visit: Visit, wanted: Sequence[Alteration | SetListPrice | RemoveListPrice], *, of: UUID, seen: str
) -> None:
    """Make all of the changes, where nothing `of` this changed since the change that was seen.

    Raises what `change` raises, and Conflict.
    """
    require(visit)

    async def work(tx: Transaction) -> None:
        await _require_unmoved(tx.connection, of, seen)
        for each in wanted:
            await change(tx, each)

    await visit.site.runner.run(work, actor=visit.viewer.actor())


def require(visit: Visit) -> None:
    """Raises NotFound for who may not change the catalogue: for them these forms are not there."""
    if not visit.viewer.actor().may(MANAGE):
        raise NotFound(t("There is nothing at this address."))


async def last_change(connection: Connection, of: UUID) -> str:
    """What a form keeps of what it saw: the latest change of a product, a variant or a list."""
    found, _ = await load_changes(connection, of=of, limit=1)
    return str(found[0].id) if found else ""


async def _require_unmoved(connection: Connection, of: UUID, seen: str) -> None:
    """Raises Conflict where something newer stands in the history; of two forms the second waits for the first."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"catalogue {of}")
    found, _ = await load_changes(connection, of=of, limit=1)
    if found and str(found[0].id) != seen:
        last = found[0]
        who = await name_of(connection, last.actor)
        raise Conflict(who=who, when=last.at, what=WORDS[last.what], step=0)
