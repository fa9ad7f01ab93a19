"""A second version of the sale, made out of the real one: it shows every kind of change that a version can bring.

A state has another name (PAYMENT_FAILED is PAYMENT_BROKEN), one became two (whoever buys much chooses with help), the
context has a field more, and an event is new. What is delivered and not settled stays by the first version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from orderway import coordinator
from orderway.sale import effects
from orderway.sale import facts as sale_facts
from orderway.sale.context import SaleContext, SaleFacts
from orderway.sale.machine import CLEARED, SALE, UNCLEARED
from orderway.sale.overrides import facts as override_facts
from orderway.statechart import Chart, chart, entry, event, final, migration, on, split, stays
from orderway.statechart.words import Arrow, Written
from orderway.workflow.kinds import Kind, Workflow

LARGE = 500_000
"""Kobo from which on a buyer chooses with help."""

NAMES = {"AWAITING_PAYMENT_METHOD": "CHOOSING", "PAYMENT_FAILED": "PAYMENT_BROKEN"}


@dataclass(frozen=True)
class SaleTwo(SaleContext):
    """The sale, and how often its buyer was called while they chose."""

    calls: int = 0


@event(label="Call the buyer", log="called the buyer", permission="payment.register")
class BuyerCalled:
    """Somebody helped the buyer to choose."""


def count_call(sale: SaleTwo) -> SaleTwo:
    return replace(sale, calls=sale.calls + 1)


def not_called_thrice(sale: SaleTwo) -> bool:
    """A buyer is called three times at most."""
    return sale.calls < 3


def renamed(part: Any) -> Any:
    """A part of the first version, by the names of the second; the state that became two stands there twice."""
    if isinstance(part, Arrow):
        return replace(part, target=NAMES.get(part.target or "", part.target))
    if not isinstance(part, Written):
        return part
    parts: list[Any] = []
    for each in map(renamed, part.parts):
        parts.append(each)
        if isinstance(each, Written) and each.name == "CHOOSING":
            once_more = on(BuyerCalled, when=not_called_thrice, do=count_call)
            first = on(BuyerCalled, "CHOOSING_WITH_HELP", do=count_call)
            parts[-1] = replace(each, parts=(*each.parts, first))
            parts.append(replace(each, name="CHOOSING_WITH_HELP", parts=(*each.parts, once_more),
                                 label="Choosing with help", lane="exceptions", row=0))  # fmt: skip
    return replace(part, name=NAMES.get(part.name, part.name), parts=tuple(parts))


def in_two(sale: SaleContext) -> SaleTwo:
    return SaleTwo(**vars(sale))


def who_chooses(sale: SaleContext) -> str:
    return "CHOOSING_WITH_HELP" if sale.grand_total >= LARGE else "CHOOSING"


SALE_TWO = chart(
    "sale",
    version=2,
    label="Sale",
    context=SaleTwo,
    facts=SaleFacts,
    lanes=("main", "exceptions", "ended"),
    former=SALE,
    states=[
        renamed(UNCLEARED),
        renamed(CLEARED),
        final("COMPLETED", entry(emit=effects.record_earned), label="Completed", tone="good", lane="main", row=5),
        final("CANCELLED", label="Cancelled", tone="ended", lane="ended", row=3),
        final("EXPIRED", label="Expired", tone="ended", lane="ended", row=1),
        final("REFUNDED", label="Refunded", tone="ended", lane="ended", row=5),
    ],
)

STAYS = "What is delivered is settled by the rules that it was sold by."
ONE_TO_TWO = migration(
    SALE,
    SALE_TWO,
    states={
        "AWAITING_PAYMENT_METHOD": split("CHOOSING", "CHOOSING_WITH_HELP", by=who_chooses),
        "PAYMENT_FAILED": "PAYMENT_BROKEN",
        "AWAITING_SETTLEMENT": stays(STAYS),
    },
    context=in_two,
)


def with_two(workflow: Workflow, *, opens: int = 2) -> Workflow:
    """The workflow of a release that knows the second version of the sale."""
    charts: Mapping[int, Chart] = {1: SALE, 2: SALE_TWO}
    of_sale = workflow.kinds["sale"]
    kind = Kind(charts, of_sale.table, of_sale.facts, rider=of_sale.rider, migrations={1: ONE_TO_TWO}, opens=opens)
    return replace(workflow, kinds={**workflow.kinds, "sale": kind})


MEANT = (
    (coordinator, "SALE", SALE_TWO),
    (coordinator, "SaleContext", SaleTwo),
    (sale_facts, "SALE", SALE_TWO),
    (override_facts, "SALE", SALE_TWO),
)
"""Where the code means the newest version of the sale by a name."""


@contextmanager
def as_the_newest() -> Iterator[None]:
    """Let the code mean the second version, as it would in the release that opens it."""
    before = [(module, name, getattr(module, name)) for module, name, _ in MEANT]
    for module, name, value in MEANT:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)
