"""What the facts call the columns of the predecessor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DATED: Final[Mapping[str, str]] = {"created_at": "createdAt", "updated_at": "updatedAt"}
TO: Final[Mapping[str, str]] = {
    "address": "deliveryAddress",
    "receiver": "receiverName",
    "receiver_phone": "receiverPhone",
    "notes": "deliveryNotes",
    "workflow_state": "workflowState",
    "workflow_context": "workflowContext",
}
ITEM: Final[Mapping[str, str]] = {
    "id": "id",
    "variant": "productVariantId",
    "quantity": "quantity",
    "unit_price": "unitPrice",
}
LOG: Final[Mapping[str, str]] = {
    "id": "id",
    "from_state": "fromState",
    "to_state": "toState",
    "event": "event",
    "metadata": "metadata",
    "at": "occurredAt",
}
SALE: Final[Mapping[str, str]] = {
    "id": "id",
    "status": "status",
    "total": "totalAmount",
    **DATED,
    "store": "storeId",
    "biller": "billerId",
}
PAYMENT: Final[Mapping[str, str]] = {
    "id": "id",
    "order": "saleOrderId",
    "amount": "amount",
    "method": "method",
    "status": "status",
    "reference": "reference",
    "received_at": "receivedAt",
    "receipt_bucket": "receiptBucket",
    "receipt_key": "receiptKey",
    "receipt_url": "receiptUrl",
}
RETURN: Final[Mapping[str, str]] = {
    "id": "id",
    "status": "status",
    "location": "returnLocation",
    "is_approved_late": "isApprovedLate",
    "returned_by": "returnedById",
    "received_by": "receivedById",
    "approved_by": "approvedById",
    **DATED,
}
PLACE: Final[Mapping[str, str]] = {
    "id": "id",
    "formatted": "formattedAddress",
    "street": "streetLine1",
    "street_2": "streetLine2",
    "city": "city",
    "state": "state",
    "postcode": "postalCode",
    "country": "countryCode",
    "latitude": "latitude",
    "longitude": "longitude",
}
