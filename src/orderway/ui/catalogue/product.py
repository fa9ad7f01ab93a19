"""One product with its variants: what each costs, and for who may, the forms to change them; and who did before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.responses import Response

from orderway.catalogue.changes import WORDS
from orderway.catalogue.commands import (
    Alteration,
    CreateVariant,
    RenameProduct,
    RenameVariant,
    RestoreProduct,
    RestoreVariant,
    RetireProduct,
    RetireVariant,
    SetVariantPrice,
    SetVariantTax,
)
from orderway.catalogue.reads import Change, Product, Variant, load_changes, load_product
from orderway.errors import OrderwayError
from orderway.money import Money, UnknownCurrency
from orderway.people.names import names_of
from orderway.ui.catalogue.deeds import alter, create, last_change, require
from orderway.ui.catalogue.shelf import eyes_of, may_manage, price_of, state_of
from orderway.ui.language import t, tr
from orderway.ui.problems import forged
from orderway.ui.site import Visit
from orderway.ui.typed import Typed, basis_points, key_in, mended, money_in, new_key
from orderway.ui.words import Shown, Told, ago, money
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

FIELDS = ("name", "sku", "price", "currency", "tax")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ware:
    """A variant in words; `typed` is its form, for who may change it."""

    id: UUID
    sku: str
    name: str
    price: str
    tax: str
    currency: str
    active: bool
    state: Shown
    typed: Typed
    open: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of the history."""

    who: str
    did: str
    about: str
    at: Told


async def product(visit: Visit) -> Response:
    """The page."""
    return await shown(visit, of="", typed=Typed())


async def change_product(visit: Visit) -> Response:
    """Rename a product, retire it, or sell it again."""
    id, posted = _id(visit, "product"), await visit.posted()
    if posted is None:
        return forged((f"/catalogue/products/{id}", t("Back to the product")))
    act = posted.get("act", "")
    commands: Mapping[str, tuple[Alteration, str]] = {
        "rename": (RenameProduct(product=id, name=posted.get("name", "")), t("Renamed the product.")),
        "retire": (RetireProduct(product=id), t("Retired the product. It is not sold any more.")),
        "restore": (RestoreProduct(product=id), t("The product is sold again.")),
    }
    if act not in commands:
        raise NotFound(t("There is nothing at this address."))
    command, said = commands[act]
    return await _altered(visit, posted, [command], of=id, form="product", said=said)


async def add_variant(visit: Visit) -> Response:
    """Create a variant with its price."""
    id, posted = _id(visit, "product"), await visit.posted()
    if posted is None:
        return forged((f"/catalogue/products/{id}", t("Back to the product")))
    try:
        wanted = CreateVariant(
            product=id, sku=posted.get("sku", ""), name=posted.get("name", ""), price=_price(posted),
            currency=posted.get("currency", "").strip().upper(), tax_rate=rate_in(posted),
        )  # fmt: skip
        await create(visit, wanted, key=key_in(posted))
    except NotFound:
        raise
    except OrderwayError as no:
        return await shown(visit, of="new", typed=_mended(posted, no))
    return visit.back(f"/catalogue/products/{id}", t("Added {sku}.", sku=wanted.sku.strip()))


async def change_variant(visit: Visit) -> Response:
    """Change what of a variant was typed anew, all at once; or retire it, or sell it again."""
    id, posted = _id(visit, "variant"), await visit.posted()
    if posted is None:
        return forged((visit.request.url.path, t("Back to the product")))
    act, form = posted.get("act", ""), str(id)
    if act == "retire":
        return await _altered(visit, posted, [RetireVariant(variant=id)], of=id, form=form, said=t("Retired it."))
    if act == "restore":
        said = t("It is sold again.")
        return await _altered(visit, posted, [RestoreVariant(variant=id)], of=id, form=form, said=said)
    try:
        wanted: list[Alteration] = [
            RenameVariant(variant=id, name=posted.get("name", "")),
            SetVariantPrice(variant=id, price=_price(posted)),
            SetVariantTax(variant=id, tax_rate=rate_in(posted)),
        ]
    except OrderwayError as no:
        require(visit)
        return await shown(visit, of=form, typed=_mended(posted, no))
    return await _altered(
        visit, posted, wanted, of=id, form=form, said=t("Saved. It holds for what is quoted from now on.")
    )


