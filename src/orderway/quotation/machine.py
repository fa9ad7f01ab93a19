"""The quotation as a table: drafted, shared, revised, and agreed when both sides approved the same version.

Who is told of a move (the buyer of a shared quotation, both sides of an expired one) follows from the
outbox, where every move is put as `order.quotation.<event>`.
"""

from orderway.quotation.changes import approve_for_buyer, approve_for_seller, extend, new_lines, revise
from orderway.quotation.context import OpenSale, QuotationContext, QuotationFacts
from orderway.quotation.events import (
    BillerNamed,
    BuyerApproves,
    Decline,
    Edit,
    Expire,
    ExtendValidity,
    PreferencesChanged,
    SellerApproves,
    Share,
    Withdraw,
)
from orderway.quotation.guards import (
    by_the_seller,
    can_be_approved,
    can_be_shared,
    extends_well,
    makes_sense,
    validity_over,
)
from orderway.statechart import chart, final, on, state

QUOTATION = chart(
    "quotation",
    version=1,
    label="Quotation",
    born="drafted the quotation",
    context=QuotationContext,
    facts=QuotationFacts,
    lanes=("buyer first", "main", "seller first", "ended"),
    states=[
        state(
            "OPEN",
            on(Edit, "REVISED", when=makes_sense, do=revise, emit=new_lines),
            on(Withdraw, "CANCELLED", when=by_the_seller),
            on(ExtendValidity, when=extends_well, do=extend),
            on(PreferencesChanged),
            on(BillerNamed),
            on(Expire, "EXPIRED", when=validity_over, at="valid_until"),
            state(
                "DRAFT",
                on(Share, "IN_REVIEW", when=can_be_shared),
                on(Edit, when=makes_sense, do=revise, emit=new_lines),
                label="Draft", tone="neutral", lane="main", row=0,
            ),
            state(
                "IN_REVIEW",
                on(BuyerApproves, "APPROVED_BY_BUYER", when=can_be_approved, do=approve_for_buyer),
                on(SellerApproves, "APPROVED_BY_SELLER", when=can_be_approved, do=approve_for_seller),
                on(Decline, "REJECTED"),
                label="In review", tone="waiting", lane="main", row=1,
            ),
            state(
                "REVISED",
                on(Share, "IN_REVIEW", when=can_be_shared),
                on(Decline, "REJECTED"),
                label="Revised", tone="active", lane="main", row=2,
            ),
            state(
                "APPROVED_BY_BUYER",
                on(SellerApproves, "MUTUALLY_APPROVED", when=can_be_approved, do=approve_for_seller, emit=OpenSale()),
                on(Decline, "REJECTED"),
                label="Accepted by buyer", tone="waiting", lane="buyer first", row=2,
            ),
            state(
                "APPROVED_BY_SELLER",
                on(BuyerApproves, "MUTUALLY_APPROVED", when=can_be_approved, do=approve_for_buyer, emit=OpenSale()),
                on(Decline, "REJECTED"),
                label="Approved by seller", tone="waiting", lane="seller first", row=2,
            ),
            label="Open", tone="active", lane="main", row=0,
        ),
        final("MUTUALLY_APPROVED", label="Agreed", tone="good", lane="main", row=3),
        final("REJECTED", label="Declined", tone="bad", lane="ended", row=1),
        final("CANCELLED", label="Withdrawn", tone="ended", lane="ended", row=2),
        final("EXPIRED", label="Expired", tone="ended", lane="ended", row=3),
    ],
)  # fmt: skip
