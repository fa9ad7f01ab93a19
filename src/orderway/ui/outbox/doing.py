"""The forms of a sink: what failed is tried again, of some orders or of all, and an event is set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.outbound.panel.deeds import NAMED, Retried, RetryDeliveries, SetEventAside, retry, set_aside
from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import everywhere
from orderway.ui.language import t
from orderway.ui.outbox.one import PICK, Tried, shown
from orderway.ui.outbox.sinks import url_of
from orderway.ui.problems import forged
from orderway.ui.shell import OPERATIONS
from orderway.ui.site import Visit
from orderway.ui.typed import id_in, key_in, mended, needed
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.runner import Result, Work
from orderway.workflow.transaction import Transaction

FIELDS = ("reason",)


@dataclass(frozen=True, slots=True)
class SetAside:
    """What a form that is sent twice finds done."""

    number: int


async def retry_many(visit: Visit) -> Response:
    """Try again what was ticked, or all of it, as the button says; then back to the sink."""
    posted, sink = await _posted(visit)
    if posted is None:
        return forged((url_of(sink), t("Back to the sink")))
    try:
        wanted = _wanted(sink, posted)

        async def work(tx: Transaction) -> Retried:
            return await retry(tx.connection, wanted, by=visit.viewer, at=tx.now)

        done = await _once(visit, work, Retried, posted, wanted)
    except NotFound:
        raise
    except OrderwayError as no:
        return await shown(visit, Tried(mended(posted, no, fields=FIELDS)))
    return visit.back(url_of(sink), _told(done))


async def set_one_aside(visit: Visit) -> Response:
    """Set the event aside at which an order stands; then back to the sink."""
    posted, sink = await _posted(visit)
    if posted is None:
        return forged((url_of(sink), t("Back to the sink")))
    if not everywhere(visit.viewer, SETTINGS_MANAGE):
        raise NotFound(t("There is nothing at this address."))
    order = None
    try:
        order = id_in(posted, "order")
        event = posted.get("number", "")
        if order is None or not (event.isascii() and event.isdigit() and len(event) < 10):
            raise Invalid(t("The form does not say which event."), t("Open the page again and send it from there."))
        wanted = SetEventAside(sink=sink, order=order, number=int(event), reason=needed(posted, "reason"))

        async def work(tx: Transaction) -> SetAside:
            await set_aside(tx.connection, wanted, by=visit.viewer, at=tx.now)
            return SetAside(wanted.number)

        await _once(visit, work, SetAside, posted, wanted)
    except NotFound:
        raise
    except OrderwayError as no:
        return await shown(visit, Tried(mended(posted, no, fields=FIELDS), order))
    return visit.back(url_of(sink), t("Set the event aside: the order goes on behind it."))


async def _posted(visit: Visit) -> tuple[Mapping[str, str] | None, str]:
    if not OPERATIONS(visit.viewer):
        raise NotFound(t("There is nothing at this address."))
    return await visit.posted(), visit.request.path_params["sink"]


async def _once(
    visit: Visit, work: Work[Result], answer: type[Result], posted: Mapping[str, str], wanted: object
) -> Result:
    return await visit.site.runner.once(
        work, answer, key=key_in(posted), request=(type(wanted).__name__, wanted), actor=visit.viewer.actor(),
        request_id=getattr(visit.request.state, "request_id", None),
    )  # fmt: skip


def _wanted(sink: str, posted: Mapping[str, str]) -> RetryDeliveries:
    """What the form says. Raises Invalid."""
    reason = needed(posted, "reason")
    if posted.get("do") == "all":
        return RetryDeliveries(sink=sink, reason=reason)
    picked = [name.removeprefix(PICK) for name in posted if name.startswith(PICK)][:NAMED]
    if not picked:
        raise Invalid(t("No order is ticked."), t("Tick those that are to be tried again, or try all of them."))
    try:
        return RetryDeliveries(sink=sink, reason=reason, orders=tuple(map(UUID, picked)))
    except ValueError:
        raise Invalid(t("This can not be read."), t("Choose one of those offered.")) from None


def _told(done: Retried) -> str:
    if not done.retried:
        return t("Nothing was to be tried again: it arrived meanwhile, or is on its way.")
    said = t("{n} order is tried again now.", "{n} orders are tried again now.", n=done.retried)
    if done.left:
        return f"{said} {t('{n} more has failed.', '{n} more have failed.', n=done.left)}"
    return said
