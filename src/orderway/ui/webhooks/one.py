"""One webhook: how it stands, what was sent to it, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.outbound.webhooks import asking, changes, commands
from orderway.outbound.webhooks.attempts import AttemptFilters, list_attempts
from orderway.outbound.webhooks.subscriptions import Webhook, list_changes, load_webhook
from orderway.ui.language import t, tr
from orderway.ui.people.telling import Line
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.ui.typed import Typed, mended, needed, step_in
from orderway.ui.webhooks.making import boxes, secretly, show_secret
from orderway.ui.webhooks.telling import (
    FIELDS,
    MOST,
    id_of,
    ids_in,
    require,
    sent,
    state_of,
    store_names,
    told_of,
    typed_as,
    types_in,
)
from orderway.ui.words import ago
from orderway.workflow.errors import Conflict, Invalid
from orderway.workflow.transaction import Transaction

SIZE = 50


async def webhook(visit: Visit) -> Response:
    """The page, for who looks after webhooks."""
    return await _shown(visit)


async def change(visit: Visit) -> Response:
    """Say anew what it is; what is refused is said in the form."""
    require(visit)
    posted, id = await visit.posted(most=MOST), id_of(visit)
    if posted is None:
        return _forged(id)
    try:
        wanted = commands.ChangeWebhook(
            webhook=id, name=needed(posted, "name"), url=needed(posted, "url"), types=types_in(posted),
            stores=ids_in(posted, "store") or None, reason=needed(posted, "reason"), seen=step_in(posted),
        )  # fmt: skip
        await _do(visit, wanted)
    except Conflict as moved:
        return await _shown(visit, changing=mended({**posted, "seen": str(moved.step)}, moved, fields=FIELDS))
    except OrderwayError as no:
        return await _shown(visit, changing=mended(posted, no, fields=FIELDS))
    return visit.back(f"/webhooks/{id}", t("Changed {name}.", name=wanted.name))


async def act(visit: Visit) -> Response:
    """Switch it on or off, delete it, or give it a new secret, which the answer shows."""
    require(visit)
    posted, id = await visit.posted(), id_of(visit)
    if posted is None:
        return _forged(id)
    try:
        return await _act(visit, id, posted)
    except Conflict as moved:
        return await _shown(visit, acting=mended({**posted, "seen": str(moved.step)}, moved, fields=()))
    except Invalid as no:
        return await _shown(visit, acting=mended(posted, no, fields=()))


async def _act(visit: Visit, id: UUID, posted: Mapping[str, str]) -> Response:
    reason, seen = needed(posted, "reason"), step_in(posted)
    match posted.get("act"):
        case "secret":
            wanted = commands.RotateWebhookSecret(webhook=id, reason=reason, seen=seen, hours=_hours_in(posted))
            return await show_secret(visit, await secretly(visit, wanted))
        case "delete":
            await _do(visit, commands.DeleteWebhook(webhook=id, reason=reason, seen=seen))
            return visit.back("/webhooks", t("The webhook is deleted."))
        case "on":
            await _do(visit, commands.EnableWebhook(webhook=id, reason=reason, seen=seen))
            return visit.back(f"/webhooks/{id}", t("It is on; what happened meanwhile is sent now."))
        case "off":
            await _do(visit, commands.DisableWebhook(webhook=id, reason=reason, seen=seen))
            return visit.back(f"/webhooks/{id}", t("It is off; what happens meanwhile is kept for it."))
    raise _unknown()


async def send(visit: Visit) -> Response:
    """Have a test sent, or what was ticked once more."""
    require(visit)
    posted, id = await visit.posted(most=MOST), id_of(visit)
    if posted is None:
        return _forged(id)
    try:
        wanted = _sending(id, posted)

        async def work(tx: Transaction) -> asking.Asked:
            return await asking.ask(tx, wanted, by=visit.viewer)

        asked = await visit.site.runner.run(work, actor=visit.viewer.actor())
    except Invalid as no:
        return await _shown(visit, acting=mended(posted, no, fields=()))
    told = t("{n} message is on its way.", "{n} messages are on their way.", n=asked.messages)
    return visit.back(f"/webhooks/{id}", told)


def _sending(id: UUID, posted: Mapping[str, str]) -> commands.Sending:
    """What the button says. Raises Invalid."""
    match posted.get("act"):
        case "test":
            return commands.SendWebhookTest(webhook=id)
        case "again":
            return commands.RedeliverWebhook(webhook=id, deliveries=ids_in(posted, "again"))
    raise _unknown()


def _unknown() -> Invalid:
    """What the page does not offer is not done."""
    return Invalid(t("This can not be read."), t("Choose one of those offered."), "act")


async def _do(visit: Visit, wanted: commands.Changing) -> None:
    async def work(tx: Transaction) -> None:
        await changes.change(tx, wanted, by=visit.viewer, doors=visit.site.webhooks)

    request_id = getattr(visit.request.state, "request_id", None)
    await visit.site.runner.run(work, actor=visit.viewer.actor(), request_id=request_id)


async def _shown(visit: Visit, *, changing: Typed | None = None, acting: Typed | None = None) -> Response:
    """The page; with what was typed into one of its forms."""
    require(visit)
    id, asked, now = id_of(visit), visit.request.query_params, visit.site.now()
    only_failed = asked.get("show") == "failed"
    async with visit.site.pool.acquire() as connection:
        hook = await load_webhook(connection, visit.viewer, id)
        filters, after = AttemptFilters(failed=True if only_failed else None), asked.get("after", "")
        found, more = await list_attempts(connection, visit.viewer, id, filters=filters, after=after, limit=SIZE)
        history = await list_changes(connection, visit.viewer, id)
        stores = await store_names(connection, visit)
    typed, show = changing or Typed(typed_as(hook)), "?show=failed" if only_failed else "?"
    return visit.page(
        "webhooks/one.html",
        status=max(typed.status, acting.status if acting else 200),
        hook=hook,
        state=state_of(hook),
        facts=_facts(hook, stores),
        typed=typed,
        acting=acting or Typed(),
        seen=(acting or typed).value("seen") or str(hook.step),
        arrived=ago(hook.arrived_at, now) if hook.arrived_at else None,
        failing=ago(hook.failing_since, now) if hook.failing_since else None,
        former=ago(hook.former_until, now) if hook.former_until and now < hook.former_until else None,
        tabs=[
            Tab(t("All"), f"/webhooks/{id}", not only_failed),
            Tab(t("Failed"), f"/webhooks/{id}?show=failed", only_failed),
        ],
        sent=[sent(each, visit) for each in found],
        first_url=f"/webhooks/{id}{show}" if after else "",
        more_url=f"/webhooks/{id}{show}&after={found[-1].cursor}" if more else "",
        changes=[Line(each.who, tr(each.phrase), "", "", "", ago(each.at, now), each.reason) for each in history],
        **boxes(typed, stores),
    )


def _facts(hook: Webhook, stores: Mapping[str, str]) -> dict[str, str]:
    only = [stores.get(str(each), t("another store")) for each in hook.stores or ()]
    return {
        t("Address"): hook.url,
        t("Is told of"): told_of(hook),
        t("Stores"): ", ".join(only) or t("All stores"),
        t("Made by"): hook.created_by,
    }


def _hours_in(posted: Mapping[str, str]) -> int:
    text = posted.get("hours", "")
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise Invalid(t("This is no number of hours."), t("Write one from 0 to 168."), "hours")
    return int(text)


def _forged(id: UUID) -> Response:
    return forged((f"/webhooks/{id}", t("Back to the webhook")))
