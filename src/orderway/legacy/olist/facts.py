"""What the Olist files say of one order: facts as they were read, with nothing decided."""

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from orderway.money import Money

CURRENCY: Final = "BRL"

Status = Literal["created", "approved", "invoiced", "processing", "shipped", "delivered", "unavailable", "canceled"]
PaymentKind = Literal["credit_card", "debit_card", "boleto", "voucher", "not_defined"]


class Customer(Struct, frozen=True, kw_only=True, gc=False):
    """`id` is the person's (`customer_unique_id`): the same over all of their orders."""

    id: str
    postcode: str
    city: str
    state: str

    @property
    def name(self) -> str:
        """What to call somebody whose name the source keeps to itself."""
        place = ", ".join(part for part in (self.city, self.state) if part)
        return f"Customer {self.id[:8]}, {place}" if place else f"Customer {self.id[:8]}"


class Item(Struct, frozen=True, kw_only=True, gc=False):
    """One piece of one product. `price` and `freight` are minor units of BRL.

    `category` is the source's own word and `category_english` its translation; each is "" where
    the source has none.
    """

    position: int
    product_id: str
    category: str
    category_english: str
    seller: str
    price: int
    freight: int

    @property
    def title(self) -> str:
        """What to call a product that has no name: its category and the beginning of its id."""
        category = self.category_english or self.category or "uncategorized"
        return f"{category.replace('_', ' ').capitalize()}, {self.product_id[:8]}"


class Payment(Struct, frozen=True, kw_only=True, gc=False):
    """`amount` is minor units of BRL; `sequence` counts from 1 within the order."""

    sequence: int
    kind: PaymentKind
    amount: int


class Order(Struct, frozen=True, kw_only=True, gc=False):
    """The files name no time zone; every time here is taken as UTC. None is a time that they leave empty.

    `items` and `payments` stand in the order of their numbers, whatever their order in the files.
    """

    id: str
    customer: Customer
    status: Status
    purchased_at: datetime
    approved_at: datetime | None
    carrier_at: datetime | None
    delivered_at: datetime | None
    estimated_at: datetime | None
    items: tuple[Item, ...] = ()
    payments: tuple[Payment, ...] = ()

    @property
    def total(self) -> int:
        return sum(item.price + item.freight for item in self.items)

    @property
    def recorded(self) -> int:
        """The sum of all of its payments, approved or not."""
        return sum(payment.amount for payment in self.payments)


def brl(minor: int) -> Money:
    return Money(minor, CURRENCY)
