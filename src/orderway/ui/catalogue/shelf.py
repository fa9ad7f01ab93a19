"""The list of what is sold: the seller sees their own prices and what is retired, a buyer what they would pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from orderway.catalogue.commands import CreateProduct
from orderway.catalogue.reads import Eyes, Product, Variant, count_products, load_products
from orderway.errors import OrderwayError
from orderway.order.looking import Asked, looking
from orderway.people.permissions import MONEY_SEE
from orderway.people.viewer import Viewer
from orderway.ui.catalogue.deeds import MANAGE, create
from orderway.ui.language import t
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, key_in, mended, new_key
from orderway.ui.words import Shown, money
from orderway.workflow.errors import NotFound
from orderway.workflow.kinds import Connection

SIZE = 50


@dataclass(frozen=True, slots=True)
class Goods:
    """A product of the list in words."""

    url: str
    name: str
    category: str
    variants: str
    price: str
    state: Shown


def may_manage(viewer: Viewer) -> bool:
    return viewer.actor().may(MANAGE)


def state_of(thing: Product | Variant) -> Shown:
    return Shown(t("For sale"), "good") if thing.active else Shown(t("Retired"), "ended")


async def eyes_of(connection: Connection, visit: Visit) -> Eyes:
    """With what eyes the viewer looks at the catalogue. Raises NotFound for who sees no prices at all."""
    if MONEY_SEE not in visit.viewer.permissions:
        raise NotFound(t("There is nothing at this address."))
    return await looking(connection, visit.viewer, Asked(), settings=visit.site.workflow.settings)


async def catalogue(visit: Visit) -> Response:
    """The page of the list."""
    return await shown(visit, Typed({"key": new_key()}))


async def add_product(visit: Visit) -> Response:
    """Create a product, and on to it: its variants come next."""
    posted = await visit.posted()
    if posted is None:
        return forged(("/catalogue", t("Back to the catalogue")))
    try:
        wanted = CreateProduct(name=posted.get("name", ""), category=posted.get("category", ""))
        made = await create(visit, wanted, key=key_in(posted))
    except NotFound:
        raise
    except OrderwayError as no:
        return await shown(visit, mended(posted, no, fields=("name", "category")))
    return visit.back(f"/catalogue/products/{made.product}", t("Added the product. Add what is sold of it next."))


async def shown(visit: Visit, typed: Typed) -> Response:
    asked = visit.request.query_params
    search, after = asked.get("search", "").strip()[:100], _id(asked.get("after", ""))
    async with visit.site.pool.acquire() as connection:
        eyes = await eyes_of(connection, visit)
        page = await load_products(connection, eyes, search=search, after=after, limit=SIZE)
        count = await count_products(connection, eyes, search=search)
    older = urlencode({"search": search, "after": str(page.products[-1].id)}) if page.has_more else ""
    return visit.page(
        "catalogue/list.html",
        status=typed.status,
        typed=typed,
        search=search,
        goods=[_goods(each) for each in page.products],
        says=t("{n} product", "{n} products", n=count),
        more_url=f"/catalogue?{older}" if older else "",
        first_url=f"/catalogue?{urlencode({'search': search})}" if after else "",
        seller=eyes.seller,
        may_manage=may_manage(visit.viewer),
    )


def _goods(product: Product) -> Goods:
    return Goods(
        url=f"/catalogue/products/{product.id}",
        name=product.name,
        category=product.category,
        variants=_variants(product),
        price=_span(product.variants),
        state=state_of(product),
    )


def _variants(product: Product) -> str:
    """The one variant by its name and SKU; of several how many they are."""
    if len(product.variants) != 1:
        return t("{n} variant", "{n} variants", n=len(product.variants))
    return " · ".join(filter(None, (product.variants[0].name, product.variants[0].sku)))


def _span(variants: Sequence[Variant]) -> str:
    """From the cheapest to the dearest, where all are of one currency."""
    prices = [price for each in variants if each.active and (price := price_of(each))]
    if not prices or len({currency for _, currency in prices}) > 1:
        return ""
    low, high = min(prices), max(prices)
    return money(*low) if low == high else f"{money(*low)} – {money(*high)}"


def price_of(variant: Variant) -> tuple[int, str] | None:
    """What the viewer is told that a piece costs: their own price, or for the seller the one that is kept."""
    if variant.customer_price is not None and variant.customer_currency:
        return variant.customer_price, variant.customer_currency
    return (variant.price, variant.currency) if variant.price is not None and variant.currency else None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
