"""With what eyes a viewer looks at the catalogue: whose prices they may ask for, and in which store the goods."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from orderway.catalogue.prices import terms_of
from orderway.catalogue.reads import Eyes
from orderway.people.permissions import MONEY_SEE
from orderway.people.scope import sees_prices
from orderway.people.viewer import Viewer
from orderway.settings import CONSUMER_PRICE_MARKUP_PERCENT, Settings
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

CURRENCY = "SELECT currency FROM customer WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose price is asked for, in which currency, and in which store the goods."""

    customer: UUID | None = None
    currency: str | None = None
    store: UUID | None = None


async def looking(connection: Connection, viewer: Viewer, asked: Asked, *, settings: Settings) -> Eyes:
    """With what eyes the viewer looks. A buyer sees their own prices without asking, in their own currency.

    Raises NotFound for a customer whose price is not theirs, and for a store that is none.
    """
    customer, store = asked.customer, asked.store
    seller = sees_prices(viewer)
    if store and not await connection.fetchval("SELECT EXISTS (SELECT FROM store WHERE id = $1)", store):
        raise NotFound("There is no such store.", "Check its id.")
    if customer is None and MONEY_SEE in viewer.permissions:
        customer = viewer.customer_id
    if customer is None:
        return Eyes(store=store, seller=seller)
    known: str | None = await connection.fetchval(CURRENCY, customer)
    if known is None or not (seller or customer == viewer.customer_id):
        raise NotFound("There is no such customer.", "Check the id.")
    markup = settings[CONSUMER_PRICE_MARKUP_PERCENT]
    terms = await terms_of(connection, customer, currency=asked.currency or known, markup_percent=markup)
    return Eyes(terms=terms, store=store, seller=seller)
