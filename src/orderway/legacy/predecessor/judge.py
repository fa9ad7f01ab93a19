"""The verdict on an order of the predecessor: what it comes to, where it stands, by whose word, and how sure it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from orderway.legacy.ends import Ends
from orderway.legacy.predecessor.circumstances import Circumstances
from orderway.legacy.predecessor.doubts import Doubt, contradicts, doubts
from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.flags import flags
from orderway.legacy.predecessor.money import count
from orderway.legacy.predecessor.oddities import kinds_of
from orderway.legacy.predecessor.opinions import Opinions, opinions
from orderway.legacy.predecessor.standing import Clearance, Decider, standing

ALL_AGREE: Final = 1.0
"""Workflow, status and evidence say the same."""
TWO_AGREE: Final = 0.9
"""The workflow wrote nothing; status and evidence say the same."""
OUTVOTED: Final = 0.8
"""One of the three says something else than the evidence."""
ALONE: Final = 0.7
"""Nothing else says what the evidence does."""
CONTRADICTED: Final = 0.5
"""The rows exclude each other, or what they say was not followed: it was to be brought, and is not released."""
ROW_IN_DOUBT: Final = 0.1
"""Less for each thing that is wrong with the rows that were counted."""
LEAST: Final = 0.1

IN_DOUBT: Final = frozenset(
    {
        "bad_context",
        "child_status",
        "dup_reference",
        "log_disorder",
        "orphan_store",
        "sale_mismatch",
        "shared_reference",
    }
)
"""The flags of rows that something is wrong with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Amounts in minor units: total − captured = outstanding − overpaid. `status` is the predecessor's own word for it,
    `ends` where the import will leave it.

    `decided_by` is whose word won, and `why` says it in a sentence; `confidence` is from 0 to 1. `clearance` is why its
    sale may be cleared, None where it is not. `review` is empty where nobody has to look.

    Once it went its road, `rows` counts what was read of it, by table, and `left` what of that did not come along;
    `riders_paid` is what riders were paid there, by what became of it. `odd` counts what can not be read of it.
    """

    order_id: str
    status: str
    total: int
    captured: int
    outstanding: int
    overpaid: int
    ends: Ends
    decided_by: Decider
    why: str
    confidence: float
    flags: tuple[str, ...]
    review: tuple[Doubt, ...]
    clearance: Clearance | None
    rows: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
    riders_paid: Mapping[str, int] = field(default_factory=dict)
    odd: Mapping[str, int] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """The state of its sale, or of its quotation where there is none yet."""
        return self.ends.sale or self.ends.quotation

    @property
    def fulfillment_state(self) -> str | None:
        return self.ends.fulfillment

    @property
    def owes(self) -> int:
        """What it adds to what the buyer owes on their account, in minor units."""
        return self.outstanding if self.clearance and self.state != "REFUNDED" else 0


def judge(order: Order, around: Circumstances) -> Verdict:
    money, stands, found = count(order), standing(order, around), flags(order, at=around.at)
    review = doubts(order, stands, flags=found, around=around)
    return Verdict(
        order_id=order.id,
        status=order.status,
        total=money.total,
        captured=money.captured,
        outstanding=money.outstanding,
        overpaid=money.overpaid,
        ends=stands.ends,
        decided_by=stands.by,
        why=stands.why,
        confidence=confidence(opinions(order), found, review, odd=len(order.oddities)),
        flags=found,
        review=review,
        clearance=stands.clearance,
        odd=kinds_of(order.oddities),
    )


def confidence(said: Opinions, found: tuple[str, ...], review: tuple[Doubt, ...], *, odd: int) -> float:
    """How far the three opinions agree, less what makes their rows doubtful: never a certainty that nobody has."""
    against = sum(each != said.evidence for each in (said.stored, said.status) if each is not None)
    sure = (ALL_AGREE, OUTVOTED, ALONE)[against]
    if said.stored is None:
        sure = (TWO_AGREE, ALONE)[against]
    if contradicts(found) or any(each.kind in {"LEFT_UNPAID", "NOT_RELEASED", "ON_HOLD"} for each in review):
        sure = min(sure, CONTRADICTED)
    in_doubt = sum(flag in IN_DOUBT for flag in found) + odd
    return round(max(LEAST, sure - ROW_IN_DOUBT * in_doubt), 1)