async def _altered(
    visit: Visit, posted: Mapping[str, str], wanted: Sequence[Alteration], *, of: UUID, form: str, said: str
) -> Response:
    product_id = _id(visit, "product")
    try:
        await alter(visit, wanted, of=of, seen=posted.get("seen", ""))
    except NotFound:
        raise
    except OrderwayError as no:
        return await shown(visit, of=form, typed=_mended(posted, no))
    return visit.back(f"/catalogue/products/{product_id}", said)


def _mended(posted: Mapping[str, str], no: OrderwayError) -> Typed:
    if isinstance(no, Invalid) and no.field == "tax_rate":
        no = Invalid(no.message, no.remedy, "tax")
    return mended(posted, no, fields=FIELDS)


def _price(posted: Mapping[str, str]) -> int:
    try:
        return money_in(posted, "price", currency=posted.get("currency", "").strip().upper())
    except UnknownCurrency as unknown:
        raise Invalid(unknown.message, unknown.remedy, "currency") from None


def rate_in(posted: Mapping[str, str]) -> int:
    """A tax typed in percent, in basis points; nothing is none. Raises Invalid."""
    text = posted.get("tax", "").strip().removesuffix("%").strip()
    if not text:
        return 0
    rate = basis_points(text)
    if rate is None:
        raise Invalid(t("Write a tax in percent, like 7.5."), field="tax")
    return rate


async def shown(visit: Visit, *, of: str, typed: Typed) -> Response:
    """The page with the form `of` what was typed into: of the product, a new variant, or one by its id."""
    id, site = _id(visit, "product"), visit.site
    async with site.pool.acquire() as connection:
        eyes = await eyes_of(connection, visit)
        found = await load_product(connection, eyes, id)
        if found is None:
            raise NotFound(t("There is no such product."))
        seen = await last_change(connection, id)
        wares = [await _ware(connection, each, typed if of == str(each.id) else None) for each in found.variants]
        history = await _history(connection, found, site.now()) if eyes.seller else []
    currency = next((each.currency for each in found.variants if each.currency), "")
    fresh = Typed({"key": new_key(), "currency": currency})
    return visit.page(
        "catalogue/product.html",
        status=typed.status,
        product=found,
        state=state_of(found),
        wares=wares,
        seen=seen,
        renaming=typed if of == "product" else Typed({"name": found.name}),
        adding=typed if of == "new" else fresh,
        history=history,
        may_manage=may_manage(visit.viewer),
        seller=eyes.seller,
    )


async def _ware(connection: Connection, variant: Variant, typed: Typed | None) -> Ware:
    price, rate = price_of(variant), f"{variant.tax_rate / 100:g}"
    kept = Money(variant.price, variant.currency).digits() if variant.price is not None and variant.currency else ""
    standing = Typed({"name": variant.name, "price": kept, "currency": variant.currency or "", "tax": rate})
    return Ware(
        id=variant.id, sku=variant.sku, name=variant.name, price=money(*price) if price else "",
        tax=t("{rate} % tax", rate=variant.tax_rate / 100) if variant.tax_rate else "", currency=variant.currency or "",
        active=variant.active, state=state_of(variant), typed=typed or standing, open=typed is not None,
        seen=await last_change(connection, variant.id),
    )  # fmt: skip


async def _history(connection: Connection, product: Product, now: datetime) -> list[Entry]:
    found, _ = await load_changes(connection, of=product.id, limit=50)
    names = await names_of(connection, {each.actor for each in found})
    variants = {each.id: each for each in product.variants}
    return [
        _entry(each, variants.get(each.variant) if each.variant else None, names[each.actor], now) for each in found
    ]


def _entry(change: Change, variant: Variant | None, who: str, now: datetime) -> Entry:
    was, became = (_said(change.what, value, variant) for value in (change.was, change.became))
    told = f"{was} → {became}" if was and became else became or was
    on_list = t("on a price list") if change.price_list else ""
    about = " · ".join(filter(None, (variant.sku if variant else "", on_list, told)))
    return Entry(who, tr(WORDS[change.what]), about, ago(change.at, now))


def _said(what: str, value: str | None, variant: Variant | None) -> str:
    """A value of the history as people write it."""
    if value is None:
        return ""
    if what == "PRICE" and variant and variant.currency and value.isdecimal():
        return money(int(value), variant.currency)
    return f"{int(value) / 100:g} %" if what == "TAX_RATE" and value.isdecimal() else value


def _id(visit: Visit, name: str) -> UUID:
    try:
        return UUID(visit.request.path_params[name])
    except ValueError:
        raise NotFound(t("There is no such product.")) from None
