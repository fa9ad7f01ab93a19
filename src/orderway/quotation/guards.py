"""What must hold before a quotation moves, each in the sentence that a person reads when it does not."""

from datetime import timedelta

from orderway.quotation.context import QuotationContext, QuotationFacts
from orderway.quotation.events import BuyerApproves, Edit, ExtendValidity, SellerApproves
from orderway.statechart import all_of, guard

TEN_YEARS = 3650
"""In days: whoever types a longer validity has mistyped it."""

LARGEST_TOTAL = 10**18
"""In minor units: the largest line that the catalogue sells, so far inside 64 bits that overpaying it stays there."""


@guard(remedy="Add a line.", help="quotation.edit")
def has_lines(quotation: QuotationContext) -> bool:
    """The quotation must have lines."""
    return quotation.line_count > 0


@guard(remedy="Extend the validity.", help="quotation.approve_as_seller")
def still_valid(quotation: QuotationContext, _event: object, facts: QuotationFacts) -> bool:
    """The validity must end in the future."""
    return quotation.valid_until is not None and quotation.valid_until > facts.now


def versions(quotation: QuotationContext, event: BuyerApproves | SellerApproves) -> dict[str, object]:
    return {"read": event.version, "current": quotation.version}


@guard(
    detail="Version {read} was read; the quotation is now at version {current}.",
    numbers=versions,
    remedy="Read the current version, then approve that.",
)
def is_current(quotation: QuotationContext, event: BuyerApproves | SellerApproves) -> bool:
    """The version approved must be the current one."""
    return event.version == quotation.version


@guard(help="quotation.approve_as_seller")
def by_the_seller(_quotation: QuotationContext, _event: object, facts: QuotationFacts) -> bool:
    """The quotation must be withdrawn by the seller; a buyer declines it."""
    return facts.party == "seller"


@guard(remedy="Extend by a day or more.")
def at_least_a_day(_quotation: QuotationContext, event: ExtendValidity) -> bool:
    """The validity must be extended by at least one day."""
    return event.days >= 1


@guard(remedy="Extend it by less.")
def not_too_far(quotation: QuotationContext, event: ExtendValidity, facts: QuotationFacts) -> bool:
    """The validity must end within ten years."""
    begin = max(quotation.valid_until or facts.now, facts.now)
    return (begin - facts.now).days + event.days <= TEN_YEARS


@guard(remedy="Remove the line, or ask for one or more.")
def whole_quantities(_quotation: QuotationContext, event: Edit) -> bool:
    """Each line must be for at least one piece."""
    return all(line.quantity >= 1 for line in event.lines)


@guard(remedy="Set another date.")
def ends_later(_quotation: QuotationContext, event: Edit, facts: QuotationFacts) -> bool:
    """A new validity must end in the future, and within ten years."""
    return event.valid_until is None or facts.now < event.valid_until <= facts.now + timedelta(days=TEN_YEARS)


@guard(remedy="Leave the price to the catalogue.", help="price.change")
def prices_allowed(_quotation: QuotationContext, event: Edit, facts: QuotationFacts) -> bool:
    """A price must be set by someone who may change prices."""
    return facts.may_price or all(line.unit_price is None for line in event.lines)


@guard(remedy="Correct the price.")
def prices_fit(_quotation: QuotationContext, event: Edit) -> bool:
    """A price must not be negative."""
    return all(line.unit_price is None or line.unit_price >= 0 for line in event.lines)


@guard(remedy="Leave the discount out.", help="price.change")
def discounts_allowed(_quotation: QuotationContext, event: Edit, facts: QuotationFacts) -> bool:
    """A discount must be given by someone who may change prices."""
    return facts.may_price or not any(line.discount or line.discount_rate for line in event.lines)


@guard(remedy="Correct the discount.")
def discounts_fit(_quotation: QuotationContext, event: Edit, facts: QuotationFacts) -> bool:
    """A discount must be an amount or a rate, from nothing to all that the line costs."""
    one_of_two = all(line.discount is None or line.discount_rate is None for line in event.lines)
    return one_of_two and all(0 <= line.discount <= max(0, line.quantity * line.unit_price) for line in facts.priced)


@guard(remedy="Ask for less, or lower the prices.")
def total_can_be_counted(_quotation: QuotationContext, _event: object, facts: QuotationFacts) -> bool:
    """The total must be an amount that can be counted: a one with eighteen zeros at most."""
    goods = max((line.quantity * line.unit_price for line in facts.priced), default=0)
    return max(goods, sum(line.total for line in facts.priced)) <= LARGEST_TOTAL


@guard()
def validity_over(quotation: QuotationContext, _event: object, facts: QuotationFacts) -> bool:
    """The validity must be over."""
    return quotation.valid_until is not None and quotation.valid_until <= facts.now


extends_well = all_of(at_least_a_day, not_too_far)
can_be_shared = all_of(has_lines, still_valid)
makes_sense = all_of(
    whole_quantities,
    ends_later,
    prices_allowed,
    prices_fit,
    discounts_allowed,
    discounts_fit,
    total_can_be_counted,
)
can_be_approved = all_of(is_current, still_valid)
