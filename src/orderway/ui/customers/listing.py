"""The list of customers whom the viewer serves, and the search through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from orderway.people.customers.changes import Kind
from orderway.people.customers.reads import KINDS, Customer, Wanted, list_customers
from orderway.people.permissions import CUSTOMER_MANAGE, STAFF_SCOPES
from orderway.people.scope import stores_of
from orderway.people.stores import list_stores
from orderway.people.viewer import Viewer
from orderway.ui.forms import Choice
from orderway.ui.language import t, tr
from orderway.ui.site import Visit
from orderway.workflow.errors import NotFound

SIZE = 50
KNOWN = {"search", "kind", "store", "after"}


@dataclass(frozen=True, slots=True)
class Known:
    """A customer of the list in words."""

    url: str
    name: str
    kind: str
    reached: str
    store: str
    biller: str


@dataclass(frozen=True, slots=True)
class Query:
    """What the address asks for; `notices` tell what of it is ignored."""

    search: str
    kind: str
    store: UUID | None
    after: UUID | None
    notices: tuple[str, ...]

    def url(self, after: UUID | None = None) -> str:
        pairs = {"search": self.search, "kind": self.kind, "store": self.store or "", "after": after or ""}
        asked = urlencode({name: value for name, value in pairs.items() if value})
        return f"/customers?{asked}" if asked else "/customers"


def may_add(viewer: Viewer) -> bool:
    """Whether the viewer may add customers somewhere."""
    return stores_of(viewer, CUSTOMER_MANAGE) != frozenset()


async def customers(visit: Visit) -> Response:
    """The page, for who works for the seller; a buyer has a page of their own."""
    site, viewer = visit.site, visit.viewer
    if viewer.permissions.isdisjoint(STAFF_SCOPES):
        if viewer.customer_id:
            return RedirectResponse(f"/customers/{viewer.customer_id}", status_code=303)
        raise NotFound(t("There is nothing at this address."))
    query = _read(visit.request.query_params)
    wanted = Wanted(search=query.search, kind=cast("Kind | None", query.kind or None), store=query.store)
    async with site.runner.reading() as connection:
        found, more = await list_customers(connection, viewer, wanted, after=query.after, limit=SIZE)
        stores = await list_stores(connection, viewer)
    return visit.page(
        "customers/list.html",
        query=query,
        rows=[_known(each) for each in found],
        kinds=[Choice("", t("Any kind")), *(Choice(kind, tr(label)) for kind, label in KINDS.items())],
        stores=[Choice("", t("Any store")), *(Choice(str(each.id), each.name) for each in stores)],
        first_url=query.url() if query.after else "",
        more_url=query.url(found[-1].id) if more else "",
        may_add=may_add(viewer),
        narrowed=bool(query.search or query.kind or query.store),
    )


def _read(asked: Mapping[str, str]) -> Query:
    """Read the address; what is unknown in it is ignored with a notice."""
    notices = [
        t("There is no filter “{name}”, so it is ignored.", name=name[:40]) for name in asked if name not in KNOWN
    ]
    kind = asked.get("kind", "")
    if kind and kind not in KINDS:
        notices.append(t("There is no kind “{name}”, so it is ignored.", name=kind[:40]))
        kind = ""
    ids = {name: _id(asked.get(name, "")) for name in ("store", "after")}
    notices += [
        t("“{text}” names nothing here, so it is ignored.", text=asked[name][:40])
        for name, id in ids.items() if asked.get(name) and id is None
    ]  # fmt: skip
    return Query(asked.get("search", "").strip()[:100], kind, ids["store"], ids["after"], tuple(notices))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _known(customer: Customer) -> Known:
    reached = " · ".join(filter(None, (customer.phone, customer.email)))
    return Known(
        url=f"/customers/{customer.id}", name=customer.name, kind=tr(KINDS[customer.kind]), reached=reached,
        store=customer.store.name if customer.store else "", biller=customer.biller.name if customer.biller else "",
    )  # fmt: skip
