"""The lines of the editor: what was typed into each, what it comes to at the server's prices, and what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from orderway.catalogue.prices import MOST, CataloguePrice
from orderway.catalogue.reads import Variant
from orderway.money import Money, NotAnAmount
from orderway.order.shape import Line
from orderway.quotation.context import PricedLine
from orderway.quotation.events import LineWanted
from orderway.quotation.lines import line as lined
from orderway.ui.language import t
from orderway.ui.typed import amount, basis_points
from orderway.ui.words import money
from orderway.workflow.errors import Invalid

MOST_LINES = 200
"""As many lines as one form holds; a longer quotation is written by a program."""


@dataclass(frozen=True, slots=True)
class Entered:
    """One line as it was typed: amounts in major units, a discount as an amount or with a percent sign."""

    variant: str
    quantity: str
    price: str = ""
    discount: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line as the page shows it. `asked` is the catalogue's price, `line` what it comes to where it can be priced.

    `key` stays the same while other lines come and go: a page that renews itself keeps by it what is typed.
    """

    number: int
    key: str
    typed: Entered
    title: str
    sku: str
    asked: str
    stock: str
    short: bool
    line: PricedLine | None
    wanted: LineWanted | None
    total: str = ""
    field: str = ""
    problem: str = ""

    def wrong(self, field: str) -> str:
        return self.problem if field == self.field else ""


def read_lines(posted: Mapping[str, str]) -> list[Entered]:
    """The lines of a posted form, in their order; those that were taken out are not among them."""
    numbers = sorted(int(name[8:]) for name in posted if name.startswith("variant.") and is_place(name[8:]))
    return [
        Entered(*(posted.get(f"{name}.{number}", "").strip() for name in ("variant", "quantity", "price", "discount")))
        for number in numbers[:MOST_LINES]
    ]


def is_place(text: str) -> bool:
    """Whether it is the number of a line in a form."""
    return text.isascii() and text.isdecimal() and len(text) < 10


def lines_of(lines: Sequence[Line], currency: str) -> list[Entered]:
    """The lines of an order as one would have typed them: a price only where it was set by hand."""
    return [_line_of(each, currency) for each in lines]


def _line_of(line: Line, currency: str) -> Entered:
    price = line.price
    if price is None:
        return Entered(str(line.variant_id), str(line.quantity))
    by_hand = price.list_price is not None and price.list_price != price.unit
    return Entered(
        str(line.variant_id), str(line.quantity), _major(price.unit, currency) if by_hand else "",
        _major(price.discount, currency) if price.discount else "",
    )  # fmt: skip


def with_one(lines: Sequence[Entered], variant: UUID) -> list[Entered]:
    """The lines with one piece more of a variant: on its line, or on a new one."""
    found = [*lines]
    for place, each in enumerate(found):
        if each.variant == str(variant) and each.quantity.isdecimal():
            found[place] = replace(each, quantity=str(min(int(each.quantity[:9]) + 1, MOST)))
            return found
    return [*found, Entered(str(variant), "1")]


def rows_of(lines: Sequence[Entered], variants: Mapping[UUID, Variant], *, currency: str) -> list[Row]:
    """Each line priced by itself, in minor units of the currency; one that can not be says why."""
    rows, seen = list[Row](), Counter[str]()
    for number, typed in enumerate(lines):
        seen[typed.variant] += 1
        key = f"{typed.variant}-{seen[typed.variant]}"
        rows.append(_row(number, key, typed=typed, variant=_variant(typed, variants), currency=currency))
    return rows


def _row(number: int, key: str, *, typed: Entered, variant: Variant | None, currency: str) -> Row:
    title = variant.title if variant else t("No longer in the catalogue")
    price = variant.customer_price if variant else None
    shown = Row(
        number=number, key=key, typed=typed, title=title, sku=variant.sku if variant else "",
        asked=money(price, currency) if price is not None else "",
        stock=stock_of(variant) if variant else "", short=_is_short(variant, typed), line=None, wanted=None,
    )  # fmt: skip
    try:
        wanted = _wanted(typed, variant, currency)
    except Invalid as wrong:
        return replace(shown, field=wrong.field, problem=wrong.message)
    assert variant  # noqa: S101  (without one it would be wrong)
    asked = CataloguePrice(variant.id, variant.title, wanted.quantity, price or 0, variant.tax_rate)
    made = lined(asked, wanted)
    if made.discount > made.quantity * made.unit_price:
        return replace(shown, field="discount", problem=t("The discount is more than the line costs."))
    return replace(shown, line=made, wanted=wanted, total=money(made.total, currency))


def _wanted(typed: Entered, variant: Variant | None, currency: str) -> LineWanted:
    """The line as it is asked for. Raises Invalid."""
    if variant is None:
        raise Invalid(t("This is not in the catalogue any more. Remove the line."), field="quantity")
    if not variant.active:
        raise Invalid(t("This is not sold any more. Remove the line, or choose another."), field="quantity")
    if variant.customer_price is None:
        raise Invalid(t("This has no price in {currency}. Remove the line.", currency=currency), field="quantity")
    quantity = typed.quantity
    if not (quantity.isascii() and quantity.isdecimal() and len(quantity) < 10 and 1 <= int(quantity) <= MOST):
        raise Invalid(t("Write a whole number from 1 to {most}.", most=MOST), field="quantity")
    discount, rate = _discount(typed.discount, currency)
    return LineWanted(
        variant=variant.id, quantity=int(quantity), unit_price=_amount(typed.price, currency, field="price"),
        discount=discount, discount_rate=rate,
    )  # fmt: skip


def _amount(text: str, currency: str, *, field: str) -> int | None:
    if not text:
        return None
    try:
        minor = amount(text, currency)
    except NotAnAmount as wrong:
        raise Invalid(str(wrong), field=field) from None
    if minor < 0:
        raise Invalid(t("Write an amount that is not below nothing."), field=field)
    return minor


def _discount(text: str, currency: str) -> tuple[int | None, int | None]:
    """A discount as an amount, or as basis points where a percent sign stands behind it."""
    if not text.endswith("%"):
        return _amount(text, currency, field="discount"), None
    rate = basis_points(text.removesuffix("%").strip())
    if rate is None:
        raise Invalid(t("Write a discount like 5 % or 2.5 %, or an amount."), field="discount")
    return None, rate


def _variant(typed: Entered, variants: Mapping[UUID, Variant]) -> Variant | None:
    try:
        return variants.get(UUID(typed.variant))
    except ValueError:
        return None


def stock_of(variant: Variant) -> str:
    """What lies in the store, for the seller as a number."""
    if variant.free is not None:
        return t("{n} in stock", "{n} in stock", n=variant.free)
    if variant.available is None:
        return ""
    return t("In stock") if variant.available else t("Out of stock")


def _is_short(variant: Variant | None, typed: Entered) -> bool:
    """Whether more is asked for than there is."""
    if variant is None or variant.available is None:
        return False
    wants = int(typed.quantity[:9]) if typed.quantity.isascii() and typed.quantity.isdecimal() else 0
    return not variant.available if variant.free is None else wants > variant.free


def _major(minor: int, currency: str) -> str:
    """An amount as one types it: 1250.00, without separators."""
    return Money(minor, currency).digits()
