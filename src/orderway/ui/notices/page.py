"""What the viewer was told of orders, newest first: what of it is unread, and marking it as read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.notifications.marking import Marked, mark_all_read, mark_read
from orderway.notifications.reads import (
    EVERYTHING,
    UNREAD,
    Notification,
    count_notifications,
    list_notifications,
    read_number,
)
from orderway.ui.language import number, t, tr
from orderway.ui.problems import forged
from orderway.ui.site import Page, Visit
from orderway.ui.tabs import Tab
from orderway.ui.typed import id_in
from orderway.ui.words import Told, ago
from orderway.workflow.errors import Invalid
from orderway.workflow.transaction import Transaction

SIZE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notification in words."""

    id: UUID
    title: str
    text: str
    url: str
    at: Told
    unread: bool


async def notices(visit: Visit) -> Response:
    """The page, each person's own."""
    asked, site = visit.request.query_params, visit.site
    show = _show(asked)
    filters = UNREAD if show else EVERYTHING
    try:
        after, notice = read_number(asked.get("after")), ""
    except Invalid as wrong:
        after, notice = None, str(wrong)
    async with site.pool.acquire() as connection:
        found, more = await list_notifications(connection, visit.viewer, filters=filters, after=after, limit=SIZE)
        counts = [await count_notifications(connection, visit.viewer, each) for each in (EVERYTHING, UNREAD)]
    return visit.page(
        "notices/list.html",
        tabs=[
            Tab(label=t("All"), url=_url(""), here=not show, count=number(counts[0])),
            Tab(label=t("Unread"), url=_url("unread"), here=bool(show), count=number(counts[1])),
        ],
        notices=[_notice(each, site.now()) for each in found],
        notice=notice,
        show=show,
        up_to=found[0].number if found and not after and counts[1] else None,
        more_url=_url(show, after=found[-1].number) if more else "",
        first_url=_url(show) if after else "",
    )


async def mark(visit: Visit) -> Response:
    """Mark one as read, or all up to the newest that the page showed: what came since stays unread."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/notifications", t("Back to the notifications")))
    one = id_in(posted, "id")
    up_to = read_number(posted.get("up_to", ""))
    if one is None and up_to is None:
        raise Invalid(t("The form does not say which notification."), t("Open the page again and send it from there."))

    async def work(tx: Transaction) -> Marked:
        if one is not None:
            return await mark_read(tx, visit.viewer, [one])
        return await mark_all_read(tx, visit.viewer, up_to=up_to)

    done = await visit.site.runner.run(work, actor=visit.viewer.actor())
    return visit.back(_url(_show(posted)), _marked(done))


def _marked(done: Marked) -> str:
    if not done.marked:
        return t("They were read already.")
    return t("Marked {n} notification as read.", "Marked {n} notifications as read.", n=done.marked)


def _show(asked: Mapping[str, str]) -> str:
    """Which are asked for: "unread", or "" for all."""
    return "unread" if asked.get("show") == "unread" else ""


def _url(show: str, *, after: int | None = None) -> str:
    pairs = {"show": show, "after": "" if after is None else str(after)}
    asked = urlencode({name: value for name, value in pairs.items() if value})
    return f"/notifications?{asked}" if asked else "/notifications"


def _notice(each: Notification, now: datetime) -> Notice:
    return Notice(
        id=each.id, title=tr(each.title), text=tr(each.text), url=_place(each),
        at=ago(each.at, now), unread=each.read_at is None,
    )  # fmt: skip


def _place(each: Notification) -> str:
    """The page of what it is about."""
    if each.order_id:
        return f"/orders/{each.order_id}"
    return "/shadow" if each.machine == "shadow" else f"/webhooks/{each.instance_id}"


PAGES: tuple[Page, ...] = (
    Page("/notifications", notices, shows=("notifications", "unreadNotifications")),
    Page("/notifications", mark, "POST", does=("markNotificationsRead", "markAllNotificationsRead")),
)
