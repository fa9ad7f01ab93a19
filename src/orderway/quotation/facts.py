"""What a quotation may look at: who acts, and the prices of the lines of an edit."""

from __future__ import annotations

from dataclasses import dataclass

from orderway.quotation.context import Party, QuotationContext, QuotationFacts
from orderway.quotation.events import Edit
from orderway.quotation.lines import Terms, priced
from orderway.settings import CONSUMER_PRICE_MARKUP_PERCENT, Settings
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.kinds import Instance
from orderway.workflow.transaction import Transaction

BUYER_KIND = """
SELECT c.kind FROM sale_order o JOIN customer c ON c.id = o.customer_id WHERE o.store_id = $1 AND o.id = $2
"""


@dataclass(frozen=True, slots=True)
class QuotationReader:
    """Reads the facts of a quotation; only an edit needs the database."""

    settings: Settings

    async def __call__(self, tx: Transaction, quotation: Instance, event: object) -> QuotationFacts:
        if not isinstance(event, Edit):
            return QuotationFacts(now=tx.now, actor=tx.actor.author, party=party(tx.actor))
        context: QuotationContext = quotation.context
        buyer = await tx.connection.fetchval(BUYER_KIND, tx.store_id, tx.order_id)
        terms = Terms(context.currency, buyer, self.settings[CONSUMER_PRICE_MARKUP_PERCENT])
        return QuotationFacts(
            now=tx.now,
            actor=tx.actor.author,
            party=party(tx.actor),
            priced=await priced(tx.connection, event.lines, terms),
            may_price=tx.actor.may("price.change"),
        )


def party(actor: Actor) -> Party:
    """The side that acts: whoever may approve for the seller acts for the seller."""
    if actor.id == THE_SYSTEM.id:
        return "system"
    return "seller" if actor.may("quotation.approve_as_seller") else "buyer"
