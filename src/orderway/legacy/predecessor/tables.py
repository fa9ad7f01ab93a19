"""The tables of the predecessor that are read: their columns, what these may hold, and which of them may be missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a column holds, and so how it is read."""

    TEXT = "text"
    MONEY = "a number"
    NUMBER = "an integer"
    DEGREES = "a number of degrees"
    TIME = "a time"
    TRUTH = "a boolean"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that is read.

    `known` are the words that it may hold, `points` the table whose "id" it holds. A time is of what has happened,
    unless it is `ahead`; degrees are less than `most` from 0, and a text is no longer than `longest`. A column that is
    not `needed` may be missing: then nothing is known of it.
    """

    kind: Kind
    empty: bool = True
    known: tuple[str, ...] = ()
    points: str | None = None
    ahead: bool = False
    most: float = 1e13
    longest: int = 10_000
    needed: bool = True


ID: Final = Column(kind=Kind.TEXT, empty=False)
TEXT: Final = Column(kind=Kind.TEXT)
EXTRA: Final = Column(kind=Kind.TEXT, needed=False)
CURRENCY: Final = Column(kind=Kind.TEXT, known=("NGN",), needed=False)
MONEY: Final = Column(kind=Kind.MONEY, empty=False)
NUMBER: Final = Column(kind=Kind.NUMBER, empty=False)
TIME: Final = Column(kind=Kind.TIME, empty=False)
TRUTH: Final = Column(kind=Kind.TRUTH, empty=False)
JSON: Final = Column(kind=Kind.JSON)
ANY_MONEY: Final = Column(kind=Kind.MONEY)
ANY_NUMBER: Final = Column(kind=Kind.NUMBER)
ANY_TIME: Final = Column(kind=Kind.TIME)
DEADLINE: Final = Column(kind=Kind.TIME, ahead=True)
DEGREES: Final = Column(kind=Kind.DEGREES)
LATITUDE: Final = Column(kind=Kind.DEGREES, most=90)
LONGITUDE: Final = Column(kind=Kind.DEGREES, most=180)
REFERENCE: Final = Column(kind=Kind.TEXT, longest=500)
"""What payments are found by, which is kept in an index."""


def word(*known: str) -> Column:
    return Column(kind=Kind.TEXT, empty=False, known=known)


def any_word(*known: str) -> Column:
    return Column(kind=Kind.TEXT, known=known)


def to(table: str) -> Column:
    return Column(kind=Kind.TEXT, points=table)


SALE_TYPE: Final = word("CONSUMER", "RESELLER")
SALE_STATUS: Final = word("PENDING", "APPROVED", "FULFILLED", "CANCELLED", "PAID")
PHASE: Final = word("QUOTATION", "SALE", "FULFILLMENT")
QUOTATION_STATUS: Final = word("DRAFT", "SENT", "CONFIRMED", "REJECTED", "APPROVED")
CHANNEL: Final = word("WEB", "APP", "IN_STORE")
PAYMENT_STATUS: Final = word("PENDING", "CONFIRMED", "FAILED")
PAYMENT_METHOD: Final = word("CASH", "TRANSFER", "CARD", "WALLET", "BANK", "MIXED")
FULFILLMENT_TYPES: Final = ("PICKUP", "DELIVERY")
FULFILLMENT_STATUS: Final = word("PENDING", "ASSIGNED", "IN_TRANSIT", "DELIVERED", "CANCELLED")
COST_STATUS: Final = word("PENDING", "ACCEPTED", "REJECTED")
PAYOUT_STATUS: Final = word("UNPAID", "PARTIAL", "PAID")
INTEREST_STATUS: Final = word("ACTIVE", "WITHDRAWN", "ASSIGNED", "REJECTED", "EXPIRED")
RETURN_STATUS: Final = word("PENDING", "ACCEPTED", "REJECTED", "FULFILLED")
RETURN_LOCATION: Final = word("LAGOS", "OUTSIDE_LAGOS")
PROFILE_STATUS: Final = word("PENDING", "ACTIVE", "REJECTED")
TIERS: Final = ("ZERO", "BRONZE", "SILVER", "GOLD", "PLATINUM")

LIVES: Final[Mapping[str, Column]] = {"id": ID, "createdAt": TIME, "updatedAt": TIME}
ITEM: Final[Mapping[str, Column]] = {
    "id": ID,
    "productVariantId": to("ProductVariant"),
    "quantity": NUMBER,
    "unitPrice": MONEY,
}
SALE: Final[Mapping[str, Column]] = {
    **LIVES,
    "storeId": to("Store"),
    "billerId": to("User"),
    "status": SALE_STATUS,
    "totalAmount": MONEY,
    "quotationId": TEXT,
}
PAYMENT: Final[Mapping[str, Column]] = {
    "id": ID,
    "saleOrderId": TEXT,
    "amount": MONEY,
    "method": PAYMENT_METHOD,
    "status": PAYMENT_STATUS,
    "reference": REFERENCE,
    "receivedAt": TIME,
    "currency": CURRENCY,
    "receiptBucket": EXTRA,
    "receiptKey": EXTRA,
    "receiptUrl": EXTRA,
}
LOG: Final[Mapping[str, Column]] = {
    "id": ID,
    "fromState": TEXT,
    "toState": ID,
    "event": TEXT,
    "metadata": JSON,
    "occurredAt": TIME,
}
DELIVERED_TO: Final[Mapping[str, Column]] = {
    "deliveryAddress": TEXT,
    "deliveryAddressId": to("Address"),
    "receiverName": TEXT,
    "receiverPhone": TEXT,
    "deliveryNotes": TEXT,
    "workflowState": TEXT,
    "workflowContext": JSON,
}

TABLES: Final[Mapping[str, Mapping[str, Column]]] = {
    "Role": {"id": ID, "name": ID},
    "User": {"id": ID, "email": ID, "roleId": to("Role"), "createdAt": TIME, "isEmailVerified": TRUTH},
    "Store": {"id": ID, "name": ID, "location": TEXT, "isMain": TRUTH, "managerId": to("User")},
    "RiderCoverageArea": {
        "id": ID,
        "riderId": to("User"),
        "storeId": to("Store"),
        "serviceRadiusKm": DEGREES,
    },
    "ResellerProfile": {
        "userId": to("User"),
        "billerId": to("User"),
        "tier": word(*TIERS),
        "creditLimit": MONEY,
        "outstandingBalance": MONEY,
        "isActive": TRUTH,
        "activatedAt": ANY_TIME,
        "profileStatus": PROFILE_STATUS,
        "rejectedAt": ANY_TIME,
        "rejectionReason": TEXT,
        "requestedAt": TIME,
        "requestedBillerId": to("User"),
        "companyName": ID,
        "contactPersonName": TEXT,
        "contactPhone": TEXT,
        "companyInitials": EXTRA,
    },
    "Product": {"id": ID, "name": ID, "description": TEXT, "barcode": TEXT},
    "ProductVariant": {
        "id": ID,
        "productId": to("Product"),
        "barcode": TEXT,
        "price": MONEY,
        "resellerPrice": MONEY,
        "name": TEXT,
        "legacyArticleCode": EXTRA,
    },
    "ProductVariantTierPrice": {
        "id": ID,
        "productVariantId": to("ProductVariant"),
        "tier": word(*TIERS),
        "price": MONEY,
    },
    "Stock": {
        "id": ID,
        "storeId": to("Store"),
        "productVariantId": to("ProductVariant"),
        "quantity": NUMBER,
        "reserved": NUMBER,
        "reorderPoint": Column(kind=Kind.NUMBER, needed=False),
    },
    "Address": {
        "id": ID,
        "formattedAddress": ID,
        "streetLine1": TEXT,
        "streetLine2": TEXT,
        "city": TEXT,
        "state": TEXT,
        "postalCode": TEXT,
        "countryCode": ID,
        "latitude": LATITUDE,
        "longitude": LONGITUDE,
        "updatedAt": Column(kind=Kind.TIME, needed=False),
    },
    "Customer": {"id": ID, "fullName": ID, "phone": TEXT, "email": TEXT, "preferredStoreId": to("Store")},
    "SaleOrder": {
        **LIVES,
        **DELIVERED_TO,
        "storeId": TEXT,  # that it points nowhere is a fact of the order, `knows_store`
        "billerId": to("User"),
        "type": SALE_TYPE,
        "status": SALE_STATUS,
        "phase": PHASE,
        "totalAmount": ANY_MONEY,  # its sale, its quotation and its lines know it too
        "currency": CURRENCY,
        "fulfillmentType": any_word(*FULFILLMENT_TYPES),
    },
    "Quotation": {
        **LIVES,
        "saleOrderId": TEXT,
        "resellerId": to("User"),
        "consumerId": to("Customer"),
        "billerId": to("User"),
        "storeId": to("Store"),
        "status": QUOTATION_STATUS,
        "totalAmount": MONEY,
        "channel": CHANNEL,
    },
    "QuotationItem": {**ITEM, "quotationId": TEXT},
    "ConsumerSale": {**SALE, "saleOrderId": TEXT, "customerId": to("Customer")},
    "ResellerSale": {
        **SALE,
        "SaleOrderid": TEXT,
        "resellerId": to("User"),
        "approvedById": to("User"),
        "approvedAt": ANY_TIME,
    },
    "ConsumerSaleItem": {**ITEM, "consumerSaleId": TEXT},
    "ResellerSaleItem": {**ITEM, "resellerSaleId": TEXT},
    "ConsumerPayment": {**PAYMENT, "consumerSaleId": to("ConsumerSale")},
    "ResellerPayment": {**PAYMENT, "resellerSaleId": to("ResellerSale"), "receivedById": to("User")},
    "SaleOrderTransitionLog": {**LOG, "saleOrderId": TEXT},
    "Fulfillment": {
        **LIVES,
        **DELIVERED_TO,
        "saleOrderId": TEXT,
        "type": word(*FULFILLMENT_TYPES),
        "status": FULFILLMENT_STATUS,
        "deliveryPersonnelId": to("User"),
        "cost": ANY_MONEY,
        "costStatus": COST_STATUS,
        "paymentStatus": PAYOUT_STATUS,
        "confirmationPin": TEXT,
    },
    "FulfillmentPayment": {
        "id": ID,
        "fulfillmentId": TEXT,
        "amount": MONEY,
        "method": TEXT,
        "reference": TEXT,
        "receivedAt": ANY_TIME,
        "receivedById": to("User"),
        "notes": TEXT,
        "updatedAt": TIME,
    },
    "FulfillmentRiderInterest": {
        **LIVES,
        "fulfillmentId": TEXT,
        "riderId": to("User"),
        "status": INTEREST_STATUS,
        "message": TEXT,
        "etaMinutes": ANY_NUMBER,
        "expiresAt": DEADLINE,
        "proposedCost": ANY_MONEY,
    },
    "FulfillmentTransitionLog": {**LOG, "fulfillmentId": TEXT},
    "SalesReturn": {
        **LIVES,
        "consumerSaleId": TEXT,
        "resellerSaleId": TEXT,
        "returnedById": to("User"),
        "receivedById": to("User"),
        "approvedById": to("User"),
        "status": RETURN_STATUS,
        "returnLocation": RETURN_LOCATION,
        "isApprovedLate": TRUTH,
    },
    "SalesReturnItem": {
        "id": ID,
        "salesReturnId": TEXT,
        "productVariantId": to("ProductVariant"),
        "quantity": NUMBER,
        "condition": ID,
    },
    "SystemSetting": {"key": ID, "value": TEXT},
    "OutboxEvent": {"id": ID},
    "Notification": {"id": ID},
}

OPTIONAL: Final = frozenset({"SystemSetting", "OutboxEvent", "Notification"})
"""Tables that no order stands on."""
