"""Adding a customer, and changing how they are reached, who serves them and who bills them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast, get_args
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.people.customers.changes import (
    ChangeCustomer,
    CreateCustomer,
    CustomerMade,
    Kind,
    add_customer,
    change_customer,
)
from orderway.people.customers.reads import KINDS, Customer, Place, list_billers, load_customer
from orderway.people.permissions import CUSTOMER_MANAGE, RESELLER_APPROVE
from orderway.people.scope import stores_of
from orderway.people.stores import Store, list_stores
from orderway.ui.customers.listing import may_add
from orderway.ui.customers.one import id_of, may_manage
from orderway.ui.forms import Choice
from orderway.ui.language import t, tr
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, id_in, key_in, mended, needed, new_key, step_in
from orderway.workflow.errors import Conflict, Invalid, NotFound
from orderway.workflow.kinds import Connection
from orderway.workflow.transaction import Transaction

FIELDS = ("kind", "name", "phone", "email", "store", "currency", "biller", "reason")


async def new_customer(visit: Visit) -> Response:
    """The form of a new customer."""
    async with visit.site.pool.acquire() as connection:
        stores = await _stores(connection, visit)
    first = stores[0] if len(stores) == 1 else None
    values = {"kind": "CONSUMER", "key": new_key(), "currency": stores[0].currency if stores else "",
              "store": str(first.id) if first else ""}  # fmt: skip
    return await _new(visit, Typed(values))


async def add(visit: Visit) -> Response:
    """Add the customer, and on to their page."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/customers/new", t("Back to the new customer")))
    if not may_add(visit.viewer):
        raise NotFound(t("There is nothing at this address."))
    try:
        kind = posted.get("kind", "CONSUMER")
        if kind not in get_args(Kind):
            raise Invalid(t("This can not be read."), t("Choose one of those offered."), "kind")
        wanted = CreateCustomer(
            name=needed(posted, "name"), phone=posted.get("phone") or None, email=posted.get("email") or None,
            store=id_in(posted, "store"), currency=needed(posted, "currency").upper(), kind=cast("Kind", kind),
            reason=posted.get("reason") or None,
        )  # fmt: skip

        async def work(tx: Transaction) -> CustomerMade:
            return CustomerMade(await add_customer(tx.connection, wanted, by=visit.viewer, at=tx.now))

        made = await visit.site.runner.once(
            work, CustomerMade, key=key_in(posted), request=(type(wanted).__name__, wanted),
            actor=visit.viewer.actor(), request_id=getattr(visit.request.state, "request_id", None),
        )  # fmt: skip
    except OrderwayError as no:
        return await _new(visit, mended(posted, no, fields=FIELDS))
    return visit.back(f"/customers/{made.customer}", t("Added {name}.", name=wanted.name.strip()))


async def _new(visit: Visit, typed: Typed) -> Response:
    if not may_add(visit.viewer):
        raise NotFound(t("There is nothing at this address."))
    async with visit.site.pool.acquire() as connection:
        stores = await _stores(connection, visit)
    kinds = [Choice(kind, tr(label)) for kind, label in KINDS.items()]
    return visit.page(
        "customers/new.html",
        status=typed.status,
        typed=typed,
        kinds=kinds if stores_of(visit.viewer, RESELLER_APPROVE) != frozenset() else kinds[:1],
        stores=_store_choices(visit, stores),
    )


async def edit_customer(visit: Visit) -> Response:
    """The form of a customer as they stand."""
    return await _edit(visit, None)


async def change(visit: Visit) -> Response:
    """Let the customer stand as the form says."""
    id, posted = id_of(visit), await visit.posted()
    if posted is None:
        return forged((f"/customers/{id}/edit", t("Back to the customer")))
    async with visit.site.pool.acquire() as connection:
        if not await may_manage(connection, visit, id):
            raise NotFound(t("There is no such customer."))
    try:
        wanted = ChangeCustomer(
            customer=id, name=needed(posted, "name"), phone=posted.get("phone") or None,
            email=posted.get("email") or None, store=id_in(posted, "store"), biller=id_in(posted, "biller"),
            reason=needed(posted, "reason"), seen=step_in(posted),
        )  # fmt: skip

        async def work(tx: Transaction) -> None:
            await change_customer(tx.connection, wanted, by=visit.viewer, at=tx.now)

        await visit.site.runner.run(work, actor=visit.viewer.actor())
    except Conflict as moved:
        return await _edit(visit, mended({**posted, "seen": str(moved.step)}, moved, fields=FIELDS))
    except OrderwayError as no:
        return await _edit(visit, mended(posted, no, fields=FIELDS))
    return visit.back(f"/customers/{id}", t("Changed {name}.", name=wanted.name.strip()))


async def _edit(visit: Visit, typed: Typed | None) -> Response:
    id = id_of(visit)
    async with visit.site.pool.acquire() as connection:
        found = await load_customer(connection, visit.viewer, id)
        if not await may_manage(connection, visit, id):
            raise NotFound(t("There is no such customer."))
        stores = await _stores(connection, visit)
        billers = await _billers(connection, visit, stores, found)
    typed = typed or Typed(_standing(found))
    return visit.page(
        "customers/edit.html",
        status=typed.status,
        typed=typed,
        customer=found,
        stores=_store_choices(visit, stores),
        billers=[Choice("", t("Nobody")), *(Choice(str(each.id), each.name) for each in billers)],
    )


def _standing(customer: Customer) -> Mapping[str, str]:
    return {
        "name": customer.name, "phone": customer.phone or "", "email": customer.email or "",
        "store": str(customer.store.id) if customer.store else "",
        "biller": str(customer.biller.id) if customer.biller else "", "seen": str(customer.step),
    }  # fmt: skip


async def _stores(connection: Connection, visit: Visit) -> Sequence[Store]:
    """The stores in which the viewer may add customers."""
    reach = stores_of(visit.viewer, CUSTOMER_MANAGE)
    return [each for each in await list_stores(connection, visit.viewer) if reach is None or each.id in reach]


def _store_choices(visit: Visit, stores: Sequence[Store]) -> list[Choice]:
    """The stores to choose from; who serves all of them may leave it open."""
    choices = [Choice(str(each.id), each.name) for each in stores]
    return [Choice("", t("No store yet")), *choices] if stores_of(visit.viewer, CUSTOMER_MANAGE) is None else choices


async def _billers(
    connection: Connection, visit: Visit, stores: Sequence[Store], customer: Customer
) -> Sequence[Place]:
    """Who may bill them, in any of the stores to choose from; the one who does stays to be chosen."""
    found: dict[UUID, Place] = {customer.biller.id: customer.biller} if customer.biller else {}
    for store in stores:
        found |= {each.id: each for each in await list_billers(connection, visit.viewer, store.id)}
    return sorted(found.values(), key=lambda each: each.name)
