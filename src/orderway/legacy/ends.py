"""Where an imported order rests: the states of its machines."""

from dataclasses import dataclass

from orderway.fulfillment.machine import FULFILLMENT
from orderway.quotation.machine import QUOTATION
from orderway.sale.machine import SALE
from orderway.statechart.explain import lower


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """None is a machine that was never started."""

    quotation: str
    sale: str | None = None
    fulfillment: str | None = None

    @property
    def in_words(self) -> str:
        """Such as "quotation agreed; sale completed; fulfillment completed"."""
        quotation = lower(QUOTATION.node(self.quotation).label)
        if self.sale is None:
            return f"quotation {quotation}"
        sale = lower(SALE.node(self.sale).label)
        if self.fulfillment is None:
            return f"quotation {quotation}; sale {sale}"
        fulfillment = lower(FULFILLMENT.node(self.fulfillment).label)
        return f"quotation {quotation}; sale {sale}; fulfillment {fulfillment}"
