"""Saving a view of the list under a name, and removing it."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.people.views import NewView, remove_view, save_view
from orderway.ui.language import t
from orderway.ui.orders.page import listed, require_list
from orderway.ui.orders.query import read_query
from orderway.ui.problems import forged, told
from orderway.ui.site import Visit
from orderway.ui.typed import mended
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.transaction import Transaction


async def save(visit: Visit) -> Response:
    """Save what the list shows under a name; the page again where it can not be."""
    require_list(visit.viewer)
    posted = await visit.posted()
    if posted is None:
        return forged()
    query = read_query(posted.get("query", ""), visit.site.workflow)
    new = NewView(name=posted.get("name", ""), query=query.text(), shared=posted.get("shared") == "yes")

    async def work(tx: Transaction) -> UUID:
        return await save_view(tx, visit.viewer, new)

    try:
        await visit.site.runner.run(work, actor=visit.viewer.actor())
    except Invalid as error:
        return await listed(visit, query.text(), saving=mended(posted, error, fields=("name",)))
    return visit.back(query.url(), t("The view “{name}” is saved.", name=" ".join(new.name.split())))


async def remove(visit: Visit) -> Response:
    """Remove a view, and go to all orders."""
    require_list(visit.viewer)
    if await visit.posted() is None:
        return forged()

    async def work(tx: Transaction) -> str:
        return (await remove_view(tx, visit.viewer, _id(visit.request.path_params["view"]))).name

    try:
        name = await visit.site.runner.run(work, actor=visit.viewer.actor())
    except OrderwayError as error:
        return told(error)
    return visit.back("/orders", t("The view “{name}” is removed.", name=name))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such view.") from None
