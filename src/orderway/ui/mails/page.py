"""E-mails that did not arrive yet: how each stands and why, and trying those that failed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.ids import new_id
from orderway.outbound.panel.deeds import Retried
from orderway.outbound.panel.deliveries import Status
from orderway.outbound.panel.mails import OpenMail, RetryMails, count_mails, list_mails, retry_mails
from orderway.ui.language import mark, number, t, tr
from orderway.ui.people.telling import ticked
from orderway.ui.problems import forged
from orderway.ui.shell import OPERATIONS
from orderway.ui.site import Page, Visit
from orderway.ui.tabs import Tab
from orderway.ui.typed import Typed, key_in, mended, needed
from orderway.ui.words import Shown, Told, ago
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.transaction import Transaction

SIZE = 50
TICK = "mail"

STATES: Mapping[Status, Shown] = {
    "WAITING": Shown(mark("Under way"), "active"),
    "FAILING": Shown(mark("Failing"), "waiting"),
    "DEAD": Shown(mark("Given up"), "bad"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An e-mail in words; `tick` is its box, where it failed."""

    tick: str
    order: str
    order_url: str
    to: str
    title: str
    why: str
    tries: str
    state: Shown
    at: Told


async def mails(visit: Visit) -> Response:
    """The page, for who looks after deliveries."""
    return await _shown(visit, Typed({"key": str(new_id())}))


async def retry(visit: Visit) -> Response:
    """Try again those that were ticked, or all that failed, as the button says."""
    _require(visit)
    posted = await visit.posted(most=SIZE + 10)
    if posted is None:
        return forged(("/mails", t("Back to the e-mails")))
    try:
        wanted = _wanted(posted)

        async def work(tx: Transaction) -> Retried:
            return await retry_mails(tx.connection, wanted, by=visit.viewer, at=tx.now)

        done = await visit.site.runner.once(
            work, Retried, key=key_in(posted), request=("RetryMails", wanted), actor=visit.viewer.actor()
        )
    except OrderwayError as no:
        return await _shown(visit, mended(posted, no, fields=("reason",)))
    return visit.back("/mails", t("{n} e-mail is tried again.", "{n} e-mails are tried again.", n=done.retried))


def _wanted(posted: Mapping[str, str]) -> RetryMails:
    """What the form asks for. Raises Invalid."""
    reason = needed(posted, "reason")
    if posted.get("do") == "all":
        return RetryMails(reason=reason)
    try:
        chosen = tuple(UUID(text) for text in ticked(posted, TICK))
    except ValueError:
        raise Invalid(t("This can not be read."), t("Choose one of those offered."), "mails") from None
    if not chosen:
        raise Invalid(t("No e-mail is ticked."), t("Tick some, or try all of them again."))
    return RetryMails(reason=reason, mails=chosen)


async def _shown(visit: Visit, typed: Typed) -> Response:
    _require(visit)
    asked = visit.request.query_params
    status = next((each for each in get_args(Status) if each == asked.get("status", "")), None)
    async with visit.site.pool.acquire() as connection:
        counts = {each: await count_mails(connection, visit.viewer, status=each) for each in (None, *get_args(Status))}
        try:
            found, more = await list_mails(
                connection, visit.viewer, status=status, after=asked.get("after", ""), limit=SIZE
            )
        except Invalid:
            found, more = await list_mails(connection, visit.viewer, status=status, limit=SIZE)
    labels: dict[Status | None, str] = {None: t("All")}
    labels.update({each: tr(shown.label) for each, shown in STATES.items()})
    return visit.page(
        "mails/list.html",
        status=typed.status,
        typed=typed,
        tabs=[
            Tab(label=label, url=_url(each), here=each == status, count=number(counts[each]))
            for each, label in labels.items()
        ],
        rows=[_row(visit, each) for each in found],
        some_failed=any(each.tries for each in found),
        more_url=_url(status, after=found[-1].cursor) if more else "",
        first_url=_url(status) if asked.get("after") else "",
    )


def _row(visit: Visit, each: OpenMail) -> Row:
    return Row(
        tick=f"{TICK}.{each.id}" if each.tries else "", order=each.order_number, order_url=f"/orders/{each.order_id}",
        to=each.to, title=tr(each.title), why=tr(each.why or ""), state=STATES[each.status],
        tries=t("{n} try", "{n} tries", n=each.tries) if each.tries else "", at=ago(each.at, visit.site.now()),
    )  # fmt: skip


def _url(status: Status | None, *, after: str = "") -> str:
    given = {name: value for name, value in (("status", status), ("after", after)) if value}
    return f"/mails?{urlencode(given)}" if given else "/mails"


def _require(visit: Visit) -> None:
    """Raises NotFound for who does not look after deliveries."""
    if not OPERATIONS(visit.viewer):
        raise NotFound(t("There is nothing at this address."))


PAGES: tuple[Page, ...] = (
    Page("/mails", mails, shows=("openMails",)),
    Page("/mails", retry, "POST", does=("retryMails",)),
)
