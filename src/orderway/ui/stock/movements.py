"""How the goods of a store came and went, the last entered first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from orderway.people.names import names_of
from orderway.stock.reads import KINDS, Kind, Movement, list_movements
from orderway.ui.choosing import Stores
from orderway.ui.forms import Choice
from orderway.ui.language import number, t, tr
from orderway.ui.site import Visit
from orderway.ui.stock.heads import address, heads, id_or_none
from orderway.ui.words import Told, ago
from orderway.workflow.kinds import Connection

SIZE = 50


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement in words: `pieces` with its sign, `order` with the number of the order that it was for."""

    title: str
    shelf_url: str
    sku: str
    kind: str
    pieces: str
    who: str
    note: str
    order: str
    order_url: str
    at: Told


async def told(connection: Connection, found: Sequence[Movement], *, now: datetime) -> list[Moved]:
    """The movements in words, each with who made it."""
    names = await names_of(connection, {each.who for each in found})
    return [
        Moved(
            title=each.variant.title,
            shelf_url=f"/stock/{each.store.id}/{each.variant.id}",
            sku=each.variant.sku,
            kind=tr(KINDS[each.kind]),
            pieces=signed(each.quantity),
            who=tr(names[each.who]),
            note=tr(each.note or ""),
            order=each.order_number or "",
            order_url=f"/orders/{each.order}" if each.order else "",
            at=ago(each.at, now),
        )
        for each in found
    ]


def signed(pieces: int) -> str:
    """Pieces with their sign: what went has a minus."""
    return f"+{number(pieces)}" if pieces > 0 else f"−{number(-pieces)}"


async def movements(visit: Visit) -> Response:
    """The page: of the store that is chosen, or of the first."""
    asked = visit.request.query_params
    kind, after = asked.get("kind", "").upper(), id_or_none(asked.get("after", ""))
    kinds: tuple[Kind, ...] = (kind,) if kind in KINDS else ()
    async with visit.site.runner.reading() as connection:
        above = await heads(connection, visit)
        store = above.stores.id or next((id_or_none(each.id) for each in above.stores.options), None)
        found = await list_movements(connection, store, kinds=kinds, after=after, limit=SIZE + 1) if store else []
        rows = await told(connection, found[:SIZE], now=visit.site.now())
    kept = {"store": str(store or ""), "kind": kind.lower() if kinds else ""}
    return visit.page(
        "stock/movements.html",
        tabs=above.tabs,
        stores=list(_options(above.stores, str(store))),
        store=str(store),
        kinds=[Choice("", t("Any kind")), *(Choice(each.lower(), tr(label)) for each, label in KINDS.items())],
        kind=kept["kind"],
        rows=rows,
        first_url=address("/stock/movements", **kept) if after else "",
        more_url=address("/stock/movements", **kept, after=str(found[SIZE - 1].id)) if len(found) > SIZE else "",
    )


def _options(stores: Stores, here: str) -> Iterator[Choice]:
    """The stores to choose from, where they are several."""
    if len(stores.options) > 1:
        for each in sorted(stores.options, key=lambda store: store.id != here):
            yield Choice(each.id, each.name)
