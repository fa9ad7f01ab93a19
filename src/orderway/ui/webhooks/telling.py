"""A webhook in words, what its form holds, and which kinds of events it may be told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orderway.outbound.webhooks.attempts import Attempt
from orderway.outbound.webhooks.subscriptions import GROUP, Webhook, may_look_after
from orderway.people.stores import list_stores
from orderway.ui.language import mark, number, t, tr
from orderway.ui.outbox.saying import said
from orderway.ui.people.telling import ticked
from orderway.ui.site import Visit
from orderway.ui.words import Shown, Told, ago
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

GROUPS: Mapping[str, str] = {
    "quotation": mark("Quotations"),
    "sale": mark("Sales"),
    "payment": mark("Payments"),
    "override": mark("Overrides"),
    "fulfillment": mark("Fulfillments"),
    "rider_interest": mark("Offers of riders"),
    "return": mark("Returns"),
    "comment": mark("Comments"),
}
"""Kinds of events by the word that their types hold: order.<word>.<event>."""

MOST = 300
"""Fields of a form that has one for each store."""
FIELDS = ("name", "url", "types", "stores", "reason", "hours")
KINDS: Mapping[str, str] = {"again": mark("once more"), "test": mark("a test")}
ON, FAILING, OFF = mark("On"), mark("Failing"), mark("Off")
TEST_SAID = mark("A test, which says nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A webhook of the list in words."""

    url: str
    name: str
    address: str
    state: Shown
    told: str
    arrived: Told | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An attempt in words; `again` names the box that asks for it once more."""

    said: str
    type: str
    kind: str
    order: str
    order_url: str
    state: Shown
    at: Told
    took: str
    why: str
    answer: str
    again: str


def require(visit: Visit) -> None:
    """Raises NotFound for who does not look after webhooks: for them there is no such page."""
    if not may_look_after(visit.viewer):
        raise NotFound(t("There is nothing at this address."))


def id_of(visit: Visit) -> UUID:
    """The webhook that the address names. Raises NotFound."""
    try:
        return UUID(visit.request.path_params["webhook"])
    except ValueError:
        raise NotFound(t("There is no such webhook.")) from None


def state_of(each: Webhook) -> Shown:
    if each.disabled_at:
        return Shown(tr(OFF), "ended")
    return Shown(tr(FAILING), "bad") if each.failing_since else Shown(tr(ON), "good")


def row(each: Webhook, now: datetime) -> Row:
    return Row(
        url=f"/webhooks/{each.id}", name=each.name, address=each.url, state=state_of(each), told=told_of(each),
        arrived=ago(each.arrived_at, now) if each.arrived_at else None,
    )  # fmt: skip


def told_of(each: Webhook) -> str:
    """What it is told of: "Sales, Payments, order.return.received"; all where nothing else was said."""
    if each.types is None:
        return t("Everything")
    groups = {f"order.{word}{GROUP}": tr(label) for word, label in GROUPS.items()}
    return ", ".join(groups.get(type, type) for type in each.types)


def sent(each: Attempt, visit: Visit) -> Sent:
    kind = tr(KINDS[each.kind]) if each.kind in KINDS else ""
    words = said(each.type, visit.site.workflow) if each.kind != "test" else tr(TEST_SAID)
    return Sent(
        said=words or each.type, type=each.type, kind=kind, order=each.order_number or "",
        order_url=f"/orders/{each.order_id}" if each.order_id else "",
        state=Shown(str(each.status or t("No answer")), "bad" if each.why else "good"),
        at=ago(each.at, visit.site.now()), took=t("{n} ms", n=number(each.milliseconds)),
        why=tr(each.why) if each.why else "", answer=each.answer, again=f"again.{each.id}" if each.order_id else "",
    )  # fmt: skip


def types_in(posted: Mapping[str, str]) -> tuple[str, ...] | None:
    """The groups that were ticked, and the types that were written; None, which is all, for none of either."""
    groups = [f"order.{word}{GROUP}" for word in ticked(posted, "group")]
    return (*groups, *posted.get("types", "").split()) or None


def ids_in(posted: Mapping[str, str], kind: str) -> tuple[UUID, ...]:
    """The things of a kind that were ticked. Raises Invalid."""
    try:
        return tuple(UUID(text) for text in ticked(posted, kind))
    except ValueError:
        raise Invalid(t("This can not be read."), t("Choose one of those offered."), kind) from None


def typed_as(each: Webhook) -> dict[str, str]:
    """The form of a webhook as it is."""
    groups = {f"order.{word}{GROUP}": word for word in GROUPS}
    types = each.types or ()
    return {
        "name": each.name,
        "url": each.url,
        "types": "\n".join(type for type in types if type not in groups),
        "seen": str(each.step),
        **{f"group.{groups[type]}": "yes" for type in types if type in groups},
        **{f"store.{store}": "yes" for store in each.stores or ()},
    }


async def store_names(connection: Connection, visit: Visit) -> dict[str, str]:
    """The stores by their ids."""
    return {str(each.id): each.name for each in await list_stores(connection, visit.viewer)}
