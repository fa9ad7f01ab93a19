"""What the pages of stock share: for whom they are, the tabs above them, and the store that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from orderway.people.scope import stores_of
from orderway.stock.changes import MANAGE
from orderway.stock.checks import Stores as Reach
from orderway.stock.reads import Filters, count_low_shelves
from orderway.ui.choosing import Stores, choose_store
from orderway.ui.language import number, t
from orderway.ui.shell import STOCK
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection


@dataclass(frozen=True, slots=True)
class Heads:
    """The tabs, the stores to choose from, and the stores within which everything is read."""

    tabs: tuple[Tab, ...]
    stores: Stores
    within: Reach

    @property
    def kept(self) -> dict[str, str]:
        """What of an address chooses the same store."""
        return {"store": str(self.stores.id)} if self.stores.id else {}


def require(visit: Visit) -> Reach:
    """The stores whose stock the viewer manages. Raises NotFound for who manages none."""
    if not STOCK(visit.viewer):
        raise NotFound(t("There is nothing at this address."))
    return stores_of(visit.viewer, MANAGE)


async def heads(connection: Connection, visit: Visit) -> Heads:
    """What stands above a page of stock. Raises NotFound."""
    within = require(visit)
    stores = await choose_store(connection, visit, among=within)
    only = (stores.id,) if stores.id else ()
    low = await count_low_shelves(connection, within=within, filters=Filters(stores=only))
    return Heads(tuple(_tabs(visit, stores, number(low))), stores, within)


def _tabs(visit: Visit, stores: Stores, low: str) -> Iterator[Tab]:
    query, here = f"?{stores.query}" if stores.query else "", visit.request.url.path
    for label, url, count in (
        (t("On the shelves"), "/stock", ""),
        (t("Low"), "/stock/low", low),
        (t("Came and went"), "/stock/movements", ""),
        (t("Transfers"), "/stock/transfers", ""),
    ):
        yield Tab(label, f"{url}{query}", url == here, count)


def address(path: str, **asked: str) -> str:
    """An address of a list, without what is empty."""
    given = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{given}" if given else path


def id_or_none(text: str) -> UUID | None:
    """An id out of an address; what is none is as if nothing stood there."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
