"""How a quotation's context changes."""

from datetime import timedelta

from orderway.quotation.context import QuotationContext, QuotationFacts, ReplaceLines
from orderway.quotation.events import Edit, ExtendValidity
from orderway.statechart import replace


def revise(quotation: QuotationContext, event: Edit, facts: QuotationFacts) -> QuotationContext:
    """A new version with new lines, which nobody has approved."""
    return replace(
        quotation,
        version=quotation.version + 1,
        total=sum(line.total for line in facts.priced),
        line_count=len(facts.priced),
        valid_until=event.valid_until or quotation.valid_until,
        buyer_approved_by=None,
        buyer_approved_at=None,
        seller_approved_by=None,
        seller_approved_at=None,
    )


def extend(quotation: QuotationContext, event: ExtendValidity, facts: QuotationFacts) -> QuotationContext:
    """Count on from the day that stands, or from today where that lies behind."""
    begin = max(quotation.valid_until or facts.now, facts.now)
    return replace(quotation, valid_until=begin + timedelta(days=event.days))


def approve_for_buyer(quotation: QuotationContext, _event: object, facts: QuotationFacts) -> QuotationContext:
    return replace(quotation, buyer_approved_by=facts.actor, buyer_approved_at=facts.now)


def approve_for_seller(quotation: QuotationContext, _event: object, facts: QuotationFacts) -> QuotationContext:
    return replace(quotation, seller_approved_by=facts.actor, seller_approved_at=facts.now)


def new_lines(_quotation: QuotationContext, _event: object, facts: QuotationFacts) -> ReplaceLines:
    return ReplaceLines(facts.priced)
