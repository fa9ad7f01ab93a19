"""What each flag of an order of the predecessor means, in a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, str]] = {
    "bad_context": "The context of its workflow can not be read, or lacks what it should hold.",
    "cancelled_with_money": "It is cancelled, and money was captured for it.",
    "child_status": "The order and its sale have another status each.",
    "cleared_but_partial": "Its workflow called it cleared, though it was paid in part.",
    "contradiction:cancelled_sale_live_fulfilment": "Its sale is cancelled, and its fulfillment is not.",
    "contradiction:delivered_not_fulfilled": "It was delivered, and its status does not say that it was fulfilled.",
    "contradiction:fulfilled_not_delivered": "Its status says that it was fulfilled, and it was not delivered.",
    "contradiction:pending_sale_with_fulfilment": "It has a fulfillment, though its sale was never approved.",
    "dup_reference": "Several of its payments have the same reference.",
    "float_noise": "An amount of it has more digits than its currency: it was a double.",
    "log_disorder": "Its log leaves a state before it enters it.",
    "no_address": "It is to be delivered, and no address was kept.",
    "orphan_store": "Its store is none that there is.",
    "overpaid": "More was captured than it comes to.",
    "override": "Its context holds an override.",
    "partly_paid": "It was paid in part.",
    "quotation_draft": "Its workflow wrote that it is a draft.",
    "reseller_credit": "A reseller's goods are brought, or are to be, before all is paid.",
    "returned": "Goods of it came back.",
    "rider_mismatch": "Another rider brings it than the one whose offer was taken.",
    "rider_without_interest": "Its rider never offered to bring it.",
    "sale_expired": "Its sale expired.",
    "sale_mismatch": "A payment of it names the sale of another order.",
    "shared_reference": "A reference of its payments stands with other orders too.",
    "stale_interest": "An offer to bring it is called active, though its time is over.",
    "two_assigned": "The offers of several riders were taken.",
    "wf_null": "Its workflow wrote nothing.",
    "wf_unknown_state": "Its workflow wrote a state that it does not have.",
}


def sentence_of(flag: str) -> str:
    return SENTENCES[flag]
