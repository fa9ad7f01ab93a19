"""What the predecessor's orders stand on, laid once: people, stores, buyers, goods, shelves, and where riders deliver.

All of it is laid in one transaction, by the import, and written down where such changes are. Each row is laid once: a
later run lays what is new, and leaves as it is what was laid before, for people may have changed it here since.

What can not be laid is a finding, and the orders that stand on it say so themselves. Passwords do not come along: who
is let in asks for a new one, by their address.

Goods: an order brings what it held or shipped along with it, in its own transaction. So a shelf opens with what was
free there, the quantity less what was reserved: once all orders are in, quantity and reserved are theirs, as far as
what was reserved there was reserved for an order.

Addresses go with the orders that were sent there, for here a buyer has no book of them. What the settings of the
predecessor mean is not known: they are named among the findings. Consumers pay the prices that they paid there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.legacy.predecessor.facts import Oddity
from orderway.legacy.predecessor.ground_buyers import lay_buyers
from orderway.legacy.predecessor.ground_goods import lay_goods
from orderway.legacy.predecessor.ground_people import lay_people
from orderway.legacy.predecessor.ground_prices import lay_markup
from orderway.legacy.predecessor.ground_riders import lay_coverage
from orderway.legacy.predecessor.ground_shelves import lay_shelves
from orderway.legacy.predecessor.ground_stores import Places, lay_stores
from orderway.legacy.predecessor.laying import IMPORT, REASON, Laying
from orderway.legacy.predecessor.leavings import name_leavings
from orderway.legacy.predecessor.source import Source
from orderway.people.roles import seed_roles
from orderway.people.turn import turn_of
from orderway.settings import Settings
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Ours by their ids. `customers` are buyers of both kinds: consumers by "Customer", resellers by "User"; `people`
    are all who were users, `riders` those of them who deliver. `findings` are what could not be laid as it stood there.
    """

    stores: Mapping[str, UUID]
    people: Mapping[str, UUID]
    customers: Mapping[str, UUID]
    variants: Mapping[str, UUID]
    riders: Mapping[str, UUID]
    findings: tuple[Oddity, ...]


async def lay(
    source: Source,
    connection: Connection,
    *,
    at: datetime,
    places: Places | None = None,
    settings: Settings | None = None,
) -> Ground:
    """Lay what is missing of it, all or nothing. `places` say where stores lie, by their ids, in degrees; `settings`
    are those of this process: what its environment sets is set.
    """
    await seed_roles(connection)
    async with turn_of(connection, IMPORT, at=at, reason=REASON) as turn:
        laying = Laying(source=source, turn=turn, at=at)
        stores = await lay_stores(laying, places or {})
        people, riders = await lay_people(laying, stores)
        customers = await lay_buyers(laying, stores, people)
        variants = await lay_goods(laying)
        await lay_shelves(laying, stores, variants)
        await lay_coverage(laying, stores, riders)
        await lay_markup(laying, settings)
        await name_leavings(laying)
    return Ground(
        stores=stores, people=people, customers=customers, variants=variants, riders=riders,
        findings=tuple(laying.findings),
    )  # fmt: skip
