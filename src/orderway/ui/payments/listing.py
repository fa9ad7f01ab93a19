"""The list of payments: what waits for its confirmation first for those who confirm, and the search through all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from starlette.responses import Response

from orderway.cursors import read_place
from orderway.order.lives import LifeFilters, count_lives, list_lives
from orderway.order.reads import load_orders
from orderway.order.shape import Life, Order
from orderway.people.permissions import STAFF_SCOPES
from orderway.people.scope import scopes_of, stores_of
from orderway.people.viewer import Viewer
from orderway.sale.payments.context import PAID_BY, PaidBy
from orderway.sale.payments.machine import PAYMENT
from orderway.ui.archived import left
from orderway.ui.choosing import choose_store
from orderway.ui.forms import Choice
from orderway.ui.language import number, t, tr
from orderway.ui.shell import MONEY
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.ui.typed import new_key
from orderway.ui.words import Shown, Told, age, money, shown
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

SIZE = 40
CONFIRM, REGISTER = "payment.confirm", "payment.register"
COUNTED = frozenset(state for state in PAYMENT.every_leaf if PAYMENT.node(state).tone == "waiting")
"""States that wait for somebody: few payments stand there, so they are counted."""

KNOWN = frozenset({"state", "search", "method", "store", "after"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A payment in words; `send` is where its confirmation goes, where the viewer may confirm it."""

    url: str
    way: str
    reference: str
    order_url: str
    number: str
    customer: str
    amount: str
    state: Shown
    since: Told
    receipts: int
    send: str
    seen: int


@dataclass(frozen=True, slots=True)
class Query:
    """What the address asks for, and what of it is ignored."""

    state: str
    search: str
    method: str
    after: str
    notices: tuple[str, ...] = ()

    def pairs(self, **changed: str) -> dict[str, str]:
        """What of it an address says, changed so; it begins at its first page where anything changes."""
        asked = {"state": self.state.lower(), "search": self.search, "method": self.method.lower(), **changed}
        return {name: value for name, value in asked.items() if value}


def may_register(viewer: Viewer) -> bool:
    """Whether the viewer registers payments of some orders."""
    return bool(scopes_of(viewer, REGISTER))


def may_confirm(viewer: Viewer) -> bool:
    """Whether the viewer confirms payments somewhere."""
    return stores_of(viewer, CONFIRM) != frozenset()


async def payments(visit: Visit) -> Response:
    """The page, for who sees money."""
    viewer, asked = visit.viewer, visit.request.query_params
    if not MONEY(viewer):
        raise NotFound(t("There is nothing at this address."))
    query = read_query(asked, first="PENDING" if may_confirm(viewer) else "")
    async with visit.site.runner.reading() as connection:
        stores = await choose_store(connection, visit)
        filters = LifeFilters(
            payment_states=(query.state,) if query.state else (), search=query.search, store_id=stores.id,
            method=cast("PaidBy | None", query.method or None),
        )  # fmt: skip
        found, more = await list_lives(connection, viewer, "payment", filters=filters, after=query.after, limit=SIZE)
        lives = [each.life for each in found]
        orders = await load_orders(connection, viewer, list({each.order_id for each in lives}), parts=frozenset())
        tabs = [await _tab(connection, viewer, state, query) for state in ("", *PAYMENT.every_leaf)]
        away = "" if found else await left(connection, viewer, query.search)
    rows = list(_rows(lives, orders, viewer=viewer, now=visit.site.now()))
    kept = {"store": str(stores.id)} if stores.id else {}
    return visit.page(
        "payments/list.html",
        query=query,
        tabs=tabs,
        stores=stores,
        methods=[Choice("", t("Any way to pay")), *(Choice(way.lower(), tr(label)) for way, label in PAID_BY.items())],
        rows=rows,
        key=new_key(),
        here_url=_url(query.pairs(**kept, after=query.after)),
        first_url=_url(query.pairs(**kept)) if query.after else "",
        more_url=_url(query.pairs(**kept, after=found[-1].cursor)) if more else "",
        narrowed=bool(query.search or query.method or stores.id),
        left=away,
        may_register=may_register(viewer),
        for_staff=not viewer.permissions.isdisjoint(STAFF_SCOPES),
    )


def read_query(asked: Mapping[str, str], *, first: str) -> Query:
    """Read the address, which shows `first` where it names no state; what is unknown in it is ignored with a notice."""
    notices = [
        t("There is no filter “{name}”, so it is ignored.", name=name[:40]) for name in asked if name not in KNOWN
    ]
    state, method = asked.get("state", first).upper(), asked.get("method", "").upper()
    if state == "ALL":
        state = ""
    if state and state not in PAYMENT.every_leaf:
        notices.append(t("There is no state “{name}”, so it is ignored.", name=state.lower()[:40]))
        state = first
    if method and method not in PAID_BY:
        notices.append(t("There is no way to pay “{name}”, so it is ignored.", name=method.lower()[:40]))
        method = ""
    after = asked.get("after", "")
    if after and not _is_place(after):
        notices.append(t("“{text}” is no place in the list, so it begins at the top.", text=after[:40]))
        after = ""
    return Query(state, asked.get("search", "").strip()[:100], method, after, tuple(notices))


def _is_place(after: str) -> bool:
    try:
        read_place(after, "payments", ids=2)
    except Invalid:
        return False
    return True


async def _tab(connection: Connection, viewer: Viewer, state: str, query: Query) -> Tab:
    count = ""
    if state in COUNTED:
        count = number(await count_lives(connection, viewer, "payment", filters=LifeFilters(payment_states=(state,))))
    url = f"/payments?state={state.lower() or 'all'}"
    return Tab(tr(PAYMENT.node(state).label) if state else t("All"), url, state == query.state, count)


def _rows(lives: Sequence[Life[Any]], orders: Sequence[Order], *, viewer: Viewer, now: datetime) -> Iterator[Row]:
    """The payments in words, those of orders that are still seen."""
    by_id = {order.id: order for order in orders}
    stores = stores_of(viewer, CONFIRM)
    for life in lives:
        order = by_id.get(life.order_id)
        if order is not None:
            may = life.state == "PENDING" and (stores is None or life.store_id in stores)
            yield _row(life, order, send=f"/payments/{life.id}/confirm" if may else "", now=now)


def _row(life: Life[Any], order: Order, *, send: str, now: datetime) -> Row:
    context = life.context
    return Row(
        url=f"/payments/{life.id}",
        way=tr(PAID_BY[context.method]),
        reference=context.reference,
        order_url=f"/orders/{order.id}",
        number=order.number,
        customer=order.customer.name if order.customer else "",
        amount=money(context.amount, context.currency),
        state=shown(PAYMENT, life.state),
        since=age(life.moved_at, now),
        receipts=len(getattr(life, "receipts", ())),
        send=send,
        seen=life.step,
    )


def _url(pairs: Mapping[str, str]) -> str:
    asked = urlencode({"state": "all", **{name: value for name, value in pairs.items() if value}})
    return f"/payments?{asked}"
