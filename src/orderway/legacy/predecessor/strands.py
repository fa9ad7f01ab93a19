"""The statements that an order is read by, one for each table and each way in which its rows hang on an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from orderway.legacy.predecessor.facts import (
    Fulfilled,
    Item,
    Logged,
    Order,
    Paid,
    PaidOut,
    Place,
    Quoted,
    Returned,
    Sold,
    Volunteered,
)
from orderway.legacy.predecessor.fields import DATED, ITEM, LOG, PAYMENT, PLACE, RETURN, SALE, TO
from orderway.legacy.predecessor.statements import Statement

QUOTATION: Final = 'JOIN "Quotation" p ON p."saleOrderId"::text = o.id'
CONSUMER_SALE: Final = 'JOIN "ConsumerSale" p ON p."saleOrderId"::text = o.id'
RESELLER_SALE: Final = 'JOIN "ResellerSale" p ON p."SaleOrderid"::text = o.id'
FULFILLMENT: Final = 'JOIN "Fulfillment" p ON p."saleOrderId"::text = o.id'


def _itself(way: str) -> str:
    """The way to a row that hangs on the order itself."""
    return way.replace(" p ", " r ").replace("p.", "r.")


def _items(table: str, way: str, parent: str) -> Statement:
    return Statement(
        table=table,
        makes=Item,
        way=f'{way} JOIN "{table}" r ON r."{parent}" = p."id"',
        of='p."id"',
        fields=ITEM,
        sort="id",
    )


def _payments(table: str, sale: str, way: str) -> Statement:
    of_resellers = table == "ResellerPayment"
    return Statement(
        table=table,
        makes=Paid,
        way=way,
        of="o.id",
        fields={**PAYMENT, "sale": sale, **({"received_by": "receivedById"} if of_resellers else {})},
        exact={"exact": "amount"},
        more={} if of_resellers else {"received_by": "NULL"},
        checked=("currency",),
        sort="receivedAt",
        touched=("receivedAt",),
    )


def _own_payments(table: str, sale: str) -> Statement:
    return _payments(table, sale, f'JOIN "{table}" r ON r."saleOrderId"::text = o.id')


def _payments_of_sale(table: str, sale: str, way: str) -> Statement:
    """Those that name a sale of the order, and not the order."""
    elsewhere = f'r."{sale}" = p."id" AND r."saleOrderId"::text IS DISTINCT FROM o.id'
    return _payments(table, sale, f'{way} JOIN "{table}" r ON {elsewhere}')


def _returns(sale: str, way: str) -> Statement:
    return Statement(
        table="SalesReturn",
        makes=Returned,
        way=f'{way} JOIN "SalesReturn" r ON r."{sale}" = p."id"',
        of="o.id",
        fields=RETURN,
        sort="createdAt",
        touched=("updatedAt",),
    )


def _returned_items(sale: str, way: str) -> Statement:
    """What came back has no price of its own: it is that of the sale."""
    return Statement(
        table="SalesReturnItem",
        makes=Item,
        way=f'{way} JOIN "SalesReturn" t ON t."{sale}" = p."id" JOIN "SalesReturnItem" r ON r."salesReturnId" = t."id"',
        of='t."id"',
        fields={"id": "id", "variant": "productVariantId", "quantity": "quantity", "condition": "condition"},
        sort="id",
    )


def _of_fulfillment(table: str) -> str:
    return f'{FULFILLMENT} JOIN "{table}" r ON r."fulfillmentId" = p."id"'


ORDERS: Final = Statement(
    table="SaleOrder",
    makes=Order,
    way='JOIN "SaleOrder" r ON r."id"::text = o.id',
    of="o.id",
    fields={
        "id": "id",
        "store": "storeId",
        "biller": "billerId",
        "type": "type",
        "status": "status",
        "phase": "phase",
        "total": "totalAmount",
        "currency": "currency",
        **DATED,
        **TO,
        "fulfillment_type": "fulfillmentType",
    },
    exact={"exact_total": "totalAmount"},
    more={"knows_store": 'EXISTS (SELECT FROM "Store" x WHERE x."id"::text = r."storeId"::text)', "at": "o.at"},
    checked=("deliveryAddressId",),
    sort="updatedAt",
    touched=("createdAt", "updatedAt"),
)

STRANDS: Final[Mapping[str, Statement]] = {
    "place": Statement(
        table="Address",
        makes=Place,
        way='JOIN "Address" r ON r."id" = o.place',
        of="o.id",
        fields=PLACE,
        sort="id",
        renewed=("updatedAt",),
    ),
    "quotation": Statement(
        table="Quotation",
        makes=Quoted,
        way=_itself(QUOTATION),
        of="o.id",
        fields={
            "id": "id",
            "status": "status",
            "total": "totalAmount",
            **DATED,
            "channel": "channel",
            "store": "storeId",
            "biller": "billerId",
            "reseller": "resellerId",
            "consumer": "consumerId",
        },
        sort="updatedAt",
        touched=("updatedAt",),
    ),
    "quotation_items": _items("QuotationItem", QUOTATION, "quotationId"),
    "consumer_sale": Statement(
        table="ConsumerSale",
        makes=Sold,
        way=_itself(CONSUMER_SALE),
        of="o.id",
        fields={**SALE, "buyer": "customerId"},
        more={"approved_by": "NULL", "approved_at": "NULL::timestamptz"},
        sort="updatedAt",
        touched=("updatedAt",),
    ),
    "reseller_sale": Statement(
        table="ResellerSale",
        makes=Sold,
        way=_itself(RESELLER_SALE),
        of="o.id",
        fields={**SALE, "buyer": "resellerId", "approved_by": "approvedById", "approved_at": "approvedAt"},
        sort="updatedAt",
        touched=("updatedAt", "approvedAt"),
    ),
    "consumer_items": _items("ConsumerSaleItem", CONSUMER_SALE, "consumerSaleId"),
    "reseller_items": _items("ResellerSaleItem", RESELLER_SALE, "resellerSaleId"),
    "consumer_payments": _own_payments("ConsumerPayment", "consumerSaleId"),
    "reseller_payments": _own_payments("ResellerPayment", "resellerSaleId"),
    "consumer_payments_of_sale": _payments_of_sale("ConsumerPayment", "consumerSaleId", CONSUMER_SALE),
    "reseller_payments_of_sale": _payments_of_sale("ResellerPayment", "resellerSaleId", RESELLER_SALE),
    "log": Statement(
        table="SaleOrderTransitionLog",
        makes=Logged,
        way='JOIN "SaleOrderTransitionLog" r ON r."saleOrderId"::text = o.id',
        of="o.id",
        fields=LOG,
        sort="occurredAt",
        touched=("occurredAt",),
    ),
    "fulfillment": Statement(
        table="Fulfillment",
        makes=Fulfilled,
        way=_itself(FULFILLMENT),
        of="o.id",
        fields={
            "id": "id",
            "type": "type",
            "status": "status",
            "rider": "deliveryPersonnelId",
            "cost": "cost",
            "cost_status": "costStatus",
            "payment_status": "paymentStatus",
            "pin": "confirmationPin",
            **DATED,
            **TO,
        },
        checked=("deliveryAddressId",),
        sort="updatedAt",
        touched=("updatedAt",),
    ),
    "fulfillment_place": Statement(
        table="Address",
        makes=Place,
        way=f'{FULFILLMENT} JOIN "Address" r ON r."id" = p."deliveryAddressId"',
        of='p."id"',
        fields=PLACE,
        sort="id",
        renewed=("updatedAt",),
    ),
    "interests": Statement(
        table="FulfillmentRiderInterest",
        makes=Volunteered,
        way=_of_fulfillment("FulfillmentRiderInterest"),
        of='p."id"',
        fields={
            "id": "id",
            "rider": "riderId",
            "status": "status",
            "message": "message",
            "eta_minutes": "etaMinutes",
            "cost": "proposedCost",
            "expires_at": "expiresAt",
            **DATED,
        },
        sort="createdAt",
        touched=("updatedAt",),
    ),
    "payouts": Statement(
        table="FulfillmentPayment",
        makes=PaidOut,
        way=_of_fulfillment("FulfillmentPayment"),
        of='p."id"',
        fields={
            "id": "id",
            "amount": "amount",
            "method": "method",
            "reference": "reference",
            "received_at": "receivedAt",
            "received_by": "receivedById",
            "notes": "notes",
        },
        sort="updatedAt",
        touched=("updatedAt",),
    ),
    "fulfillment_log": Statement(
        table="FulfillmentTransitionLog",
        makes=Logged,
        way=_of_fulfillment("FulfillmentTransitionLog"),
        of='p."id"',
        fields=LOG,
        sort="occurredAt",
        touched=("occurredAt",),
    ),
    "consumer_returns": _returns("consumerSaleId", CONSUMER_SALE),
    "reseller_returns": _returns("resellerSaleId", RESELLER_SALE),
    "consumer_returned": _returned_items("consumerSaleId", CONSUMER_SALE),
    "reseller_returned": _returned_items("resellerSaleId", RESELLER_SALE),
}

ORDER: Final = "order"
STATEMENTS: Final[Mapping[str, Statement]] = {ORDER: ORDERS, **STRANDS}
