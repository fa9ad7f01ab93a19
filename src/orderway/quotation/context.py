"""What a quotation knows of itself, what it may look at when it decides, and what it asks to be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Party = Literal["seller", "buyer", "system"]
"""The side that acts: the seller's staff, the one it is made out to (or staff on their behalf), or nobody."""


@dataclass(frozen=True)
class QuotationContext:
    """`total` is in minor units of `currency` (ISO 4217); without `valid_until` it does not expire."""

    currency: str
    version: int = 1
    total: int = 0
    line_count: int = 0
    valid_until: datetime | None = None
    buyer_approved_by: str | None = None
    buyer_approved_at: datetime | None = None
    seller_approved_by: str | None = None
    seller_approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with the server's prices, in minor units; `total` = quantity × unit_price − discount + tax + freight.

    `list_price` is what the catalogue asked for one piece, if it was asked: a `unit_price` that differs was set by
    hand. `tax_rate` in basis points of what the line costs after its discount.
    """

    variant: UUID
    description: str
    quantity: int
    unit_price: int
    discount: int
    tax: int
    freight: int
    total: int
    list_price: int | None = None
    tax_rate: int = 0


@dataclass(frozen=True, slots=True)
class QuotationFacts:
    """`priced` are the lines with their prices: of an EDIT those it brings, at the birth those it was placed with."""

    now: datetime
    actor: str
    party: Party = "seller"
    priced: tuple[PricedLine, ...] = ()
    may_price: bool = False
    """Whether who acts may set a line's price by hand, and give a discount."""


@dataclass(frozen=True, slots=True)
class ReplaceLines:
    """The lines of the order become these."""

    lines: tuple[PricedLine, ...]


@dataclass(frozen=True, slots=True)
class OpenSale:
    """Both sides agree: the sale opens with these lines and terms."""
