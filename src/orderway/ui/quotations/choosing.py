"""For whom a new quotation is: asked before anything else, since prices and stores hang on it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from orderway.people.customers.changes import require
from orderway.people.customers.reads import KINDS, Customer, Wanted, list_customers
from orderway.ui.language import tr
from orderway.ui.site import Visit
from orderway.workflow.errors import Refused

MOST = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer to choose."""

    url: str
    name: str
    about: str


async def choose(visit: Visit) -> Response:
    """The page on which the customer is chosen."""
    search = visit.request.query_params.get("search", "").strip()[:100]
    async with visit.site.pool.acquire() as connection:
        found, more = await list_customers(connection, visit.viewer, Wanted(search=search), limit=MOST)
    return visit.page(
        "quotations/choose.html",
        search=search,
        candidates=[_candidate(each) for each in found],
        more=more,
        may_add=_may_add(visit),
    )


def _candidate(customer: Customer) -> Candidate:
    about = (tr(KINDS[customer.kind]), customer.phone, customer.email, customer.store.name if customer.store else "")
    return Candidate(f"/quotations/new?customer={customer.id}", customer.name, " · ".join(filter(None, about)))


def _may_add(visit: Visit) -> bool:
    try:
        require(visit.viewer)
    except Refused:
        return False
    return True
