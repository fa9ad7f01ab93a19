"""The moves that an Olist order makes besides those of every import: how it begins, and how its payments do."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Literal

from orderway.legacy.moves import (
    ApproveForBuyer,
    ApproveForSeller,
    ApproveOverride,
    CancelFulfillment,
    CancelSale,
    CompleteFulfillment,
    ConfirmPayment,
    DeliverPackage,
    FailFulfillment,
    Move,
    ReceiveGoods,
    RequestOverride,
    SelectCarrier,
    SetPaymentMethod,
    ShareQuotation,
    ShipPackage,
    StartFulfillment,
    WithdrawQuotation,
)
from orderway.legacy.olist.facts import CURRENCY, Customer, Status

IMPORTER: Final = "import:olist"
SOURCE: Final = "source:olist"  # decides what the source had decided: never the one who asked (four eyes)
PROVIDER: Final = "olist"
CARRIER: Final = "Olist logistics"  # the data names no tracking number

Method = Literal["CARD", "BANK", "WALLET"]
SaleMethod = Literal["CARD", "BANK", "WALLET", "MIXED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One piece of one product; money in minor units, `total` = `unit_price` + `freight`."""

    position: int
    product_id: str
    description: str
    seller: str
    unit_price: int
    freight: int
    total: int
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftQuotation(Move):
    """`valid_until` is None where there is nothing to offer; `promised_at` is the delivery day promised."""

    machine: ClassVar[str] = "quotation"
    event: ClassVar[str | None] = None
    order_id: str
    status: Status
    customer: Customer
    lines: tuple[Line, ...]
    total: int
    valid_until: datetime | None
    promised_at: datetime | None
    currency: str = CURRENCY


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPayment(Move):
    """Born PENDING. `amount` is minor units and may be 0; (`provider`, `reference`) is unique."""

    machine: ClassVar[str] = "payment"
    event: ClassVar[str | None] = None
    reference: str
    sequence: int
    method: Method
    amount: int
    currency: str = CURRENCY
    provider: str = PROVIDER


AnyMove = (
    DraftQuotation
    | ShareQuotation
    | ApproveForBuyer
    | ApproveForSeller
    | WithdrawQuotation
    | ReceiveGoods
    | SetPaymentMethod
    | CancelSale
    | RequestOverride
    | ApproveOverride
    | RegisterPayment
    | ConfirmPayment
    | StartFulfillment
    | SelectCarrier
    | ShipPackage
    | DeliverPackage
    | CompleteFulfillment
    | CancelFulfillment
    | FailFulfillment
)
