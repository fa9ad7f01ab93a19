"""The list of webhooks, and the form that makes one: what it answers is the secret, shown this once."""

from __future__ import annotations

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.outbound.webhooks.changes import Made, make
from orderway.outbound.webhooks.commands import CreateWebhook, Secretive
from orderway.outbound.webhooks.subscriptions import list_webhooks, load_webhook
from orderway.ui.language import t, tr
from orderway.ui.people.telling import ticked, ticks
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, mended, needed
from orderway.ui.webhooks.telling import FIELDS, GROUPS, MOST, ids_in, require, row, store_names, types_in
from orderway.workflow.transaction import Transaction


async def webhooks(visit: Visit) -> Response:
    """The list, for who looks after webhooks."""
    require(visit)
    async with visit.site.pool.acquire() as connection:
        found = await list_webhooks(connection, visit.viewer)
    return visit.page("webhooks/list.html", rows=[row(each, visit.site.now()) for each in found])


async def new_webhook(visit: Visit) -> Response:
    """The form."""
    return await _form(visit, Typed())


async def make_webhook(visit: Visit) -> Response:
    """Make one, and show its secret on the page that this answers with."""
    require(visit)
    posted = await visit.posted(most=MOST)
    if posted is None:
        return forged(("/webhooks/new", t("Back to the new webhook")))
    try:
        wanted = CreateWebhook(
            name=needed(posted, "name"), url=needed(posted, "url"), types=types_in(posted),
            stores=ids_in(posted, "store") or None, reason=posted.get("reason") or None,
        )  # fmt: skip
        made = await secretly(visit, wanted)
    except OrderwayError as no:
        return await _form(visit, mended(posted, no, fields=FIELDS))
    return await show_secret(visit, made)


async def secretly(visit: Visit, wanted: Secretive) -> Made:
    """Make a webhook, or a new secret of one. Raises what `make` raises."""

    async def work(tx: Transaction) -> Made:
        return await make(tx, wanted, by=visit.viewer, doors=visit.site.webhooks)

    request_id = getattr(visit.request.state, "request_id", None)
    return await visit.site.runner.run(work, actor=visit.viewer.actor(), request_id=request_id)


async def show_secret(visit: Visit, made: Made) -> Response:
    """The page of a secret: no other one ever shows it."""
    async with visit.site.pool.acquire() as connection:
        hook = await load_webhook(connection, visit.viewer, made.webhook)
    return visit.page("webhooks/made.html", hook=hook, secret=made.secret)


async def _form(visit: Visit, typed: Typed) -> Response:
    require(visit)
    async with visit.site.pool.acquire() as connection:
        stores = await store_names(connection, visit)
    return visit.page("webhooks/new.html", status=typed.status, typed=typed, **boxes(typed, stores))


def boxes(typed: Typed, stores: dict[str, str]) -> dict[str, object]:
    """What there is to tick: kinds of events, and stores where there are several."""
    groups = {word: tr(label) for word, label in GROUPS.items()}
    return {
        "groups": ticks("group", groups, ticked(typed.values, "group")),
        "stores": ticks("store", stores, ticked(typed.values, "store")) if len(stores) > 1 else [],
    }
