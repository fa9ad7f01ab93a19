"""The ladder of tiers of a currency: from how much earned credit on how much may be owed."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.money import Money
from orderway.order.texts import check_text
from orderway.people.permissions import CREDIT_MANAGE
from orderway.people.stores import list_stores
from orderway.sale.credit import Tier
from orderway.sale.terms import TierChange, change_tier, check_currency, ladder_of
from orderway.ui.language import t
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.tabs import Tab
from orderway.ui.typed import Typed, mended, money_in, needed
from orderway.ui.words import money
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.transaction import Transaction

FIELDS = ("name", "minimum", "maximum", "reason")


@dataclass(frozen=True, slots=True)
class Rung:
    """A tier in words; `typed` is the form that changes or removes it."""

    name: str
    label: str
    minimum: str
    maximum: str
    typed: Typed


async def ladder(visit: Visit) -> Response:
    """The page, for who may change it."""
    return await _shown(visit, Typed())


async def step(visit: Visit) -> Response:
    """Set or remove a tier, for every customer at once."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/credit/tiers", t("Back to the tiers")))
    _require(visit)
    currency = posted.get("currency", "").upper()
    try:
        check_currency(currency)
        name, reason = needed(posted, "name").upper(), needed(posted, "reason")
        check_text(reason, label=t("Reason"), field="reason")
        rung = None
        if posted.get("do") != "remove":
            least, most = (money_in(posted, each, currency=currency) for each in ("minimum", "maximum"))
            rung = Tier(name, least, most)
        wanted = TierChange(currency=currency, name=name, rung=rung, reason=reason)

        async def work(tx: Transaction) -> None:
            await change_tier(tx.connection, wanted, by=visit.viewer, at=tx.now)

        await visit.site.runner.run(work, actor=visit.viewer.actor())
    except NotFound:
        raise
    except OrderwayError as no:
        named = Invalid(no.message, no.remedy, "name") if isinstance(no, Invalid) and no.field == "tier" else no
        return await _shown(visit, mended(posted, named, fields=FIELDS))
    said = t("Removed the tier.") if wanted.rung is None else t("Set the tier.")
    return visit.back(f"/credit/tiers?currency={currency}", said)


async def _shown(visit: Visit, typed: Typed) -> Response:
    """The page; a form that was not taken belongs to the tier that it names, or to a new one."""
    _require(visit)
    async with visit.site.pool.acquire() as connection:
        currencies = sorted({store.currency for store in await list_stores(connection, visit.viewer)})
        asked = typed.value("currency") or visit.request.query_params.get("currency", "")
        currency = asked.upper() if asked.upper() in currencies else currencies[0] if currencies else ""
        rungs = await ladder_of(connection, currency)
    names = {rung.name for rung in rungs}
    return visit.page(
        "credit/tiers.html",
        status=typed.status,
        tabs=[Tab(each, f"/credit/tiers?currency={each}", each == currency) for each in currencies],
        currency=currency,
        rungs=[_rung(each, currency, typed) for each in rungs],
        typed=typed if typed.value("name").upper() not in names else Typed(),
    )


def _rung(rung: Tier, currency: str, typed: Typed) -> Rung:
    standing = {
        "name": rung.name, "minimum": Money(rung.minimum, currency).digits(),
        "maximum": Money(rung.maximum, currency).digits(),
    }  # fmt: skip
    mine = typed if typed.value("name").upper() == rung.name else Typed(standing)
    if mine.value("do") == "remove":
        mine = Typed({**standing, **mine.values}, mine.problems, mine.problem, mine.status)
    return Rung(rung.name, rung.name.capitalize(), money(rung.minimum, currency), money(rung.maximum, currency), mine)


def _require(visit: Visit) -> None:
    if CREDIT_MANAGE not in visit.viewer.permissions:
        raise NotFound(t("There is nothing at this address."))
