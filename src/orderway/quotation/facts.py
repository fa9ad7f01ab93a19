"""What a quotation may look at: who acts, and the lines of an edit, or of the birth, with their prices."""

from __future__ import annotations

from dataclasses import dataclass, replace

from orderway.catalogue.prices import BUYER, terms_from
from orderway.quotation.context import Party, QuotationContext, QuotationFacts
from orderway.quotation.events import Edit
from orderway.quotation.lines import priced, read_lines
from orderway.settings import CONSUMER_PRICE_MARKUP_PERCENT, Settings
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction

BUYER_OF_ORDER = f"{BUYER} (SELECT customer_id FROM sale_order WHERE store_id = $2 AND id = $3)"  # noqa: S608  (texts of ours)


@dataclass(frozen=True, slots=True)
class QuotationReader:
    """Reads the facts of a quotation; only an edit, and a birth with lines, need the database."""

    settings: Settings

    async def __call__(self, tx: Transaction, quotation: Instance, event: object) -> QuotationFacts:
        known = QuotationFacts(now=tx.now, actor=tx.actor.author, party=party(tx.actor))
        context: QuotationContext = quotation.context
        if event is None and context.line_count:
            return replace(known, priced=await read_lines(tx))
        if not isinstance(event, Edit):
            return known
        row = await tx.connection.fetchrow(BUYER_OF_ORDER, context.currency, tx.store_id, tx.order_id)
        markup = self.settings[CONSUMER_PRICE_MARKUP_PERCENT]
        terms = terms_from(row, currency=context.currency, markup_percent=markup)
        lines = await priced(tx.connection, event.lines, terms)
        return replace(known, priced=lines, may_price=tx.actor.may("price.change"))


def party(actor: Actor) -> Party:
    """The side that acts: whoever may approve for the seller acts for the seller."""
    if actor.id == THE_SYSTEM.id:
        return "system"
    return "seller" if actor.may("quotation.approve_as_seller") else "buyer"
