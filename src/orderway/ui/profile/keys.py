"""One's own keys for programs: those there are, one made, which is shown this once, and one revoked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.people.permissions import LABELS, SCOPE_ALL, SCOPES
from orderway.people.signing.keys import Key, Made, NewKey, list_keys, make_key, revoke_key
from orderway.people.stores import list_stores
from orderway.ui.language import mark, t, tr
from orderway.ui.people.telling import ticked, ticks
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, mended, needed
from orderway.ui.words import Shown, Told, ago
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection
from orderway.workflow.transaction import Transaction

SIZE = 50
"""So many are shown, the newest; all of them are in the API."""
USUAL = timedelta(days=90)
MOST = 300
"""Fields of a form that has one for each permission and each store."""
FIELDS = ("name", "expires_at")

LETS_IN, OVER, REVOKED = mark("Lets in"), mark("Over"), mark("Revoked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A key in words; `id` is there as long as it can be revoked."""

    id: UUID | None
    name: str
    state: Shown
    holds: list[str]
    stores: str
    made: Told
    used: Told | None
    ends: Told


async def keys(visit: Visit) -> Response:
    """The page, for whoever is signed in."""
    return await _shown(visit, Typed())


async def make(visit: Visit) -> Response:
    """Make a key, and show it on the page that this answers with: it is kept nowhere to be shown again."""
    posted = await visit.posted(most=MOST)
    if posted is None:
        return _forged()
    site = visit.site
    try:
        wanted = NewKey(
            name=needed(posted, "name"), permissions=ticked(posted, "may"), expires_at=_end_in(posted),
            stores=_stores_in(posted),
        )  # fmt: skip
        async with site.pool.acquire() as connection:
            made = await make_key(connection, visit.viewer, wanted, at=site.now())
    except OrderwayError as no:
        return await _shown(visit, mended(posted, no, fields=FIELDS))
    site.nudges.check()
    return await _shown(visit, Typed(), made)


async def revoke(visit: Visit) -> Response:
    """End a key of one's own at once."""
    posted = await visit.posted()
    if posted is None:
        return _forged()
    try:
        id = UUID(visit.request.path_params["key"])
    except ValueError:
        raise NotFound(t("There is no such key.")) from None

    async def work(tx: Transaction) -> Key:
        return await revoke_key(tx.connection, visit.viewer, id, at=tx.now)

    key = await visit.site.runner.run(work, actor=visit.viewer.actor())
    visit.site.nudges.check()
    return visit.back("/profile/keys", t("The key “{name}” lets nobody in any more.", name=key.name))


async def _shown(visit: Visit, typed: Typed, made: Made | None = None) -> Response:
    """The page; `typed` is what was typed into its form, `made` the key that was just made."""
    viewer, now = visit.viewer, visit.site.now()
    async with visit.site.pool.acquire() as connection:
        found, more = await list_keys(connection, viewer, person=viewer.person_id, after=None, limit=SIZE)
        stores = await _reached(connection, visit)
    may = {name: tr(label) for name, label in LABELS.items() if name in viewer.permissions - SCOPES}
    fresh = Typed({"expires_at": f"{(now + USUAL).astimezone(UTC):%Y-%m-%d}"})
    return visit.page(
        "profile/keys.html",
        status=typed.status,
        made=made,
        keys=[_line(each, stores, now) for each in found],
        more=more,
        mending=typed.status > 200,
        typed=typed if typed.status > 200 else fresh,
        may=ticks("may", may, ticked(typed.values, "may")),
        stores=ticks("store", stores, ticked(typed.values, "store")) if len(stores) > 1 else [],
    )


async def _reached(connection: Connection, visit: Visit) -> dict[str, str]:
    """The stores that a key can be left to, by their ids."""
    viewer = visit.viewer
    everywhere = SCOPE_ALL in viewer.permissions and viewer.only is None
    known = await list_stores(connection, viewer)
    return {str(each.id): each.name for each in known if everywhere or each.id in viewer.stores}


def _line(key: Key, stores: Mapping[str, str], now: datetime) -> Line:
    lets_in = key.revoked_at is None and now < key.expires_at
    label, tone = (LETS_IN, "good") if lets_in else (REVOKED if key.revoked_at else OVER, "ended")
    only = [stores.get(str(each), t("another store")) for each in key.stores or ()]
    return Line(
        id=key.id if lets_in else None, name=key.name, state=Shown(tr(label), tone),
        holds=[tr(LABELS[name]) for name in LABELS if name in key.permissions],
        stores=", ".join(only) or t("Wherever you reach"), made=ago(key.created_at, now),
        used=ago(key.last_used_at, now) if key.last_used_at else None, ends=ago(key.revoked_at or key.expires_at, now),
    )  # fmt: skip


def _end_in(posted: Mapping[str, str]) -> datetime:
    """The end of the day that was chosen, in UTC. Raises Invalid."""
    text = needed(posted, "expires_at")
    try:
        chosen = date.fromisoformat(text) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise Invalid(t("“{text}” is no day.", text=text[:40]), t("Write it like 2026-03-31."), "expires_at") from None
    return datetime(chosen.year, chosen.month, chosen.day, tzinfo=UTC)


def _stores_in(posted: Mapping[str, str]) -> tuple[UUID, ...] | None:
    """The stores that were ticked; None, which is all that one reaches, where none was. Raises Invalid."""
    try:
        return tuple(UUID(text) for text in ticked(posted, "store")) or None
    except ValueError:
        raise Invalid(t("This can not be read."), t("Choose one of those offered."), "stores") from None


def _forged() -> Response:
    return forged(("/profile/keys", t("Back to your keys")))
