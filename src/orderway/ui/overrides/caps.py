"""The most that each role may approve of an override, by currency: read, set and removed, each with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.people.caps import CapChange, Capped, Changed, change_cap, list_caps
from orderway.people.permissions import SETTINGS_MANAGE
from orderway.people.scope import actor_everywhere
from orderway.sale.terms import check_currency
from orderway.ui.language import t, tr
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, mended, money_in, needed
from orderway.ui.words import Told, ago, money
from orderway.workflow.errors import NotFound
from orderway.workflow.transaction import Transaction

FIELDS = ("currency", "amount", "reason")
LATEST = 5
"""How many of the latest changes of a role are shown."""


@dataclass(frozen=True, slots=True)
class Cap:
    currency: str
    amount: str
    typed: Typed


@dataclass(frozen=True, slots=True)
class Change:
    who: str
    did: str
    at: Told
    reason: str


@dataclass(frozen=True, slots=True)
class Role:
    """A role that decides, its caps, and who changed them; `typed` is the form of a cap to set."""

    name: str
    label: str
    caps: tuple[Cap, ...]
    changes: tuple[Change, ...]
    typed: Typed


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that was not taken: of which role, and of the cap of which currency, where one was to be removed."""

    role: str
    removing: str
    typed: Typed


async def caps(visit: Visit) -> Response:
    """The page, for who may change caps."""
    return await _shown(visit)


async def cap(visit: Visit) -> Response:
    """Set or remove a cap: it holds from the next decision on."""
    _require(visit)
    posted = await visit.posted()
    if posted is None:
        return forged(("/overrides/caps", t("Back to the caps")))
    role = posted.get("role", "")
    try:
        wanted = _wanted(posted)

        async def work(tx: Transaction) -> None:
            await change_cap(tx.connection, wanted, by=actor_everywhere(visit.viewer), at=tx.now)

        await visit.site.runner.run(work, actor=visit.viewer.actor())
    except NotFound:
        raise
    except OrderwayError as no:
        removing = posted.get("currency", "") if _removes(posted) else ""
        return await _shown(visit, Tried(role, removing, mended(posted, no, fields=FIELDS)))
    said = t("Removed the cap.") if wanted.amount is None else t("Set the cap.")
    return visit.back("/overrides/caps", said)


def _removes(posted: Mapping[str, str]) -> bool:
    return posted.get("do") == "remove"


def _wanted(posted: Mapping[str, str]) -> CapChange:
    currency = needed(posted, "currency").upper()
    check_currency(currency)
    most = None if _removes(posted) else money_in(posted, "amount", currency=currency)
    return CapChange(role=posted.get("role", ""), currency=currency, amount=most, reason=needed(posted, "reason"))


async def _shown(visit: Visit, tried: Tried | None = None) -> Response:
    _require(visit)
    async with visit.site.pool.acquire() as connection:
        found = await list_caps(connection, by=actor_everywhere(visit.viewer))
    return visit.page(
        "overrides/caps.html",
        status=tried.typed.status if tried else 200,
        roles=[_role(each, visit.site.now(), tried) for each in found],
    )


def _role(capped: Capped, now: datetime, tried: Tried | None) -> Role:
    typed = tried.typed if tried and tried.role == capped.role else Typed()
    removing = tried.removing if tried and tried.role == capped.role else ""
    return Role(
        name=capped.role,
        label=tr(capped.label[:1].upper() + capped.label[1:]),
        caps=tuple(
            Cap(each.currency, money(each.amount, each.currency), typed if removing == each.currency else Typed())
            for each in capped.caps
        ),
        changes=tuple(_change(each, now) for each in capped.changes[:LATEST]),
        typed=Typed() if removing else typed,
    )


def _change(each: Changed, now: datetime) -> Change:
    before, after = (
        None if amount is None else money(amount, each.currency) for amount in (each.amount_before, each.amount_after)
    )
    if after is None:
        did = t("removed the cap of {amount}", amount=before or each.currency)
    elif before is None:
        did = t("set a cap of {amount}", amount=after)
    else:
        did = t("changed the cap from {before} to {after}", before=before, after=after)
    return Change(each.who, did, ago(each.at, now), each.reason)


def _require(visit: Visit) -> None:
    if not actor_everywhere(visit.viewer).may(SETTINGS_MANAGE):
        raise NotFound(t("There is nothing at this address."))
