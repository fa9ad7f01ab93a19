"""What the editor is about: whose quotation it is, in which store and currency, and what may be typed into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orderway.catalogue.reads import load_products, load_variant, load_variants
from orderway.order.drafting import list_openings
from orderway.order.looking import Asked, looking
from orderway.order.reads import load_order
from orderway.order.shape import Order
from orderway.people.customers.reads import load_customer
from orderway.people.scope import actor_on, scopes_of
from orderway.sale.accounts import load_profile
from orderway.ui.language import t
from orderway.ui.quotations.sheet import Entered, Row, rows_of, stock_of
from orderway.ui.site import Visit
from orderway.ui.typed import id_in
from orderway.ui.words import money
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection

EDIT = "quotation.edit"
PRICE = "price.change"
USUAL = timedelta(days=14)
"""How long a new quotation is valid where nobody says otherwise."""
FOUND = 12
"""How many variants a search of the editor shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A store to choose; `zone` is where its days end."""

    id: UUID
    name: str
    currency: str
    zone: tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`order` is the one whose quotation is edited; without one it is a new quotation, in one of the `shops`."""

    customer: UUID
    customer_name: str
    shops: Sequence[Shop]
    shop: Shop
    currency: str
    may_price: bool
    order: Order | None = None

    @property
    def url(self) -> str:
        return f"/quotations/{self.order.id}/edit" if self.order else f"/quotations/new?customer={self.customer}"

    def ends(self, day: str) -> datetime | None:
        """The end of a day in the store, as a quotation is valid until then. Raises Invalid."""
        if not day:
            return None
        try:
            after = date.fromisoformat(day) + timedelta(days=1)
        except (ValueError, OverflowError):
            raise Invalid(t("This is no date."), t("Write one like 2026-03-31."), "valid_until") from None
        return datetime.combine(after, time(), self.shop.zone).astimezone(UTC)

    def day_of(self, end: datetime | None) -> str:
        """The last day of a validity, in the store."""
        return (end - timedelta(microseconds=1)).astimezone(self.shop.zone).date().isoformat() if end else ""


def shop_of(id: UUID, *, name: str, currency: str, timezone: str) -> Shop:
    try:
        zone: tzinfo = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    return Shop(id=id, name=name, currency=currency, zone=zone)


async def desk_of_new(connection: Connection, visit: Visit, asked: Mapping[str, str]) -> Desk | None:
    """The desk of a new quotation; None where it is still to be said for whom.

    Raises NotFound for who may draft none, or none for the customer.
    """
    viewer, scopes = visit.viewer, scopes_of(visit.viewer, EDIT)
    if not scopes:
        raise NotFound(t("There is nothing at this address."))
    for_others = scopes & {"scope.all", "scope.store", "scope.billed"}
    customer_id = id_in(asked, "customer") or (None if for_others else viewer.customer_id)
    if customer_id is None:
        return None
    customer = await load_customer(connection, viewer, customer_id)
    shops = [
        shop_of(each.id, name=each.name, currency=each.currency, timezone=each.timezone)
        for each in await list_openings(connection, viewer, customer_id)
    ]
    if not shops:
        raise NotFound(t("There is no store in which you may draft a quotation for this customer."))
    wanted = id_in(asked, "store") or (customer.store.id if customer.store else None)
    shop = next((each for each in shops if each.id == wanted), shops[0])
    return Desk(
        customer=customer_id, customer_name=customer.name, shops=shops, shop=shop, currency=shop.currency,
        may_price=viewer.actor().may(PRICE),
    )  # fmt: skip


