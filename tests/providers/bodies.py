"""A body of each event that is read, in the shape of the provider's documentation, for tests to send and to spoil."""

import json
from typing import Any

Json = dict[str, Any]

PAYSTACK_CHARGE: Json = {
    "event": "charge.success",
    "data": {
        "id": 302961,
        "status": "success",
        "reference": "qTPrJoy9Bx",
        "amount": 10000,
        "paid_at": "2016-09-30T21:10:19.000Z",
        "channel": "bank_transfer",
        "currency": "NGN",
        "metadata": {"orderNumber": "OW-2026-00017"},
    },
}
PAYSTACK_REFUND: Json = {
    "event": "refund.processed",
    "data": {
        "status": "processed",
        "transaction_reference": "qTPrJoy9Bx",
        "refund_reference": "132013318360",
        "amount": "4000",
        "currency": "NGN",
    },
}
PAYSTACK_DISPUTE: Json = {
    "event": "charge.dispute.resolve",
    "data": {
        "id": 358949,
        "refund_amount": 5700,
        "currency": "NGN",
        "status": "resolved",
        "resolution": "auto-accepted",
        "category": "chargeback",
        "transaction": {
            "id": 896467592,
            "reference": "5qm4pv2mxs9rltp",
            "amount": 9900,
            "currency": "NGN",
            "metadata": "",
        },
        "resolvedAt": "2020-11-24T14:00:02.000Z",
    },
}
PAYSTACK_WHOLE_DISPUTE: Json = {**PAYSTACK_DISPUTE, "data": {**PAYSTACK_DISPUTE["data"], "refund_amount": None}}

STRIPE_INTENT: Json = {
    "id": "evt_1",
    "type": "payment_intent.succeeded",
    "created": 1735689595,
    "data": {
        "object": {
            "id": "pi_1",
            "object": "payment_intent",
            "amount": 5000,
            "amount_capturable": 0,
            "amount_received": 4000,
            "currency": "ngn",
            "latest_charge": "ch_1",
            "metadata": {"saleOrderId": "OW-2026-00017"},
            "payment_method_types": ["customer_balance"],
        }
    },
}
STRIPE_CHARGE: Json = {
    "id": "evt_2",
    "type": "charge.succeeded",
    "created": 1735689595,
    "data": {
        "object": {
            "id": "ch_2",
            "object": "charge",
            "amount": 5000,
            "amount_captured": 5000,
            "amount_refunded": 0,
            "captured": True,
            "currency": "usd",
            "payment_intent": None,
            "payment_method_details": {"type": "card"},
            "metadata": {},
        }
    },
}
STRIPE_REFUNDED: Json = {
    "id": "evt_3",
    "type": "charge.refunded",
    "created": 1735689595,
    "data": {
        "object": {
            "id": "ch_1",
            "object": "charge",
            "amount": 5000,
            "amount_refunded": 3000,
            "currency": "ngn",
            "payment_intent": "pi_1",
            "metadata": {},
        },
        "previous_attributes": {"amount_refunded": 1000},
    },
}
STRIPE_REFUND: Json = {
    "id": "evt_4",
    "type": "refund.updated",
    "created": 1735689595,
    "data": {
        "object": {
            "id": "re_1",
            "object": "refund",
            "amount": 2000,
            "charge": "ch_1",
            "currency": "ngn",
            "payment_intent": "pi_1",
            "reason": "requested_by_customer",
            "status": "succeeded",
        }
    },
}
STRIPE_DISPUTE: Json = {
    "id": "evt_5",
    "type": "charge.dispute.created",
    "created": 1735689595,
    "data": {
        "object": {
            "id": "du_1",
            "object": "dispute",
            "amount": 5000,
            "charge": "ch_1",
            "currency": "ngn",
            "payment_intent": "pi_1",
            "reason": "fraudulent",
            "status": "needs_response",
        }
    },
}

