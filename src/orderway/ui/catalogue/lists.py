"""Price lists: what resellers of a tier pay in a currency, where it differs from the variants' own prices."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.catalogue.changes import TIERS
from orderway.catalogue.commands import CreatePriceList, RemoveListPrice, SetListPrice
from orderway.catalogue.reads import (
    Eyes,
    PriceList,
    count_list_prices,
    load_list_prices,
    load_price_lists,
    load_variant,
)
from orderway.errors import OrderwayError
from orderway.money import Money
from orderway.people.scope import sees_prices
from orderway.ui.catalogue.deeds import alter, create, last_change
from orderway.ui.catalogue.shelf import may_manage
from orderway.ui.forms import Choice
from orderway.ui.language import t
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, key_in, mended, money_in, needed, new_key
from orderway.ui.words import money
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

SIZE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in words."""

    url: str
    name: str
    currency: str
    says: str


@dataclass(frozen=True, slots=True)
class Priced:
    """One price of a list; `digits` as one types it."""

    sku: str
    title: str
    variant: UUID
    price: str
    digits: str


async def price_lists(visit: Visit) -> Response:
    """The page of all lists."""
    return await _all(visit, Typed({"key": new_key()}))


async def add_list(visit: Visit) -> Response:
    """Create a list for a tier and a currency, and on to it."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/catalogue/lists", t("Back to the price lists")))
    try:
        wanted = CreatePriceList(tier=needed(posted, "tier"), currency=needed(posted, "currency").upper())
        made = await create(visit, wanted, key=key_in(posted))
    except NotFound:
        raise
    except OrderwayError as no:
        return await _all(visit, mended(posted, no, fields=("tier", "currency")))
    return visit.back(f"/catalogue/lists/{made.price_list}", t("Added the list. Set its prices here."))


async def price_list(visit: Visit) -> Response:
    """The page of one list."""
    return await _one(visit, Typed())


async def set_price(visit: Visit) -> Response:
    """Set the price of a variant on the list, by its SKU; or take it off the list."""
    id, posted = _id(visit), await visit.posted()
    if posted is None:
        return forged((f"/catalogue/lists/{id}", t("Back to the price list")))
    async with visit.site.pool.acquire() as connection:
        standing = await _list(connection, visit, id)
    try:
        async with visit.site.pool.acquire() as connection:
            variant = await _variant(connection, needed(posted, "sku"))
        if posted.get("act") == "remove":
            wanted: SetListPrice | RemoveListPrice = RemoveListPrice(price_list=id, variant=variant)
            said = t("They pay the usual price again.")
        else:
            price = money_in(posted, "price", currency=standing.currency)
            wanted, said = SetListPrice(price_list=id, variant=variant, price=price), t("Set the price.")
        await alter(visit, [wanted], of=id, seen=posted.get("seen", ""))
    except NotFound:
        raise
    except OrderwayError as no:
        return await _one(visit, mended(posted, no, fields=("sku", "price")))
    return visit.back(f"/catalogue/lists/{id}", said)


async def _variant(connection: Connection, sku: str) -> UUID:
    found = await load_variant(connection, Eyes(seller=True), id=None, sku=sku)
    if found is None:
        raise Invalid(t("There is no variant with this SKU."), t("Look for it in the catalogue."), "sku")
    return found.id


async def _list(connection: Connection, visit: Visit, id: UUID) -> PriceList:
    found = await load_price_lists(connection, id=id) if sees_prices(visit.viewer) else []
    if not found:
        raise NotFound(t("There is no such price list."))
    return found[0]


async def _all(visit: Visit, typed: Typed) -> Response:
    if not sees_prices(visit.viewer):
        raise NotFound(t("There is nothing at this address."))
    async with visit.site.pool.acquire() as connection:
        lists = [
            Listed(
                f"/catalogue/lists/{each.id}", _name(each.tier), each.currency,
                t("{n} price", "{n} prices", n=await count_list_prices(connection, each.id)),
            )
            for each in await load_price_lists(connection)
        ]  # fmt: skip
        tiers = [Choice(row[0], _name(row[0])) for row in await connection.fetch(TIERS)]
    return visit.page(
        "catalogue/lists.html", status=typed.status, typed=typed, lists=lists, tiers=tiers,
        may_manage=may_manage(visit.viewer),
    )  # fmt: skip


async def _one(visit: Visit, typed: Typed) -> Response:
    id, after = _id(visit), visit.request.query_params.get("after", "")
    async with visit.site.pool.acquire() as connection:
        standing = await _list(connection, visit, id)
        found, more = await load_list_prices(connection, id, after=after, limit=SIZE)
        seen = await last_change(connection, id)
        count = await count_list_prices(connection, id)
    currency = standing.currency
    return visit.page(
        "catalogue/price_list.html",
        status=typed.status,
        typed=typed,
        url=f"/catalogue/lists/{id}",
        name=_name(standing.tier),
        currency=currency,
        says=t("{n} price", "{n} prices", n=count),
        prices=[
            Priced(
                each.sku, each.title, each.variant, money(each.price, currency), Money(each.price, currency).digits()
            )
            for each in found
        ],
        more_url=f"/catalogue/lists/{id}?{urlencode({'after': found[-1].sku})}" if more else "",
        seen=seen,
        may_manage=may_manage(visit.viewer),
    )


def _name(tier: str) -> str:
    """A tier as people read it: "Gold"."""
    return tier.capitalize()


def _id(visit: Visit) -> UUID:
    try:
        return UUID(visit.request.path_params["list"])
    except ValueError:
        raise NotFound(t("There is no such price list.")) from None
