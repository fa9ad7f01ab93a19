"""Where an imported order rests: the states of its machines."""

from dataclasses import dataclass

from orderway.fulfillment.machine import FULFILLMENT
from orderway.quotation.machine import QUOTATION
from orderway.sale.machine import SALE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """None is a machine that was never started."""

    quotation: str
    sale: str | None = None
    fulfillment: str | None = None

    @property
    def in_words(self) -> str:
        """Such as "quotation agreed; sale completed; fulfillment completed"."""
        rests = ((QUOTATION, self.quotation), (SALE, self.sale), (FULFILLMENT, self.fulfillment))
        return "; ".join(
            f"{chart.label.lower()} {chart.node(state).label.lower()}" for chart, state in rests if state is not None
        )
