"""The editor of a quotation: lines from the catalogue at the server's prices, and what it all comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast, get_args
from uuid import UUID

import msgspec
from starlette.responses import Response

from orderway.delivery.address import LONGEST, Delivery
from orderway.delivery.way import FULFILLMENT_TYPES, FulfillmentType
from orderway.errors import OrderwayError
from orderway.order.addresses import list_used
from orderway.order.drafting import Draft, draft_quotation
from orderway.order.reach import reach
from orderway.quotation.events import Edit, LineWanted
from orderway.ui.forms import Choice
from orderway.ui.language import t, tr
from orderway.ui.problems import forged, problem
from orderway.ui.quotations.choosing import choose
from orderway.ui.quotations.desk import USUAL, Desk, Priced, desk_of, desk_of_new, named, price
from orderway.ui.quotations.sheet import MOST_LINES, Entered, is_place, lines_of, read_lines, with_one
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, key_in, mended, new_key, step_in
from orderway.ui.words import money
from orderway.workflow.errors import Conflict, Invalid, KeyReused, NotFound, Refused

FIELDS = 4 * MOST_LINES + 30
ADDRESS = tuple(LONGEST)
NAMED = ("store", "fulfillment_type", "valid_until", *ADDRESS)
"""The fields besides those of the lines, in the order in which the page has them."""


async def new(visit: Visit) -> Response:
    """A new quotation for a customer, to where their last order went; who drafts for others says first for whom."""
    async with visit.site.pool.acquire() as connection:
        desk = await desk_of_new(connection, visit, visit.request.query_params)
        places = await list_used(connection, visit.viewer, desk.customer) if desk else []
    if desk is None:
        return await choose(visit)
    today = desk.day_of(visit.site.now() + USUAL)
    values = {"store": str(desk.shop.id), "fulfillment_type": "PICKUP", "valid_until": today, "key": new_key()}
    values |= {name: getattr(places[0], name) for name in ADDRESS} if places else {}
    return await shown(visit, desk, Typed(values), lines=[])


async def draft(visit: Visit) -> Response:
    """What was typed into a new quotation: looked at once more, or drafted."""
    posted = await visit.posted(most=FIELDS)
    if posted is None:
        return forged(("/quotations/new", t("Back to the new quotation")))
    async with visit.site.pool.acquire() as connection:
        desk = await desk_of_new(connection, visit, posted)
    if desk is None:
        return await choose(visit)
    return await worked(visit, desk, posted)


async def edit(visit: Visit) -> Response:
    """The quotation of an order, as it stands, to be edited."""
    async with visit.site.pool.acquire() as connection:
        desk = await desk_of(connection, visit, _id(visit))
    if closed := _closed(visit, desk):
        return closed
    order, quotation = desk.order, desk.order.quotation if desk.order else None
    if order is None or quotation is None:
        raise NotFound(t("There is nothing at this address."))
    values = {"valid_until": desk.day_of(quotation.context.valid_until), "seen": str(quotation.step)}
    return await shown(visit, desk, Typed(values), lines=lines_of(order.lines, desk.currency))


async def revise(visit: Visit) -> Response:
    """What was typed into a quotation that is there: looked at once more, or saved as its next version."""
    back = (f"/quotations/{visit.request.path_params['order']}/edit", t("Back to the quotation"))
    posted = await visit.posted(most=FIELDS)
    if posted is None:
        return forged(back)
    async with visit.site.pool.acquire() as connection:
        desk = await desk_of(connection, visit, _id(visit))
    return _closed(visit, desk) or await worked(visit, desk, posted)


def _closed(visit: Visit, desk: Desk) -> Response | None:
    """The page of a quotation that takes no edit any more."""
    quotation = desk.order.quotation if desk.order else None
    if desk.order is None or quotation is None:
        return None
    chart = visit.site.workflow.kind("quotation").charts[quotation.version]
    if "EDIT" in chart.takes(quotation.state):
        return None
    label = tr(chart.node(quotation.state).label)
    return problem(
        409, t("This quotation is closed"),
        sentence=t("It can not be edited any more: it stands at “{state}”.", state=label),
        remedy=t("A new quotation can begin with its goods."),
        back=(f"/orders/{desk.order.id}", t("Back to the order")),
    )  # fmt: skip


async def worked(visit: Visit, desk: Desk, posted: Mapping[str, str]) -> Response:
    """Do what the pressed button says: look up, add or remove a line, or save; one that only asks does nothing."""
    lines, act = read_lines(posted), posted.get("act", "look")
    name, _, which = act.partition(":")
    if name == "save":
        return await saved(visit, desk, posted, lines=lines)
    values = dict(posted)
    if name == "remove" and is_place(which) and int(which) < len(lines):
        del lines[int(which)]
    variant = await _chosen(visit, desk, name=name, which=which, find=posted.get("find", "").strip())
    if variant and len(lines) < MOST_LINES:
        lines, values["find"] = with_one(lines, variant), ""
    return await shown(visit, desk, Typed(values), lines=lines)


async def _chosen(visit: Visit, desk: Desk, *, name: str, which: str, find: str) -> UUID | None:
    """The variant that a line is added for: the one that was pressed, or whose SKU was typed."""
    if name == "add":
        try:
            return UUID(which)
        except ValueError:
            return None
    if name != "look" or not find:
        return None
    async with visit.site.pool.acquire() as connection:
        return await named(connection, visit, desk, sku=find)


async def saved(visit: Visit, desk: Desk, posted: Mapping[str, str], *, lines: Sequence[Entered]) -> Response:
    """Save it, and on to the order; what can not be is said beside where it was typed, and nothing is written."""
    async with visit.site.pool.acquire() as connection:
        priced = await price(connection, visit, desk, lines=lines, find="")
    wanted = tuple(row.wanted for row in priced.rows if row.wanted)
    if len(wanted) < len(priced.rows):
        typed = Typed(posted, problem=t("Some lines have to be mended before this can be saved."), status=422)
        return await shown(visit, desk, typed, lines=lines)
    try:
        url = await (_revised if desk.order else _drafted)(visit, desk, posted, wanted)
    except Conflict as moved:
        typed = mended({**posted, "seen": str(moved.step)}, moved, fields=())
        kept = t("What you typed is kept here. Compare the versions, then save again to put yours on top.")
        return await shown(visit, desk, replace(typed, problem=f"{moved.message} {kept}"), lines=lines)
    except (Invalid, Refused, KeyReused) as no:
        return await shown(visit, desk, _mended(posted, no), lines=lines)
    said = t("Saved the quotation.") if desk.order else t("Drafted the quotation.")
    return visit.back(url, said)


def _mended(posted: Mapping[str, str], no: OrderwayError) -> Typed:
    """The error beside its field: the API names those of an address by their way into it."""
    if isinstance(no, Invalid):
        no = Invalid(no.message, no.remedy, no.field.removeprefix("delivery."))
    return mended(posted, no, fields=NAMED)


async def _drafted(visit: Visit, desk: Desk, posted: Mapping[str, str], lines: tuple[LineWanted, ...]) -> str:
    way = posted.get("fulfillment_type", "")
    if way not in get_args(FulfillmentType):
        raise Invalid(t("Say how it is brought."), t("Choose one."), "fulfillment_type")
    texts = {name: posted.get(name, "").strip() for name in ADDRESS}
    made = Draft(
        store=desk.shop.id, customer=desk.customer, fulfillment_type=cast("FulfillmentType", way), lines=lines,
        delivery=msgspec.convert(texts, Delivery) if way == "DELIVERY" and any(texts.values()) else None,
        valid_until=desk.ends(posted.get("valid_until", "").strip()),
    )  # fmt: skip
    moved = await draft_quotation(
        visit.site.runner, visit.viewer, made, key=key_in(posted), request_id=_request_id(visit)
    )
    return f"/orders/{moved.order_id}"


async def _revised(visit: Visit, desk: Desk, posted: Mapping[str, str], lines: tuple[LineWanted, ...]) -> str:
    order, quotation = desk.order, desk.order.quotation if desk.order else None
    if order is None or quotation is None:
        raise NotFound(t("There is nothing at this address."))
    day = posted.get("valid_until", "").strip()
    stays = day == desk.day_of(quotation.context.valid_until)
    event = Edit(lines, None if stays else desk.ends(day))
    async with visit.site.pool.acquire() as connection:
        kind = visit.site.workflow.kind("quotation")
        reached = await reach(connection, visit.viewer, kind=kind, id=quotation.id)
    await reached.send(visit.site.runner, event, seen=step_in(posted), request_id=_request_id(visit))
    return f"/orders/{order.id}"


async def shown(visit: Visit, desk: Desk, typed: Typed, *, lines: Sequence[Entered]) -> Response:
    """The page of the editor with everything that was typed."""
    async with visit.site.pool.acquire() as connection:
        priced: Priced = await price(connection, visit, desk, lines=lines, find=typed.value("find").strip())
    return visit.page(
        "quotations/editor.html",
        status=typed.status,
        desk=desk,
        typed=typed,
        priced=priced,
        total=money(priced.total, desk.currency),
        full=len(lines) >= MOST_LINES,
        shops=[Choice(str(shop.id), shop.name) for shop in desk.shops],
        ways=[Choice(name, tr(label)) for name, label in FULFILLMENT_TYPES.items()],
    )


def _id(visit: Visit) -> UUID:
    try:
        return UUID(visit.request.path_params["order"])
    except ValueError:
        raise NotFound(t("There is no such order.")) from None


def _request_id(visit: Visit) -> str | None:
    return getattr(visit.request.state, "request_id", None)
