"""What besides its own rows decides where an order of the predecessor goes: the time, credit, and a few settings."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orderway.legacy.ends import Ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """`at` is the time of the predecessor's latest row: a copy of it is judged the same, whenever that is.

    `free_credit` is what the buyer may still owe when the order's turn comes, in minor units: their limit less what
    their orders before it owe. The others are settings; `sale_life` is None where sales do not expire.

    Of an order that is in, `here` is where it stands here, and `granted` what the override that cleared it lets stay
    unpaid, in minor units.
    """

    at: datetime
    free_credit: int = 0
    return_window: timedelta = timedelta(days=14)
    offer_life: timedelta = timedelta(minutes=45)
    sale_life: timedelta | None = timedelta(days=1)
    here: Ends | None = None
    granted: int = 0

    @property
    def is_begun(self) -> bool:
        """Whether it has a fulfillment here."""
        return self.here is not None and self.here.fulfillment is not None
