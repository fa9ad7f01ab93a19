"""What can be changed of the catalogue: products, variants, their prices and taxes, and price lists."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateProduct:
    """A product; what is sold of it are its variants."""

    name: str
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameProduct:
    """Lines that were written keep the name that they have."""

    product: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireProduct:
    """Neither the product nor a variant of it is sold any more."""

    product: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreProduct:
    """The product is sold again, with those of its variants that are."""

    product: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateVariant:
    """A variant with its `price` in minor units of `currency` (ISO 4217), and its tax in basis points (750 is 7.5 %).

    The price is a reseller's, without tax; nothing is a price as well. `name` tells it from the product's others.
    """

    product: UUID
    sku: str
    price: int
    currency: str
    name: str = ""
    tax_rate: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameVariant:
    """`name` tells the variant from the product's others; it may be empty."""

    variant: UUID
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireVariant:
    """The variant is not sold any more."""

    variant: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreVariant:
    """The variant is sold again."""

    variant: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVariantPrice:
    """`price` in minor units of the variant's currency."""

    variant: UUID
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVariantTax:
    """`tax_rate` in basis points that come on top of the price: 750 is 7.5 %."""

    variant: UUID
    tax_rate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePriceList:
    """What resellers of a tier pay in a currency, where it differs from the variants' own prices."""

    tier: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetListPrice:
    """`price` in minor units of the list's currency, which may be another than the variant's."""

    price_list: UUID
    variant: UUID
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveListPrice:
    """The tier pays the variant's own price again."""

    price_list: UUID
    variant: UUID


Alteration = (
    RenameProduct | RetireProduct | RestoreProduct | RenameVariant | RetireVariant | RestoreVariant | SetVariantPrice
    | SetVariantTax
)  # fmt: skip
"""What sets one value of a product or a variant."""

Creation = CreateProduct | CreateVariant | CreatePriceList
"""What makes something that was not there."""

Command = Alteration | Creation | SetListPrice | RemoveListPrice
