"""The page of the list: its views, its filters, its rows, and the way to the next page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from orderway.ids import new_id
from orderway.order.archived import count_archived
from orderway.order.lists import Page, count_some, list_orders
from orderway.order.next_steps import Ahead, next_steps
from orderway.people.permissions import MONEY_SEE
from orderway.people.scope import scopes_of
from orderway.people.stores import Store, list_stores
from orderway.people.viewer import Viewer
from orderway.people.views import SavedView, list_views, may_remove, may_share
from orderway.ui.archived import left, older
from orderway.ui.language import t, tr
from orderway.ui.orders.named import known_names
from orderway.ui.orders.query import COLUMNS, SHOWS, SORTS, STUCK, Query, read_query, stuck_for
from orderway.ui.orders.rows import shelf
from orderway.ui.orders.said import BESIDE, MOST, empty, groups, removable, some, summary
from orderway.ui.shell import ORDERS
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.ui.typed import Typed
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

SIZE = 40
WIDE, SIZE_WIDE = 6, 28
"""A list of more columns than that has fewer rows: it stays small on its way."""

NEW = "/quotations/new"
FOR_STAFF = frozenset({"late", "rider"})
"""Views for those who work for the seller."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The saved view that is looked at."""

    id: UUID
    says: str
    may_remove: bool


def require_list(viewer: Viewer) -> None:
    """Raises NotFound for who reaches orders in no way, or only by delivering them."""
    if not ORDERS(viewer):
        raise NotFound(t("There is nothing at this address."))


async def orders(visit: Visit) -> Response:
    """The page of what the address asks for."""
    return await listed(visit, visit.request.url.query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the page is told from."""

    query: Query
    names: Mapping[str, str]
    page: Page
    ahead: Mapping[UUID, Ahead]
    tabs: list[Tab]
    counted: int
    views: list[SavedView]
    stores: list[Store]
    left: str


def size_of(query: Query) -> int:
    """How many rows a page of a query has."""
    return SIZE_WIDE if len(query.columns) > WIDE else SIZE


async def look(visit: Visit, asked: str) -> Looked:
    """Read what a query asks for."""
    site, viewer = visit.site, visit.viewer
    async with site.runner.reading() as connection:
        query = read_query(asked, site.workflow)
        names = await known_names(connection, viewer, query)
        query = names.heard(query)
        filters = query.filters(site.now(), viewer)
        page = await list_orders(connection, viewer, filters=filters, after=query.one("after"), limit=size_of(query))
        rows = [row for row in page.rows if row.tells]
        ahead = await next_steps(connection, site.workflow, viewer=viewer, rows=rows)
        tabs, counted = await _tabs(connection, visit, query, page=page)
        views, stores = await list_views(connection, viewer), await list_stores(connection, viewer)
        away = "" if page.rows else await _left(connection, viewer, query)
    return Looked(query=query, names=names.names, page=page, ahead=ahead, tabs=tabs, counted=counted, views=views,
                  stores=stores, left=away)  # fmt: skip


async def _left(connection: Connection, viewer: Viewer, query: Query) -> str:
    """What was archived of what the query asks for: the order of that number, or all that a buyer had."""
    if query.is_narrowed:
        return await left(connection, viewer, query.one("search"))
    return older(await count_archived(connection, viewer, viewer.customer_id), viewer) if viewer.customer_id else ""


async def listed(visit: Visit, asked: str, *, saving: Typed | None = None) -> Response:
    """The page of a query; with the form of a view that could not be saved, where one could not.

    Raises NotFound as `require_list` does.
    """
    require_list(visit.viewer)
    site, viewer, looked = visit.site, visit.viewer, await look(visit, asked)
    query, rows = looked.query, [row for row in looked.page.rows if row.tells]
    view = next((each for each in looked.views if each.query and each.query == query.text()), None)
    sees_money = MONEY_SEE in viewer.permissions
    return visit.page(
        "orders/list.html",
        status=saving.status if saving else 200,
        query=query,
        saving=saving or Typed(),
        new_url=NEW if scopes_of(viewer, "quotation.edit") and NEW in visit.addresses else "",
        tabs=[*looked.tabs, *(Tab(each.name, f"/orders?{each.query}", each is view) for each in looked.views)],
        filters=list(removable(query, site.workflow, looked.names)),
        groups=list(groups(site.workflow, query)),
        spans=[(value, stuck_for(value)) for value in STUCK],
        stores=looked.stores,
        currencies=sorted({store.currency for store in looked.stores}) if sees_money else [],
        columns=[name for name in query.columns if name != "total" or sees_money],
        all_columns=COLUMNS,
        sorts=SORTS,
        may_share=may_share(viewer),
        key=str(new_id()),
        view=_view(visit, view) if view else None,
        summary=summary(looked.page, query, looked.counted),
        rows=[shelf(row, looked.ahead[row.id], site.workflow, now=site.now()) for row in rows],
        newest_url=query.url() if query.one("after") else "",
        older_url=query.url(after=looked.page.rows[-1].cursor) if looked.page.has_more else "",
        empty=empty(query, looked.left),
    )


async def _tabs(connection: Connection, visit: Visit, query: Query, *, page: Page) -> tuple[list[Tab], int]:
    """The views that are there from the beginning with how many orders are in each; and how many are listed.

    What needs the viewer the rail has counted already. Whether anything is late takes longer to find out than all the
    rest: it is counted where it is looked at.
    """
    shows = [name for name in ("", *SHOWS) if may_share(visit.viewer) or name not in FOR_STAFF]
    columns = tuple(("column", name) for name in query.all("column"))
    views = [Query((*columns, ("show", show)) if show else columns) for show in shows]
    # Sorted by how long they stand, all orders are the open ones.
    looks = ("column",) if query.sort == "longest" and not query.one("show") else ("column", "sort")
    here = [set(query.kept(*looks)) == set(each.kept(*looks)) for each in views]
    this = views[here.index(True)] if any(here) else query
    is_whole = not (page.has_more or query.one("after"))
    mine = {views[shows.index("needs-me")]: visit.counts["orders"]} if "orders" in visit.counts else {}
    asked = [view for view, show in zip(views, shows, strict=True) if show != "late" and view not in {this, *mine}]
    asked += [] if is_whole else [this]
    now = visit.site.now()
    wanted = [(each.filters(now, visit.viewer), (MOST if each == this else BESIDE) + 1) for each in asked]
    counts = await count_some(connection, visit.viewer, *wanted)
    counted = {**mine, this: len(page.rows), **dict(zip(asked, counts, strict=True))}
    labels = [tr(SHOWS[show]) if show else t("All") for show in shows]
    tabs = [
        Tab(
            label, view.url(), is_here, some(counted[view], most=MOST if is_here else BESIDE) if view in counted else ""
        )
        for label, view, is_here in zip(labels, views, here, strict=True)
    ]
    return tabs, counted[this]


def _view(visit: Visit, view: SavedView) -> Shown:
    says = t("This view is yours alone.")
    if view.shared:
        says = t("You share this view with everyone who works here.") if view.is_mine else ""
        says = says or t("{name} shares this view.", name=view.owner)
    return Shown(view.id, says, may_remove(visit.viewer, view))
