"""One customer: how they are reached, what they owe, what they ordered, where it went, and who changed what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.responses import Response

from orderway.delivery.address import Delivery
from orderway.order.addresses import list_used
from orderway.order.archived import count_archived
from orderway.order.drafting import list_openings
from orderway.order.filters import Filters
from orderway.order.lists import Row, list_orders
from orderway.order.next_steps import stands_in
from orderway.people.customers.changes import require
from orderway.people.customers.reach import managed
from orderway.people.customers.reads import KINDS, Customer, list_changes, load_customer
from orderway.people.customers.record import Noted
from orderway.people.viewer import Viewer
from orderway.sale.accounts import load_profile
from orderway.ui.archived import older
from orderway.ui.language import t, tr
from orderway.ui.site import Visit
from orderway.ui.words import Shown, Told, age, ago, money, shown
from orderway.workflow.errors import NotFound, Refused
from orderway.workflow.kinds import Connection, Workflow

LATEST = 10
"""How many of the latest orders the page shows."""


@dataclass(frozen=True, slots=True)
class Pair:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order of theirs in words."""

    url: str
    number: str
    total: str
    state: Shown
    since: Told


@dataclass(frozen=True, slots=True)
class Change:
    who: str
    did: str
    at: Told
    values: str
    reason: str


async def customer(visit: Visit) -> Response:
    """The page, for who serves them, and for themselves."""
    site, viewer, id = visit.site, visit.viewer, id_of(visit)
    async with site.pool.acquire() as connection:
        found = await load_customer(connection, viewer, id)
        page = await list_orders(connection, viewer, filters=Filters(customer_id=id), limit=LATEST)
        places = await list_used(connection, viewer, id)
        noted = await list_changes(connection, viewer, id)
        credit = await _credit(connection, visit, found)
        away = 0 if page.has_more else await count_archived(connection, viewer, id)
        openings = await list_openings(connection, viewer, id)
        may_change = await may_manage(connection, visit, id)
    now, own = site.now(), found.id == viewer.customer_id
    return visit.page(
        "customers/one.html",
        customer=found,
        own=own,
        kind=Shown(tr(KINDS[found.kind]), "active" if found.kind == "RESELLER" else "neutral"),
        contact=_contact(found, viewer),
        credit=credit,
        orders=[_ordered(row, site.workflow, now) for row in page.rows if row.tells],
        more_url=f"/orders?customer={id}" if page.has_more else "",
        archived=older(away, viewer),
        places=[place_of(each) for each in places],
        changes=[_change(each, now) for each in noted],
        may_change=may_change,
        may_quote=bool(openings),
    )


async def may_manage(connection: Connection, visit: Visit, id: UUID) -> bool:
    """Whether the viewer may change this customer."""
    try:
        require(visit.viewer)
    except Refused:
        return False
    mine = managed(visit.viewer, first=2)
    found = await connection.fetchval(f"SELECT true FROM customer c WHERE c.id = $1 AND {mine.sql}", id, *mine.values)  # noqa: S608  (conditions hold no values)
    return bool(found)


def _contact(customer: Customer, viewer: Viewer) -> list[Pair]:
    """How they are reached; that they sign in is not said to themselves."""
    own, signs_in = customer.id == viewer.customer_id, t("Yes") if customer.has_account else t("No")
    pairs = (
        (t("Phone"), customer.phone), (t("E-mail"), customer.email), (t("Currency"), customer.currency),
        (t("Store"), customer.store.name if customer.store else None),
        (t("Biller"), customer.biller.name if customer.biller else None),
        (t("Signs in"), None if own else signs_in),
    )  # fmt: skip
    return [Pair(label, value) for label, value in pairs if value]


async def _credit(connection: Connection, visit: Visit, customer: Customer) -> list[Pair]:
    """How their account stands, for who sees it; nothing where there is none."""
    try:
        profile = await load_profile(connection, visit.viewer, customer.id)
    except NotFound:
        return []
    if not (profile.limit or profile.exposure or profile.sales):
        return []
    amounts = (
        (t("Limit"), profile.limit), (t("Used"), profile.exposure), (t("Available"), profile.available),
        (t("Over the limit"), profile.overage), (t("Completed sales came to"), profile.cumulative),
    )  # fmt: skip
    pairs = [Pair(label, money(amount, profile.currency)) for label, amount in amounts[:3]]
    pairs += [Pair(label, money(amount, profile.currency)) for label, amount in amounts[3:] if amount]
    return [Pair(t("Tier"), profile.tier.capitalize()), *pairs] if profile.tier else pairs


def _ordered(row: Row, workflow: Workflow, now: datetime) -> Ordered:
    machine, standing = stands_in(row, workflow)
    return Ordered(
        f"/orders/{row.id}", row.number, money(row.total, row.currency) if row.total is not None else "",
        shown(workflow.kind(machine).charts[standing.version], standing.state), age(standing.moved_at, now),
    )  # fmt: skip


def place_of(delivery: Delivery) -> Pair:
    """An address: who is there, and all of where it is."""
    where = (delivery.address, delivery.city, delivery.region, delivery.postcode, delivery.country)
    who = " · ".join(filter(None, (delivery.receiver, delivery.phone)))
    return Pair(who, ", ".join(filter(None, where)))


def _change(noted: Noted, now: datetime) -> Change:
    told = f"{noted.was} → {noted.became}" if noted.was and noted.became else noted.became or noted.was or ""
    return Change(tr(noted.who), tr(noted.what), ago(noted.at, now), told, tr(noted.reason))


def id_of(visit: Visit) -> UUID:
    try:
        return UUID(visit.request.path_params["customer"])
    except ValueError:
        raise NotFound(t("There is no such customer.")) from None
