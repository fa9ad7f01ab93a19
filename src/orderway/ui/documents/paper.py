"""What stands on a quotation, an invoice and a packing slip: in words, the same for print and for PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date

from orderway.delivery.way import FULFILLMENT_TYPES
from orderway.order.shape import Fulfillment, Line, Order
from orderway.sale.context import PAYMENT_METHODS
from orderway.ui.language import decimal, language, number, t, tr
from orderway.ui.words import money


@dataclass(frozen=True, slots=True)
class Pair:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the goods; `wide` is the one of words, the others hold figures."""

    label: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Good:
    """A line of the goods: its words, what is said beneath them, and its figures in the order of the columns."""

    description: str
    about: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document. The last of the `sums` is what it comes to."""

    title: str
    number: str
    seller: str
    facts: tuple[Pair, ...]
    parties: tuple[tuple[str, tuple[str, ...]], ...]
    columns: tuple[Column, ...]
    goods: tuple[Good, ...]
    sums: tuple[Pair, ...] = ()
    notes: tuple[str, ...] = ()
    language: str
    file: str


def quotation_of(order: Order) -> Paper | None:
    """The order's quotation in its current version; None for who does not see it."""
    quotation, zone = order.quotation, zone_of(order)
    if quotation is None or not order.sees_money:
        return None
    context = quotation.context
    facts = [Pair(t("Date"), day(quotation.moved_at, zone)), Pair(t("Version"), number(context.version))]
    if context.valid_until:
        facts.append(Pair(t("Valid until"), day(context.valid_until, zone)))
    notes = [t("Prices in {currency}. Tax is shown beside each item.", currency=order.currency)]
    return _priced(order, t("Quotation"), facts=facts, sums=[], notes=notes)


def invoice_of(order: Order) -> Paper | None:
    """The order's invoice; None before there is a sale, and for who does not see it."""
    sale, totals, zone = order.sale, order.totals, zone_of(order)
    if sale is None or totals is None:
        return None
    facts = [Pair(t("Date"), day(sale.created_at, zone)), Pair(t("Order"), order.number)]
    if sale.context.payment_method:
        facts.append(Pair(t("Payment"), tr(PAYMENT_METHODS[sale.context.payment_method])))
    said = (
        (t("Goods that came back"), -sale.context.returned_total), (t("Let go"), -totals.allowance),
        (t("Paid"), -totals.captured), (t("Refunded"), totals.refunded),
        (t("Taken back by the provider"), totals.reversed), (t("Written off"), -totals.written_off),
    )  # fmt: skip
    sums = [Pair(label, money(amount, order.currency)) for label, amount in said if amount]
    sums.append(Pair(t("Still to pay"), money(totals.outstanding, order.currency)))
    notes = [_taxed(order, rate, net, tax) for rate, (net, tax) in sorted(_taxes(order).items())]
    return _priced(order, t("Invoice"), facts=facts, sums=sums, notes=notes)


def slip_of(order: Order, part: Fulfillment | None) -> Paper | None:
    """What lies in a parcel, without any price; None where nothing is packed."""
    if part is None or not part.lines or order.customer is None:
        return None
    lines = {line.id: line for line in order.lines}
    goods = [(lines[each.line], each.quantity) for each in part.lines if each.line in lines]
    facts = [
        Pair(t("Order"), order.number),
        Pair(t("How it is brought"), tr(FULFILLMENT_TYPES[order.fulfillment_type])),
    ]
    if len(order.fulfillments) > 1:
        said = t("{n} of {parts}", n=part.context.part, parts=len(order.fulfillments))
        facts.append(Pair(t("Part"), said))
    if part.context.carrier:
        facts.append(Pair(t("Carrier"), " ".join(filter(None, (tr(part.context.carrier), part.context.tracking)))))
    pieces = sum(quantity for _, quantity in goods)
    notes = (order.delivery.notes,) if order.delivery and order.delivery.notes else ()
    return Paper(
        title=t("Packing slip"), number=order.number, seller=order.store.name, facts=tuple(facts),
        parties=tuple(_parties(order)), columns=(Column(t("Item"), wide=True), Column(t("Pieces"))),
        goods=tuple(Good(line.description, line.sku, (number(quantity),)) for line, quantity in goods),
        sums=(Pair(t("Pieces in all"), number(pieces)),), notes=notes, language=language(),
        file=f"{order.number}-packing-slip",
    )  # fmt: skip


def _priced(order: Order, title: str, *, facts: Sequence[Pair], sums: Sequence[Pair], notes: Sequence[str]) -> Paper:
    """A document with prices: the goods, then from their sum to the total."""
    labels = (t("Pieces"), t("Price each"), t("Tax"), t("Amount"))
    return Paper(
        title=title, number=order.number, seller=order.store.name, facts=tuple(facts),
        parties=tuple(_parties(order)),
        columns=(Column(t("Item"), wide=True), *(Column(label) for label in labels)),
        goods=tuple(_good(line, order.currency) for line in order.lines), sums=(*_sums(order), *sums),
        notes=tuple(notes), language=language(), file=f"{order.number}-{title.lower()}",
    )  # fmt: skip


def _good(line: Line, currency: str) -> Good:
    price = line.price
    if price is None:
        return Good(line.description, line.sku, (number(line.quantity), "", "", ""))
    less = t("less {amount}", amount=money(price.discount, currency)) if price.discount else ""
    rate = f"{decimal(price.tax_rate / 100)} %" if price.tax_rate else "–"
    figures = (
        number(line.quantity), money(price.unit, currency), rate,
        money(line.quantity * price.unit - price.discount, currency),
    )  # fmt: skip
    return Good(line.description, " · ".join(filter(None, (line.sku, less))), figures)


def _sums(order: Order) -> Iterator[Pair]:
    totals = order.totals
    if totals is None:
        return
    net = totals.goods - totals.discount
    parts = ((t("Goods"), net), (t("Tax"), totals.tax), (t("Freight"), totals.freight))
    yield from (Pair(label, money(amount, order.currency)) for label, amount in parts if amount)
    yield Pair(t("Total"), money(totals.total, order.currency))


def _taxes(order: Order) -> Mapping[int, tuple[int, int]]:
    """What is taxed at each rate, in basis points, and the tax on it."""
    found: dict[int, tuple[int, int]] = {}
    for line in order.lines:
        if price := line.price:
            net, tax = found.get(price.tax_rate, (0, 0))
            found[price.tax_rate] = net + line.quantity * price.unit - price.discount, tax + price.tax
    return found


def _taxed(order: Order, rate: int, net: int, tax: int) -> str:
    amount = money(net, order.currency)
    if not rate:
        return t("{amount} without tax.", amount=amount)
    return t("{rate} % tax on {amount}: {tax}.", rate=rate / 100, amount=amount, tax=money(tax, order.currency))


def _parties(order: Order) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Whom it is for, and where it goes, line by line."""
    buyer, to = order.customer, order.delivery
    if buyer:
        yield t("For"), tuple(filter(None, (buyer.name, buyer.phone, buyer.email if order.sees_money else None)))
    if to and (to.receiver or to.address):
        town = " ".join(filter(None, (to.postcode, to.city)))
        yield t("Deliver to"), tuple(filter(None, (to.receiver, to.phone, to.address, town, to.region, to.country)))


def zone_of(order: Order) -> tzinfo:
    try:
        return ZoneInfo(order.store.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def day(at: datetime, zone: tzinfo) -> str:
    """A day in the store, as its language writes it."""
    return format_date(at.astimezone(zone).date(), "d MMMM y", locale=language())
