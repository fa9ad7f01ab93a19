"""From the form of filters to the address of the list: who is meant by a name is found first, or asked."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.responses import RedirectResponse, Response

from orderway.order.archived import find_archived
from orderway.order.lists import list_orders
from orderway.order.worklist import OrderFilters
from orderway.ui.language import t, tr
from orderway.ui.orders.named import HOLD, find_named
from orderway.ui.orders.page import require_list
from orderway.ui.orders.query import AMOUNTS, KNOWN, NAMES, Query
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab

ASKED = "named-"


async def filter_by(visit: Visit) -> Response:
    """To the list that the form asks for; a page to choose on where a name is that of several."""
    require_list(visit.viewer)
    sent = [(name, value.strip()) for name, value in parse_qsl(visit.request.url.query[:4000]) if value.strip()]
    query = Query(_plain([(name, value) for name, value in sent if name in KNOWN]))
    for name, text in sent:
        what = name.removeprefix(ASKED)
        if name == what or what not in {"customer", *HOLD}:
            continue
        async with visit.site.pool.acquire() as connection:
            found = await find_named(connection, visit.viewer, what=what, text=text)
        if len(found) != 1:
            rest = [(other, value) for other, value in sent if other.startswith(ASKED) and other != name]
            choices = [Tab(each.name, _narrowed(query, what, str(each.id), rest)) for each in found]
            says = t("Which {what} is meant by “{text}”?", what=tr(NAMES[what]), text=text[:60])
            if not found:
                says = t("There is no {what} whose name begins with “{text}”.", what=tr(NAMES[what]), text=text[:60])
            return visit.page("orders/which.html", says=says, choices=choices, back_url=query.url())
        query = Query((*query.pairs, (what, str(found[0].id))))
    return RedirectResponse(query.url(), status_code=303)


def _plain(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Without a currency that no amount needs."""
    needs_currency = any(name in AMOUNTS for name, _ in pairs)
    return tuple(pair for pair in pairs if pair[0] != "currency" or needs_currency)


def _narrowed(query: Query, what: str, id: str, rest: list[tuple[str, str]]) -> str:
    """The address with one of those who are meant; what else was named is asked for next."""
    chosen = Query((*query.pairs, (what, id), *rest))
    return f"/orders/filter?{chosen.text()}" if rest else chosen.url()


async def search(visit: Visit) -> Response:
    """To the order that a number, a customer, a phone or a reference finds; to the list where it finds several."""
    require_list(visit.viewer)
    text = visit.request.query_params.get("q", "").strip()[:100]
    query = Query((("search", text),) if text else ())
    async with visit.site.pool.acquire() as connection:
        page = await list_orders(connection, visit.viewer, filters=OrderFilters(search=text), limit=2)
        left = await find_archived(connection, visit.viewer, number=text) if text and not page.rows else None
    if left:
        return RedirectResponse(f"/orders/{left.id}", status_code=303)
    exact = [row for row in page.rows if row.number.lower() == text.lower()]
    only = exact or (page.rows if not page.has_more else ())
    if text and len(only) == 1:
        return RedirectResponse(f"/orders/{only[0].id}", status_code=303)
    return RedirectResponse(query.url(), status_code=303)
