"""The table of the quotation as cases."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from tests.tables import Refused, Taken

from orderway.quotation.context import OpenSale, PricedLine, QuotationContext, QuotationFacts, ReplaceLines
from orderway.quotation.events import (
    BillerNamed,
    BuyerApproves,
    Decline,
    Edit,
    Expire,
    ExtendValidity,
    LineWanted,
    PreferencesChanged,
    SellerApproves,
    Share,
    Withdraw,
)

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
NEXT_WEEK = datetime(2026, 3, 17, 12, tzinfo=UTC)
YESTERDAY = datetime(2026, 3, 9, 12, tzinfo=UTC)
TEA = UUID("018f0000-0000-7000-8000-000000000001")

FACTS = QuotationFacts(now=NOW, actor="person:biller", party="seller")
BUYER = QuotationFacts(now=NOW, actor="person:buyer", party="buyer")
EMPTY = QuotationContext(currency="NGN")
DRAFT = QuotationContext(currency="NGN", version=3, total=2000, line_count=1, valid_until=NEXT_WEEK)
BUYER_SAID_YES = replace(DRAFT, buyer_approved_by="person:buyer", buyer_approved_at=YESTERDAY)
SELLER_SAID_YES = replace(DRAFT, seller_approved_by="person:seller", seller_approved_at=YESTERDAY)

PRICED = PricedLine(TEA, "Tea, 500 g", quantity=2, unit_price=1500, discount=0, tax=225, freight=0, total=3225)
ALL_OFF = PricedLine(TEA, "Tea, 500 g", quantity=2, unit_price=1500, discount=3000, tax=0, freight=0, total=0)
PRICING = replace(FACTS, priced=(PRICED,))
TWO_TEAS = Edit(lines=(LineWanted(TEA, 2),))
REVISION = {"version": 4, "total": 3225}
NOT_CURRENT = {"is_current": "The version approved must be the current one."}
OVER = {"still_valid": "The validity must end in the future."}
MAY_PRICE = replace(PRICING, may_price=True)
NOT_ALLOWED = {"discounts_allowed": "A discount must be given by someone who may change prices."}
NOT_FITTING = {"discounts_fit": "A discount must be an amount or a rate, from nothing to all that the line costs."}

BILLED = BillerNamed(UUID(int=7), "They know the buyer.")
COLLECTED = PreferencesChanged("PICKUP", None, "The buyer comes for it.")

TAKEN = [
    Taken("DRAFT IN_REVIEW REVISED APPROVED_BY_BUYER APPROVED_BY_SELLER", BILLED, context=DRAFT, facts=FACTS),
    Taken("DRAFT IN_REVIEW REVISED APPROVED_BY_BUYER APPROVED_BY_SELLER", COLLECTED, context=DRAFT, facts=FACTS),
    Taken("DRAFT REVISED", Share(), "IN_REVIEW", DRAFT, FACTS),
    Taken(
        "DRAFT", TWO_TEAS, "DRAFT", EMPTY, PRICING,
        changed={"version": 2, "total": 3225, "line_count": 1}, effects=(ReplaceLines((PRICED,)),),
    ),
    Taken("IN_REVIEW REVISED", TWO_TEAS, "REVISED", DRAFT, PRICING, changed=REVISION,
          effects=(ReplaceLines((PRICED,)),)),
    Taken(
        "APPROVED_BY_BUYER", Edit(lines=(LineWanted(TEA, 2),), valid_until=datetime(2026, 4, 1, tzinfo=UTC)), "REVISED",
        BUYER_SAID_YES, PRICING,
        changed={**REVISION, "valid_until": datetime(2026, 4, 1, tzinfo=UTC), "buyer_approved_by": None,
                 "buyer_approved_at": None},
        effects=(ReplaceLines((PRICED,)),),
    ),
    Taken(
        "APPROVED_BY_SELLER", TWO_TEAS, "REVISED", SELLER_SAID_YES, PRICING,
        changed={**REVISION, "seller_approved_by": None, "seller_approved_at": None},
        effects=(ReplaceLines((PRICED,)),),
    ),
    Taken("IN_REVIEW", Edit(lines=()), "REVISED", DRAFT, FACTS,
          changed={"version": 4, "total": 0, "line_count": 0}, effects=(ReplaceLines(()),)),
    Taken("DRAFT", Edit(lines=(LineWanted(TEA, 2, unit_price=1500),)), "DRAFT", DRAFT, replace(PRICING, may_price=True),
          changed=REVISION, effects=(ReplaceLines((PRICED,)),)),
    Taken("DRAFT", Edit(lines=(LineWanted(TEA, 2, discount=3000),)), "DRAFT", DRAFT,
          replace(MAY_PRICE, priced=(ALL_OFF,)), changed={"version": 4, "total": 0},
          effects=(ReplaceLines((ALL_OFF,)),)),
    Taken("DRAFT", Edit(lines=(LineWanted(TEA, 2, discount_rate=250),)), "DRAFT", DRAFT, MAY_PRICE, changed=REVISION,
          effects=(ReplaceLines((PRICED,)),)),
    Taken("IN_REVIEW", Edit(lines=(LineWanted(TEA, 2, discount=0, discount_rate=None),)), "REVISED", DRAFT, PRICING,
          changed=REVISION, effects=(ReplaceLines((PRICED,)),)),
    Taken("IN_REVIEW", BuyerApproves(version=3), "APPROVED_BY_BUYER", DRAFT, BUYER,
          changed={"buyer_approved_by": "person:buyer", "buyer_approved_at": NOW}),
    Taken("IN_REVIEW", SellerApproves(version=3), "APPROVED_BY_SELLER", DRAFT, FACTS,
          changed={"seller_approved_by": "person:biller", "seller_approved_at": NOW}),
    Taken("APPROVED_BY_BUYER", SellerApproves(version=3), "MUTUALLY_APPROVED", BUYER_SAID_YES, FACTS,
          changed={"seller_approved_by": "person:biller", "seller_approved_at": NOW}, effects=(OpenSale(),)),
    Taken("APPROVED_BY_SELLER", BuyerApproves(version=3), "MUTUALLY_APPROVED", SELLER_SAID_YES, BUYER,
          changed={"buyer_approved_by": "person:buyer", "buyer_approved_at": NOW}, effects=(OpenSale(),)),
    Taken("IN_REVIEW REVISED APPROVED_BY_BUYER APPROVED_BY_SELLER", Decline(reason="Too dear"), "REJECTED", DRAFT,
          BUYER),
    Taken("DRAFT IN_REVIEW REVISED APPROVED_BY_BUYER APPROVED_BY_SELLER", Withdraw(reason="Sold out"), "CANCELLED",
          DRAFT, FACTS),
    Taken("DRAFT IN_REVIEW REVISED APPROVED_BY_BUYER APPROVED_BY_SELLER", ExtendValidity(days=1), "", DRAFT, FACTS,
          changed={"valid_until": datetime(2026, 3, 18, 12, tzinfo=UTC)}),
    Taken("DRAFT", ExtendValidity(days=7), "", EMPTY, FACTS, changed={"valid_until": NEXT_WEEK}),
    Taken("IN_REVIEW", ExtendValidity(days=7), "", replace(DRAFT, valid_until=YESTERDAY), FACTS,
          changed={"valid_until": NEXT_WEEK}),
    Taken("APPROVED_BY_BUYER", ExtendValidity(days=3643), "", DRAFT, FACTS,
          changed={"valid_until": datetime(2036, 3, 7, 12, tzinfo=UTC)}),
    Taken("DRAFT IN_REVIEW REVISED APPROVED_BY_BUYER APPROVED_BY_SELLER", Expire(), "EXPIRED",
          replace(DRAFT, valid_until=NOW), FACTS),
]  # fmt: skip

REFUSED = [
    Refused("DRAFT REVISED", Share(), {"has_lines": "The quotation must have lines."},
            replace(DRAFT, line_count=0), FACTS),
    Refused("DRAFT REVISED", Share(), {"still_valid": "The validity must end in the future."},
            replace(DRAFT, valid_until=NOW), FACTS),
    Refused("DRAFT", Share(), {"has_lines": "The quotation must have lines.",
                               "still_valid": "The validity must end in the future."}, EMPTY, FACTS),
    Refused("IN_REVIEW APPROVED_BY_BUYER APPROVED_BY_SELLER MUTUALLY_APPROVED", Share(), {}, DRAFT, FACTS),
    Refused("DRAFT REVISED", Edit(lines=(LineWanted(TEA, 0),)),
            {"whole_quantities": "Each line must be for at least one piece."}, DRAFT, PRICING),
    Refused("DRAFT IN_REVIEW", replace(TWO_TEAS, valid_until=NOW),
            {"ends_later": "A new validity must end in the future, and within ten years."}, DRAFT, PRICING),
    Refused("DRAFT", replace(TWO_TEAS, valid_until=datetime(2036, 3, 8, tzinfo=UTC)),
            {"ends_later": "A new validity must end in the future, and within ten years."}, DRAFT, PRICING),
    Refused("DRAFT IN_REVIEW", Edit(lines=(LineWanted(TEA, 1, unit_price=5),)),
            {"prices_allowed": "A price must be set by someone who may change prices."}, DRAFT, PRICING),
    Refused("DRAFT", Edit(lines=(LineWanted(TEA, 1, unit_price=-5),)),
            {"prices_fit": "A price must not be negative."}, DRAFT, replace(PRICING, may_price=True)),
    Refused("DRAFT IN_REVIEW", Edit(lines=(LineWanted(TEA, 2, discount=5),)), NOT_ALLOWED, DRAFT, PRICING),
    Refused("DRAFT", Edit(lines=(LineWanted(TEA, 2, discount_rate=1),)), NOT_ALLOWED, DRAFT, PRICING),
    Refused("DRAFT", Edit(lines=(LineWanted(TEA, 2, discount=-5),)), {**NOT_ALLOWED, **NOT_FITTING}, DRAFT,
            replace(PRICING, priced=(replace(PRICED, discount=-5),))),
    Refused("DRAFT IN_REVIEW", Edit(lines=(LineWanted(TEA, 2, discount=3001),)), NOT_FITTING, DRAFT,
            replace(MAY_PRICE, priced=(replace(PRICED, discount=3001),))),
    Refused("DRAFT", Edit(lines=(LineWanted(TEA, 2, discount=5, discount_rate=5),)), NOT_FITTING, DRAFT, MAY_PRICE),
    Refused("DRAFT", TWO_TEAS,
            {"total_can_be_counted": "The total must be an amount that can be counted: a one with eighteen zeros at "
                                     "most."}, DRAFT,
            replace(MAY_PRICE, priced=(replace(ALL_OFF, unit_price=10**18, discount=2 * 10**18),))),
    Refused("DRAFT IN_REVIEW", TWO_TEAS,
            {"total_can_be_counted": "The total must be an amount that can be counted: a one with eighteen zeros at "
                                     "most."}, DRAFT, replace(PRICING, priced=(PRICED, replace(PRICED, total=10**18)))),
    Refused("MUTUALLY_APPROVED EXPIRED REJECTED CANCELLED", TWO_TEAS, {}, DRAFT, PRICING),
    Refused("IN_REVIEW APPROVED_BY_SELLER", BuyerApproves(version=2), NOT_CURRENT, DRAFT, BUYER),
    Refused("IN_REVIEW APPROVED_BY_BUYER", SellerApproves(version=4), NOT_CURRENT, DRAFT, FACTS),
    Refused("IN_REVIEW APPROVED_BY_SELLER", BuyerApproves(version=3), OVER, replace(DRAFT, valid_until=NOW), BUYER),
    Refused("IN_REVIEW APPROVED_BY_BUYER", SellerApproves(version=3), OVER, replace(DRAFT, valid_until=NOW), FACTS),
    Refused("IN_REVIEW", SellerApproves(version=2), {**NOT_CURRENT, **OVER}, replace(DRAFT, valid_until=YESTERDAY),
            FACTS),
    Refused("DRAFT REVISED APPROVED_BY_BUYER MUTUALLY_APPROVED", BuyerApproves(version=3), {}, DRAFT, BUYER),
    Refused("DRAFT REVISED APPROVED_BY_SELLER MUTUALLY_APPROVED", SellerApproves(version=3), {}, DRAFT, FACTS),
    Refused("DRAFT MUTUALLY_APPROVED EXPIRED", Decline(reason="Too dear"), {}, DRAFT, BUYER),
    Refused("DRAFT IN_REVIEW", Withdraw(reason="Sold out"),
            {"by_the_seller": "The quotation must be withdrawn by the seller; a buyer declines it."}, DRAFT, BUYER),
    Refused("MUTUALLY_APPROVED", Withdraw(reason="Sold out"), {}, DRAFT, FACTS),
    Refused("DRAFT APPROVED_BY_SELLER", ExtendValidity(days=0),
            {"at_least_a_day": "The validity must be extended by at least one day."}, DRAFT, FACTS),
    Refused("DRAFT", ExtendValidity(days=3644), {"not_too_far": "The validity must end within ten years."}, DRAFT,
            FACTS),
    Refused("EXPIRED", ExtendValidity(days=1), {}, DRAFT, FACTS),
    Refused("MUTUALLY_APPROVED EXPIRED REJECTED CANCELLED", COLLECTED, {}, DRAFT, FACTS),
    Refused("MUTUALLY_APPROVED EXPIRED REJECTED CANCELLED", BILLED, {}, DRAFT, FACTS),
    Refused("DRAFT IN_REVIEW", Expire(), {"validity_over": "The validity must be over."}, DRAFT, FACTS),
    Refused("DRAFT", Expire(), {"validity_over": "The validity must be over."}, EMPTY, FACTS),
    Refused("MUTUALLY_APPROVED", Expire(), {}, replace(DRAFT, valid_until=NOW), FACTS),
]  # fmt: skip
