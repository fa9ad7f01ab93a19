"""One's own account: name, password, language, appearance and keys, and where one is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.people.signing import own
from orderway.people.signing.caller import caller_of
from orderway.people.signing.own import NewPassword, OwnAccount, OwnSession
from orderway.ui.language import mark, t, tr
from orderway.ui.problems import forged
from orderway.ui.profile.keys import keys, make, revoke
from orderway.ui.profile.notices import choose_notices, notices
from orderway.ui.site import Page, Visit
from orderway.ui.typed import Typed, id_in, mended, needed, step_in
from orderway.ui.words import Told, ago
from orderway.workflow.errors import Conflict, Invalid
from orderway.workflow.transaction import Transaction

SIZE = 50
"""Where one is signed in is shown as far as this; all of it can be ended but the one that looks."""

KINDS: Mapping[str, str] = {"BROWSER": mark("Browser"), "PROGRAM": mark("Program")}
PROGRAMS: Mapping[str, str] = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome",
                               "Safari": "Safari"}  # fmt: skip
"""What a browser's own line holds, and what people call it; the first that fits."""

FRESH = Typed()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one is signed in, in words."""

    id: UUID
    what: str
    place: str
    since: Told
    ends: Told
    here: bool


async def profile(visit: Visit) -> Response:
    """The page, for whoever is signed in."""
    return await _shown(visit)


async def rename(visit: Visit) -> Response:
    """Change what one is called."""
    posted = await visit.posted()
    if posted is None:
        return _forged()
    try:
        name, seen = needed(posted, "name"), step_in(posted)

        async def work(tx: Transaction) -> OwnAccount:
            return await own.change_own_name(tx.connection, visit.viewer, name, seen=seen, at=tx.now)

        changed = await visit.site.runner.run(work, actor=visit.viewer.actor())
    except Conflict as moved:
        return await _shown(visit, naming=mended({**posted, "seen": str(moved.step)}, moved, fields=("name",)))
    except OrderwayError as no:
        return await _shown(visit, naming=mended(posted, no, fields=("name",)))
    return visit.back("/profile", t("You are called {name} now.", name=changed.name))


async def renew_password(visit: Visit) -> Response:
    """Replace one's password; the other places where one is signed in end. No password comes back with the page."""
    posted = await visit.posted()
    if posted is None:
        return _forged()
    try:
        old, new = posted.get("old_password", ""), posted.get("new_password", "")
        for name, text in (("old_password", old), ("new_password", new)):
            if not text:
                raise Invalid(t("This is missing."), t("Fill it in and try again."), name)
        if posted.get("again", "") != new:
            raise Invalid(t("This is not the same password."), t("Write the new one once more."), "again")
        wanted = NewPassword(old_password=old, new_password=new)
        caller = caller_of(visit.request)
        changed = await own.change_own_password(visit.site.sessions, visit.viewer, wanted, caller=caller)
    except OrderwayError as no:
        return await _shown(visit, secret=mended({}, no, fields=("old_password", "new_password", "again")))
    visit.site.nudges.check()
    return visit.back("/profile", _ended(t("Your password is changed."), changed.ended_sessions))


async def end(visit: Visit) -> Response:
    """End one of one's sessions, or all but this one."""
    posted = await visit.posted()
    if posted is None:
        return _forged()
    one = id_in(posted, "session")
    if one is not None and one == visit.viewer.session:
        raise Invalid(t("This is where you are signed in now."), t("Sign out to end it."))

    async def work(tx: Transaction) -> OwnAccount:
        if one is not None:
            return await own.end_session(tx.connection, visit.viewer, one, at=tx.now)
        return await own.end_other_sessions(tx.connection, visit.viewer, at=tx.now)

    changed = await visit.site.runner.run(work, actor=visit.viewer.actor())
    visit.site.nudges.check()
    return visit.back("/profile", _ended("", changed.ended_sessions))


def _ended(before: str, n: int) -> str:
    ended = t("{n} other sign-in ended.", "{n} other sign-ins ended.", n=n)
    return " ".join(filter(None, (before, ended if n or not before else "")))


async def _shown(visit: Visit, *, naming: Typed | None = None, secret: Typed = FRESH) -> Response:
    site, viewer = visit.site, visit.viewer
    async with site.pool.acquire() as connection:
        found, more = await own.list_sessions(connection, viewer, at=site.now(), after=None, limit=SIZE)
        count = await own.count_sessions(connection, viewer, at=site.now())
        address = await own.load_address(connection, viewer)
    return visit.page(
        "profile/page.html",
        status=max(secret.status, naming.status if naming else 200),
        naming=naming or Typed({"name": viewer.name, "seen": str(viewer.step)}),
        secret=secret,
        address=address,
        roles=", ".join(tr(role.label) for role in viewer.roles),
        chosen=viewer.language or "",
        places=[_place(each, site.now()) for each in found],
        others=count - 1,
        more=more,
    )


def _place(each: OwnSession, now: datetime) -> Place:
    program = next((name for text, name in PROGRAMS.items() if text in each.agent), "")
    return Place(
        id=each.id, what=program or each.agent[:60] or tr(KINDS[each.kind]), place=each.place,
        since=ago(each.created_at, now), ends=ago(each.expires_at, now), here=each.is_current,
    )  # fmt: skip


def _forged() -> Response:
    return forged(("/profile", t("Back to your profile")))


PAGES: tuple[Page, ...] = (
    Page("/profile", profile, shows=("viewer", "mySessions")),
    Page("/profile/name", rename, "POST", does=("changeMyName",)),
    Page("/profile/password", renew_password, "POST", does=("changeMyPassword",)),
    Page("/profile/sessions", end, "POST", does=("endMySession", "endMyOtherSessions")),
    Page("/profile/notifications", notices, shows=("myNotificationChoices",)),
    Page("/profile/notifications", choose_notices, "POST", does=("chooseMyNotifications",)),
    Page("/profile/keys", keys, shows=("apiKeys", "permissions", "stores")),
    Page("/profile/keys", make, "POST", does=("createApiKey",)),
    Page("/profile/keys/{key}", revoke, "POST", does=("revokeApiKey",)),
)
