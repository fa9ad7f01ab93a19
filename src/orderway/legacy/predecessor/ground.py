"""What the predecessor's orders stand on, laid and followed: people, stores, buyers, goods, and where riders deliver.

All of it is laid in one transaction, by the import, and written down where such changes are. Each row is laid once: a
later run lays what is new, and follows what people changed there of what was laid before, where nobody changed it here.

What can not be laid is a finding, and the orders that stand on it say so themselves. Passwords do not come along: who
is let in asks for a new one, by their address.

Goods: an order brings what it held or shipped along with it, in its own transaction. So a shelf opens with what was
free there, the quantity less what was reserved: once all orders are in, quantity and reserved are theirs, as far as
what was reserved there was reserved for an order.

Addresses go with the orders that were sent there, for here a buyer has no book of them. What the settings of the
predecessor mean is not known: they are named among the findings. Consumers pay the prices that they paid there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from orderway.legacy.predecessor.facts import Oddity
from orderway.legacy.predecessor.following import Following
from orderway.legacy.predecessor.ground_buyers import lay_buyers
from orderway.legacy.predecessor.ground_goods import lay_goods
from orderway.legacy.predecessor.ground_people import lay_people
from orderway.legacy.predecessor.ground_prices import lay_markup
from orderway.legacy.predecessor.ground_riders import lay_coverage
from orderway.legacy.predecessor.ground_shelves import follow_shelves, lay_shelves
from orderway.legacy.predecessor.ground_stores import TABLE as STORE
from orderway.legacy.predecessor.ground_stores import Places, lay_stores, switched_on
from orderway.legacy.predecessor.laying import laying_of
from orderway.legacy.predecessor.leavings import name_leavings
from orderway.legacy.predecessor.source import Source
from orderway.people.roles import seed_roles
from orderway.workflow.kinds import Connection, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Ours by their ids. `customers` are buyers of both kinds: consumers by "Customer", resellers by "User"; `people`
    are all who were users, `riders` those of them who deliver. `findings` are what could not be laid as it stood there,
    or not be followed; `followed` counts in words what was.
    """

    stores: Mapping[str, UUID]
    people: Mapping[str, UUID]
    customers: Mapping[str, UUID]
    variants: Mapping[str, UUID]
    riders: Mapping[str, UUID]
    findings: tuple[Oddity, ...]
    followed: Mapping[str, int] = field(default_factory=dict)

    def joined(self, later: Following) -> Ground:
        """The same ground with what was followed, or found, after the orders."""
        followed = Counter(self.followed) + later.followed
        return replace(self, findings=(*self.findings, *later.findings), followed=followed)


async def lay(
    source: Source, connection: Connection, *, at: datetime, workflow: Workflow, places: Places | None = None
) -> Ground:
    """Lay what is missing of it, and follow what changed, all or nothing. `places` say where stores lie, by their ids,
    in degrees.
    """
    await seed_roles(connection)
    async with laying_of(source, connection, at=at, workflow=workflow) as laying:
        selling = switched_on(workflow.flags, (await laying.known(STORE)).values())
        stores = await lay_stores(laying, places or {})
        people, riders = await lay_people(laying, stores)
        customers = await lay_buyers(laying, stores, people)
        variants = await lay_goods(laying, selling)
        await lay_shelves(laying, stores, variants, selling=selling)
        await lay_coverage(laying, stores, riders)
        await lay_markup(laying, workflow.settings)
        await name_leavings(laying)
    return Ground(
        stores=stores, people=people, customers=customers, variants=variants, riders=riders,
        findings=tuple(laying.findings), followed=laying.followed,
    )  # fmt: skip


async def settle(source: Source, connection: Connection, ground: Ground, *, at: datetime, workflow: Workflow) -> Ground:
    """Let the shelves follow, once all orders of a run are in; gives the ground with what came of it."""
    async with laying_of(source, connection, at=at, workflow=workflow) as laying:
        selling = switched_on(workflow.flags, ground.stores.values())
        await follow_shelves(laying, ground.stores, ground.variants, selling=selling)
    return ground.joined(laying)
