"""The slices of an order's life that Orderway takes over from a former system one by one, and what each needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the work that either Orderway does or the former system.

    `machines` and `events` ("machine EVENT") are what nobody sends while it is off; `elsewhere` is the sentence that
    they read then, of a store. Each of `needs` has to be on where it is. One that `lasts` stays with Orderway for an
    order of which Orderway has begun to do it, whatever its flag says later.
    """

    name: str
    label: str
    help: str
    off: str
    elsewhere: str = ""
    machines: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    needs: tuple[Slice, ...] = ()
    lasts: bool = False

    @property
    def key(self) -> str:
        """What its flag is called: "orderway-credit-checks"."""
        return f"orderway-{self.name}"

    @property
    def variable(self) -> str:
        """The variable of the environment that switches it: "ORDERWAY_FLAG_CREDIT_CHECKS"."""
        return f"ORDERWAY_FLAG_{self.name.upper().replace('-', '_')}"


BEGINS = "quotation"
"""The machine with whose birth an order begins."""

SALES = Slice(
    "sales",
    "Sales",
    help="Quotations, sales, their payments and overrides are driven by the machines.",
    off="The former system sells; Orderway shows what it reads there.",
    elsewhere="Sales of {store} are still handled in the former system.",
    machines=("quotation", "sale", "payment", "override_request"),
    lasts=True,
)
FULFILLMENTS = Slice(
    "fulfillments",
    "Fulfillments",
    help="What is cleared is packed, brought, collected and taken back by the machines.",
    off="The former system fulfills; a sale that is cleared here begins nothing here.",
    elsewhere="Fulfillments of {store} are still handled in the former system.",
    machines=("fulfillment",),
    needs=(SALES,),
    lasts=True,
)
CREDIT_CHECKS = Slice(
    "credit-checks",
    "Credit checks",
    help="What is sold on account has to fit into the customer's credit limit.",
    off="What is sold on account is cleared without a look at the limit, as it was before.",
    needs=(SALES,),
)
RIDER_SELECTION = Slice(
    "rider-selection",
    "Rider selection",
    help="Riders hear of deliveries, offer to bring them, and one of their offers is chosen.",
    off="Riders hear of none and can not offer; staff name a rider or choose a carrier.",
    elsewhere="Riders of {store} still offer to deliver in the former system.",
    machines=("rider_interest",),
    events=("fulfillment RIDER_SELECTED",),
    needs=(FULFILLMENTS,),
)
WEBHOOKS_IN = Slice(
    "webhooks-in",
    "Webhooks in",
    help="What providers report of payments is applied.",
    off="What providers report is proven, kept as it came, and waits.",
    needs=(SALES,),
)
EVENTS_OUT = Slice(
    "events-out",
    "Events out",
    help="What happens is told: by notifications, e-mails, webhooks and the broker.",
    off="Nobody is told of what happens until then, not later either.",
)
EXPIRY = Slice(
    "expiry",
    "Expiry",
    help="Sales that nobody pays expire in time.",
    off="No sale expires by itself; what is due is put off.",
    elsewhere="Unpaid sales of {store} still expire in the former system.",
    events=("sale EXPIRE",),
    needs=(SALES,),
)

SLICES: Sequence[Slice] = (SALES, FULFILLMENTS, CREDIT_CHECKS, RIDER_SELECTION, WEBHOOKS_IN, EVENTS_OUT, EXPIRY)
BY_KEY: Mapping[str, Slice] = {each.key: each for each in SLICES}


def slices_of(machine: str, event: str) -> Sequence[Slice]:
    """The slices that sending an event of a machine belongs to; each has to be on."""
    return _SENT.get(f"{machine} {event}", _ALONE.get(machine, ()))


_ALONE: Mapping[str, tuple[Slice, ...]] = {machine: (each,) for each in SLICES for machine in each.machines}
_SENT: Mapping[str, tuple[Slice, ...]] = {
    sent: (*_ALONE.get(sent.partition(" ")[0], ()), each) for each in SLICES for sent in each.events
}
