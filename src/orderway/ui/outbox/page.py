"""Where events go and how far each sink has come; and what was told of orders, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import Response

from orderway.order.told import Told as TheTold
from orderway.order.told import ToldFilters, list_told
from orderway.outbound.panel.sinks import list_sinks
from orderway.ui.choosing import choose_store
from orderway.ui.language import number, t
from orderway.ui.outbox.doing import retry_many, set_one_aside
from orderway.ui.outbox.one import sink_page
from orderway.ui.outbox.saying import said
from orderway.ui.outbox.sinks import names_of_webhooks, row
from orderway.ui.shell import OPERATIONS
from orderway.ui.site import Page, Visit
from orderway.ui.stock.heads import address
from orderway.ui.words import Told, ago
from orderway.workflow.errors import Invalid, NotFound

SIZE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """An event in words; its type is as its hearers know it."""

    order_url: str
    order: str
    said: str
    type: str
    number: str
    at: Told


async def outbox(visit: Visit) -> Response:
    """The page, for who looks after the outbox."""
    asked, notices = visit.request.query_params, list[str]()
    if not OPERATIONS(visit.viewer):
        raise NotFound(t("There is nothing at this address."))
    since, until = (_moment(asked.get(name, ""), notices) for name in ("since", "until"))
    after = asked.get("after", "")
    async with visit.site.pool.acquire() as connection:
        sinks, webhooks = await list_sinks(connection, visit.viewer), await names_of_webhooks(connection, visit.viewer)
        stores = await choose_store(connection, visit)
        filters = ToldFilters(store_id=stores.id, since=since, until=until)
        try:
            found, more = await list_told(connection, visit.viewer, filters=filters, after=after, limit=SIZE)
        except Invalid:
            notices.append(t("“{text}” is no place in the list, so it begins at the top.", text=after[:40]))
            after = ""
            found, more = await list_told(connection, visit.viewer, filters=filters, after=after, limit=SIZE)
    kept = {"store": str(stores.id or ""), "since": _text(since), "until": _text(until)}
    now = visit.site.now()
    return visit.page(
        "outbox/list.html",
        sinks=[row(each, webhooks, now) for each in sinks],
        stores=stores,
        since=kept["since"],
        until=kept["until"],
        notices=notices,
        narrowed=bool(stores.id or since or until),
        rows=[_row(each, visit, now) for each in found],
        first_url=address("/outbox", **kept) if after else "",
        more_url=address("/outbox", **kept, after=found[-1].cursor) if more else "",
    )


def _row(each: TheTold, visit: Visit, now: datetime) -> Row:
    said_as = said(each.type, visit.site.workflow)
    return Row(
        f"/orders/{each.order_id}", each.order_number, said_as, each.type, number(each.number), ago(each.at, now)
    )


def _moment(text: str, notices: list[str]) -> datetime | None:
    """A time of UTC out of the address; one that can not be read is ignored with a notice."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        notices.append(t("“{text}” is no date and time, so it is ignored.", text=text[:40]))
        return None


def _text(moment: datetime | None) -> str:
    """The time as an input of a form has it."""
    return f"{moment:%Y-%m-%dT%H:%M}" if moment else ""


PAGES: tuple[Page, ...] = (
    Page("/outbox", outbox, shows=("outboxEvents", "outboxSinks")),
    Page("/outbox/{sink}", sink_page, shows=("outboxSinks", "outboxDeliveries", "outboxChanges")),
    Page("/outbox/{sink}/retry", retry_many, "POST", does=("retryDeliveries",)),
    Page("/outbox/{sink}/aside", set_one_aside, "POST", does=("setEventAside",)),
)