FLUTTERWAVE_3: Json = {
    "event": "charge.completed",
    "data": {
        "id": 285959875,
        "tx_ref": "Links-616626414629",
        "amount": 100.5,
        "currency": "NGN",
        "processor_response": "Approved by Financial Institution",
        "status": "successful",
        "payment_type": "bank_transfer",
        "created_at": "2020-07-06T19:17:04.000Z",
    },
    "meta_data": {"orderId": "OW-2026-00017"},
}
FLUTTERWAVE_3_REFUND: Json = {
    "event": "refund.completed",
    "data": {
        "id": 75923,
        "TransactionId": 285959875,
        "FlwRef": "URF_1577867664541_3572735",
        "AmountRefunded": 60.25,
        "status": "completed-bank-transfer",
        "comments": "Product out of stock.",
        "createdAt": "2021-01-24T09:18:37.000Z",
    },
}
FLUTTERWAVE_4: Json = {
    "webhook_id": "wbk_1",
    "timestamp": 1738317739798,
    "type": "charge.completed",
    "data": {
        "id": "chg_1",
        "amount": 200,
        "currency": "KES",
        "meta": {"order": 17},
        "payment_method": {"type": "opay"},
        "reference": "ex61m23j6a3y0k34o9ilrri",
        "status": "succeeded",
        "processor_response": {"type": "approved", "code": "00"},
    },
}
FLUTTERWAVE_4_REFUND: Json = {
    "webhook_id": "wbk_2",
    "timestamp": 1738317739798,
    "type": "refund.completed",
    "data": {
        "id": "rfd_1",
        "amount_refunded": 0.5,
        "charge_id": "chg_1",
        "reason": "duplicate",
        "status": "succeeded",
    },
}

MONNIFY_PAID: Json = {
    "eventType": "SUCCESSFUL_TRANSACTION",
    "eventData": {
        "product": {"reference": "1636106097661", "type": "RESERVED_ACCOUNT"},
        "transactionReference": "MNFY|04|20211117112842|000170",
        "paymentReference": "OW-PAY-17",
        "paidOn": "2021-11-17 11:28:42.615",
        "metaData": {"saleOrderId": "OW-2026-00017"},
        "amountPaid": 3000.1,
        "totalPayable": 3500,
        "paymentMethod": "ACCOUNT_TRANSFER",
        "currency": "NGN",
        "settlementAmount": "2990.00",
        "paymentStatus": "PARTIALLY_PAID",
    },
}
MONNIFY_REJECTED: Json = {
    "eventType": "REJECTED_PAYMENT",
    "eventData": {
        "amount": 100,
        "transactionReference": "MNFY|85|20230626175354|041855",
        "paymentReference": "MNFY|PAYREF|1687798434397393735",
        "paymentRejectionInformation": {"rejectionReason": "UNDER_PAYMENT", "expectedAmount": 100},
    },
}
MONNIFY_REFUND: Json = {
    "eventType": "SUCCESSFUL_REFUND",
    "eventData": {
        "merchantReason": "defective goods",
        "transactionReference": "MNFY|04|20211117112842|000170",
        "completedOn": "14/04/2021 4:24:05 PM",
        "refundStatus": "COMPLETED",
        "refundReference": "ref001",
        "refundAmount": 10.25,
    },
}

GENERIC: Json = {
    "type": "payment.captured",
    "timestamp": "2026-01-31T12:00:00Z",
    "data": {
        "reference": "PAY-17",
        "transaction": "T-1",
        "order": "OW-2026-00017",
        "amount": 1250,
        "currency": "NGN",
        "method": "TRANSFER",
    },
}
PLAIN: Json = {
    "eventId": "e-1",
    "status": "captured",
    "reference": "PAY-17",
    "order": "OW-2026-00017",
    "amount": 1250,
    "currency": "NGN",
    "method": "CASH",
    "occurredAt": "2026-01-31T13:00:00+01:00",
}

OF: dict[str, tuple[Json, ...]] = {
    "paystack": (PAYSTACK_CHARGE, PAYSTACK_REFUND, PAYSTACK_DISPUTE),
    "stripe": (STRIPE_INTENT, STRIPE_CHARGE, STRIPE_REFUNDED, STRIPE_REFUND, STRIPE_DISPUTE),
    "flutterwave": (FLUTTERWAVE_3, FLUTTERWAVE_3_REFUND, FLUTTERWAVE_4, FLUTTERWAVE_4_REFUND),
    "monnify": (MONNIFY_PAID, MONNIFY_REJECTED, MONNIFY_REFUND),
    "generic": (GENERIC,),
    "plain": (PLAIN,),
}


def sent(body: Json, *path: str, **changed: object) -> bytes:
    """The bytes of a body, with some fields changed in the object at the path."""
    copy: Json = json.loads(json.dumps(body))
    place = copy
    for name in path:
        place = place[name]
    place.update(changed)
    return json.dumps(copy).encode()


def sent_without(body: Json, *path: str) -> bytes:
    """The bytes of a body without the field at the path."""
    copy: Json = json.loads(json.dumps(body))
    place = copy
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return json.dumps(copy).encode()
