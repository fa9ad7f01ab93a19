"""One payment: what came of it and what is left, its receipts, what can be done with it, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.order.available import load_available
from orderway.order.reach import Reached, reach
from orderway.order.reads import load_order
from orderway.order.shape import Order, Payment
from orderway.order.timeline import load_timeline
from orderway.people.scope import actor_on
from orderway.sale.payments.context import PAID_BY
from orderway.storage.storage import THE_FOLDER
from orderway.ui.guard import local_path
from orderway.ui.helping import who_can_help
from orderway.ui.language import t, tr, you
from orderway.ui.order.deeds import Deed, Eyes, Tried, deeds
from orderway.ui.order.receipts import Link, links
from orderway.ui.order.telling import Telling
from orderway.ui.order.timeline import happened_line
from orderway.ui.order.undoing import undo_of
from orderway.ui.payments.listing import REGISTER
from orderway.ui.problems import forged, told
from orderway.ui.sending import send_form
from orderway.ui.site import Visit
from orderway.ui.typed import new_key
from orderway.ui.words import Told, ago, money, weight
from orderway.workflow.errors import Invalid, NotFound, Refused


@dataclass(frozen=True, slots=True)
class Pair:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Copying:
    """Nothing is made anew from a payment."""

    url: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt; `picture` says that the page can show it."""

    link: Link
    picture: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A payment that the viewer sees, in its order."""

    reached: Reached
    order: Order
    payment: Payment


async def payment(visit: Visit) -> Response:
    """The page, for who sees the money of its order."""
    return await _shown(visit, await _find(visit))


async def act(visit: Visit) -> Response:
    """Send one event as the form says it; what is refused is said beside the form."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/payments", t("Back to the payments")))
    found = await _find(visit)
    kind = visit.site.workflow.kind("payment")
    event: Any = kind.charts[found.payment.version].events.get(visit.request.path_params["event"].upper())
    if event is None:
        raise NotFound(t("There is nothing at this address."))
    url = f"/payments/{found.payment.id}"
    try:
        moved = await send_form(visit, found.reached, event, posted=posted, currency=found.order.currency)
    except (Invalid, Refused) as error:
        tried = Tried(name=event.name, instance=found.payment.id, posted=posted, error=error)
        return await _shown(visit, found, tried=tried)
    except OrderwayError as error:
        return told(error, (url, t("Back to the payment")))
    said = you(event.words.phrase(moved.from_state, moved.to_state))
    back = local_path(posted["back"]) if posted.get("back") else f"{url}#next"
    return visit.back(back, said, undo=undo_of(kind, moved))


async def _find(visit: Visit) -> Found:
    """The payment that the address names. Raises NotFound."""
    try:
        id = UUID(visit.request.path_params["payment"])
    except ValueError:
        raise NotFound(t("There is no such payment.")) from None
    async with visit.site.pool.acquire() as connection:
        reached = await reach(connection, visit.viewer, kind=visit.site.workflow.kind("payment"), id=id)
        order = await load_order(connection, visit.viewer, reached.order_id)
    found = next((each for each in order.payments if each.id == id), None)
    if found is None:
        raise NotFound(t("There is no such payment."))
    return Found(reached, order, found)


async def _shown(visit: Visit, found: Found, *, tried: Tried | None = None) -> Response:
    site, viewer, order, payment = visit.site, visit.viewer, found.order, found.payment
    telling = Telling(order, site.workflow, site.now())
    available = await load_available(site.runner, viewer, order, instances=[payment.id])
    async with site.pool.acquire() as connection:
        actor = await actor_on(connection, viewer, store_id=order.store_id, order_id=order.id)
        eyes = Eyes(
            helpers=await who_can_help(connection), offered={}, may=actor.permissions, key=new_key(), tried=tried
        )
        happened = await load_timeline(connection, site.workflow, order, instances=[payment.id])
    mine = _deeds(deeds(telling, [each for each in available if each.is_theirs], eyes), payment)
    return visit.page(
        "payments/one.html",
        status=422 if tried else 200,
        order=order,
        payment=payment,
        customer=order.customer.name if order.customer else "",
        problem=str(tried.error) if tried and not any(deed.open for deed in mine) else "",
        state=telling.state(payment),
        since=ago(payment.moved_at, site.now()),
        amount=money(payment.context.amount, payment.context.currency),
        pairs=facts(payment, registered=ago(payment.created_at, site.now())),
        receipts=list(_receipts(payment, telling)),
        largest=weight(site.receipts.largest),
        may_add=actor.may(REGISTER),
        deeds=mine,
        others=[],
        copying=Copying(),
        entries=[happened_line(each, telling, {}) for each in happened.entries],
    )


def _deeds(found: Sequence[Deed], payment: Payment) -> list[Deed]:
    """What can be done with it, by forms of this page: the first that can be done stands out."""
    mine = [
        replace(each, url=f"/payments/{payment.id}/{each.name.lower()}", about="", settled=False)
        for each in found
        if each.instance == payment.id
    ]
    if mine and payment.state == "PENDING" and not mine[0].against:
        mine[0] = replace(mine[0], look="main")
    return mine


def facts(payment: Payment, *, registered: Told) -> list[Pair]:
    """What is known of it, in words; amounts that are nothing are left out."""
    context = payment.context
    sums = (
        (t("Refunded"), context.refunded), (t("onto the buyer's account"), context.credited),
        (t("Taken back by the provider"), context.reversed),
        (t("Left of it"), context.left if context.refunded or context.reversed else 0),
    )  # fmt: skip
    return [
        Pair(t("How it was paid"), tr(PAID_BY[context.method])),
        Pair(t("Through whom"), tr(context.provider)),
        Pair(t("Reference"), context.reference),
        Pair(t("Registered"), registered.text),
        *(Pair(label, money(amount, context.currency)) for label, amount in sums if amount),
    ]


def _receipts(payment: Payment, telling: Telling) -> list[Receipt]:
    """The newest first; pictures that lie with us can be looked at on the page itself."""
    pictures: Mapping[UUID, bool] = {
        each.id: each.bucket == THE_FOLDER and each.content_type.startswith("image/") for each in payment.receipts
    }
    return [
        Receipt(link, pictures[each.id])
        for link, each in zip(links(payment, telling.now), payment.receipts, strict=True)
    ]