async def desk_of(connection: Connection, visit: Visit, order_id: UUID) -> Desk:
    """The desk of a quotation that is there. Raises NotFound for who does not see it, or may not edit it."""
    order = await load_order(connection, visit.viewer, order_id)
    actor = await actor_on(connection, visit.viewer, store_id=order.store_id, order_id=order.id)
    if order.quotation is None or order.customer is None or not actor.may(EDIT):
        raise NotFound(t("There is nothing at this address."))
    shop = shop_of(order.store.id, name=order.store.name, currency=order.currency, timezone=order.store.timezone)
    return Desk(
        customer=order.customer.id, customer_name=order.customer.name, shops=[shop], shop=shop,
        currency=order.currency, may_price=actor.may(PRICE), order=order,
    )  # fmt: skip


# ----------------------------------------------------------------------------------- what stands beside what is typed


@dataclass(frozen=True, slots=True)
class Sum:
    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant that a search found."""

    id: UUID
    title: str
    sku: str
    price: str
    stock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """The lines at the server's prices, what they come to, what they may owe, and what was searched for."""

    rows: Sequence[Row]
    sums: Sequence[Sum]
    total: int
    credit: Sequence[Sum]
    over: str
    offers: Sequence[Offer]


async def price(connection: Connection, visit: Visit, desk: Desk, *, lines: Sequence[Entered], find: str) -> Priced:
    """Everything that the server says of what was typed."""
    asked = Asked(desk.customer, desk.currency, desk.shop.id)
    eyes = await looking(connection, visit.viewer, asked, settings=visit.site.workflow.settings)
    variants = await load_variants(connection, eyes, _ids(lines))
    rows = rows_of(lines, variants, currency=desk.currency)
    total = sum(row.line.total for row in rows if row.line)
    credit, over = await _credit(connection, visit, desk, total)
    offers = []
    if find:
        page = await load_products(connection, eyes, search=find, limit=FOUND)
        sold = [each for product in page.products for each in product.variants if each.active]
        offers = [
            Offer(each.id, each.title, each.sku, money(each.customer_price, desk.currency), stock_of(each))
            for each in sold if each.customer_price is not None
        ][:FOUND]  # fmt: skip
    return Priced(rows=rows, sums=_sums(rows, desk.currency), total=total, credit=credit, over=over, offers=offers)


async def named(connection: Connection, visit: Visit, desk: Desk, *, sku: str) -> UUID | None:
    """The variant of exactly this SKU, where it is sold: whoever scans a code need not choose."""
    asked = Asked(desk.customer, desk.currency, desk.shop.id)
    eyes = await looking(connection, visit.viewer, asked, settings=visit.site.workflow.settings)
    found = await load_variant(connection, eyes, id=None, sku=sku) if sku else None
    return found.id if found and found.active and found.customer_price is not None else None


def _ids(lines: Sequence[Entered]) -> list[UUID]:
    found = []
    for each in lines:
        try:
            found.append(UUID(each.variant))
        except ValueError:
            continue
    return found


def _sums(rows: Sequence[Row], currency: str) -> list[Sum]:
    lines = [row.line for row in rows if row.line]
    goods = sum(line.quantity * line.unit_price for line in lines)
    discount, tax = sum(line.discount for line in lines), sum(line.tax for line in lines)
    parts = [(t("Goods"), goods), (t("Discount"), -discount), (t("Tax"), tax)]
    return [Sum(label, money(amount, currency)) for label, amount in parts if amount]


async def _credit(connection: Connection, visit: Visit, desk: Desk, total: int) -> tuple[list[Sum], str]:
    """How the customer's account stands, for who sees it; and a warning where the total is more than is left."""
    try:
        profile = await load_profile(connection, visit.viewer, desk.customer, currency=desk.currency)
    except NotFound:
        return [], ""
    if not (profile.limit or profile.exposure):
        return [], ""
    pairs = ((t("Limit"), profile.limit), (t("Used"), profile.exposure), (t("Available"), profile.available))
    over = total - profile.available
    warning = t("{amount} more than they may still owe.", amount=money(over, desk.currency)) if over > 0 else ""
    return [Sum(label, money(amount, desk.currency)) for label, amount in pairs], warning
