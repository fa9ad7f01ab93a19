"""Registering a payment: of which order, with the amount that is still to pay, warned of one that looks the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.money import Money
from orderway.order.begun import Asker, Payment, register_payment
from orderway.order.filters import Filters
from orderway.order.lists import Row, list_orders
from orderway.order.lives import LifeFilters, list_lives
from orderway.order.reads import load_order, load_orders
from orderway.order.shape import Order
from orderway.order.texts import check_texts
from orderway.people.scope import actor_on
from orderway.sale.machine import SALE
from orderway.sale.payments.context import METHODS, Method
from orderway.ui.forms import Choice
from orderway.ui.language import t, tr
from orderway.ui.order.births import payable
from orderway.ui.order.telling import Telling
from orderway.ui.payments.listing import REGISTER, may_register
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, id_in, key_in, mended, money_in, needed, new_key
from orderway.ui.words import money
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import is_spent

SIZE = 20
TAKES_MONEY = tuple(state for state in SALE.every_leaf if "PAYMENT_CAPTURED" in SALE.takes(state))
WAITING = ("AWAITING_PAYMENT_METHOD", "PAYMENT_INITIATED", "PAYMENT_FAILED", "AWAITING_SETTLEMENT")
"""States of a sale for which no payment is announced yet; of others that take money, many are paid."""

FIELDS = ("amount", "method", "provider", "reference")
LOOKALIKES = 3
ALIVE = frozenset({"PENDING", "CONFIRMED", "PARTIALLY_REFUNDED"})


@dataclass(frozen=True, slots=True)
class Payable:
    """An order that a payment may be registered of."""

    url: str
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Alike:
    """A payment that may be the same one."""

    url: str
    says: str


async def new(visit: Visit) -> Response:
    """The order is chosen first; then the form."""
    if not may_register(visit.viewer):
        raise NotFound(t("There is nothing at this address."))
    order = visit.request.query_params.get("order", "")
    if not order:
        return await _choose(visit)
    return await _form(visit, await _load(visit, order), None)


async def register(visit: Visit) -> Response:
    """Register the payment, and on to its page, where its receipt can be added."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/payments/new", t("Back to the new payment")))
    order = await _load(visit, posted.get("order", ""))
    try:
        asked = _asked(order, posted)
        async with visit.site.pool.acquire() as connection:
            alike = [] if await _is_sure(connection, visit, posted) else await _alike(connection, visit, order, asked)
        if alike:
            return await _form(visit, order, Typed(posted, status=422), alike=alike)
        by = Asker(viewer=visit.viewer, key=key_in(posted), request_id=getattr(visit.request.state, "request_id", None))
        moved = await register_payment(visit.site.runner, by, asked)
    except NotFound:
        raise
    except OrderwayError as no:
        return await _form(visit, order, mended(posted, no, fields=FIELDS))
    return visit.back(f"/payments/{moved.ref.id}", t("Registered the payment. Add its receipt here, if there is one."))


async def _is_sure(connection: Connection, visit: Visit, posted: Mapping[str, str]) -> bool:
    """Whether they said that it is another, or the form was taken before and comes a second time."""
    key = key_in(posted)
    return bool(posted.get("sure")) or (
        key is not None and await is_spent(connection, actor=visit.viewer.actor(), key=key)
    )


def _asked(order: Order, posted: Mapping[str, str]) -> Payment:
    """What the form says. Raises Invalid."""
    method = posted.get("method", "")
    if method not in METHODS:
        raise Invalid(t("This can not be read."), t("Choose one of those offered."), "method")
    asked = Payment(
        order=order.id, amount=money_in(posted, "amount", currency=order.currency), method=cast("Method", method),
        provider=needed(posted, "provider"), reference=posted.get("reference", "").strip() or None,
    )  # fmt: skip
    check_texts(asked)
    return asked


async def _load(visit: Visit, text: str) -> Order:
    """The order, where the viewer registers payments of it. Raises NotFound."""
    id = id_in({"order": text}, "order") if _is_id(text) else None
    if id is None:
        raise NotFound(t("There is no such order."))
    async with visit.site.pool.acquire() as connection:
        order = await load_order(connection, visit.viewer, id)
        actor = await actor_on(connection, visit.viewer, store_id=order.store_id, order_id=order.id)
    if not actor.may(REGISTER):
        raise NotFound(t("There is no such order."))
    return order


async def _alike(connection: Connection, visit: Visit, order: Order, asked: Payment) -> list[Alike]:
    """Payments that have the same reference, whoever brought it, or are of the same order, amount and way."""
    found = {
        each.id: t("the same amount of the same order, paid the same way")
        for each in order.payments
        if each.state in ALIVE and (each.context.amount, each.context.method) == (asked.amount, asked.method)
    }
    numbers = {each.id: (order.number, each.context) for each in order.payments}
    if asked.reference:
        filters = LifeFilters(search=asked.reference)
        listed, _ = await list_lives(connection, visit.viewer, "payment", filters=filters, limit=SIZE)
        same = [each.life for each in listed if each.life.context.reference.lower() == asked.reference.lower()]
        orders = await load_orders(connection, visit.viewer, [each.order_id for each in same], parts=frozenset())
        number_of = {each.id: each.number for each in orders}
        numbers |= {each.id: (number_of.get(each.order_id, ""), each.context) for each in same}
        found |= {each.id: t("the same reference") for each in same}
    return [
        Alike(
            f"/payments/{id}",
            t("{reference} of {number}, {amount}: {why}.", reference=numbers[id][1].reference, number=numbers[id][0],
              amount=money(numbers[id][1].amount, numbers[id][1].currency), why=why),
        )
        for id, why in list(found.items())[:LOOKALIKES]
    ]  # fmt: skip


async def _choose(visit: Visit) -> Response:
    """The page on which the order is chosen."""
    search = visit.request.query_params.get("search", "").strip()[:100]
    filters = Filters(sale_states=TAKES_MONEY if search else WAITING, search=search)
    async with visit.site.pool.acquire() as connection:
        page = await list_orders(connection, visit.viewer, filters=filters, limit=SIZE)
    return visit.page(
        "payments/choose.html", search=search, candidates=[_payable(each) for each in page.rows], more=page.has_more
    )


def _payable(row: Row) -> Payable:
    total = money(row.total, row.currency) if row.total is not None else ""
    about = " · ".join(filter(None, (row.customer.name if row.customer else "", total)))
    return Payable(f"/payments/new?order={row.id}", row.number, about)


async def _form(visit: Visit, order: Order, typed: Typed | None, *, alike: list[Alike] | None = None) -> Response:
    telling = Telling(order, visit.site.workflow, visit.site.now())
    rest = payable(telling)
    typed = typed or Typed(dict(_standing(order, rest)))
    return visit.page(
        "payments/new.html",
        status=typed.status,
        typed=typed,
        order=order,
        customer=order.customer.name if order.customer else "",
        rest=t("Still to pay: {amount}", amount=money(rest, order.currency))
        if rest
        else t("All of it is paid, or its payment is announced already."),
        is_open=bool(order.sale and order.sale.state in TAKES_MONEY),
        alike=alike or [],
        methods=[Choice(way, tr(label)) for way, label in METHODS.items()],
    )


def _standing(order: Order, rest: int) -> Iterator[tuple[str, str]]:
    """What the form begins with: all that is still to pay."""
    yield "key", new_key()
    yield "amount", Money(rest, order.currency).digits() if rest else ""
    yield "method", "TRANSFER"


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
