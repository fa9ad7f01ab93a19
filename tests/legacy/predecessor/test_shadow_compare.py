"""Where the two systems differ on an order, who is wrong and why: by the facts of the order alone."""

from dataclasses import replace
from typing import Any

import pytest
from tests.legacy.predecessor.orders import AROUND, GOOD, brought, but, hours, paid

from orderway.legacy.ends import Ends
from orderway.legacy.predecessor.facts import Logged, Order
from orderway.legacy.predecessor.judge import judge
from orderway.legacy.predecessor.ledger import Came
from orderway.legacy.shadow.comparing import Beside, compare

DELIVERED = Logged(id="l1", from_state="SHIPPED", to_state="DELIVERED", event=None, metadata=None, at=hours(48))
UNPAID = "NGN\xa060.00"
WAITING = but(GOOD, status="PAID", fulfillment=None)
LET_GO = paid((4000, "CONFIRMED"), order=WAITING, workflow_state="CLEARED_FOR_FULFILMENT")
OVER = but(GOOD, status="CANCELLED", workflow_state="SALE_EXPIRED", fulfillment=None)


def differing(
    order: Order, *, came: Came = "IN", why: str | None = None, is_guarded: bool = False, **rests: Any
) -> list[tuple[str, str, str]]:
    verdict = judge(order, AROUND)
    ends: Ends = replace(verdict.ends, **rests)
    beside = Beside(order=order, verdict=verdict, rests=ends, came=came, why=why, is_guarded=is_guarded)
    return [(each.kind, each.class_, each.sentence) for each in compare(beside)]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (GOOD, []),
        (but(GOOD, status="FULFILLED", workflow_state="CLEARED_FOR_FULFILMENT"), []),
        (
            LET_GO,
            [("CLEARED", "OLD_WRONG", f"Its workflow called it cleared, with {UNPAID} unpaid.")],
        ),
        (
            paid((4000, "CONFIRMED"), order=WAITING),
            [("CLEARED", "OLD_WRONG", f"Its status says that it is paid, with {UNPAID} unpaid.")],
        ),
        (
            paid((4000, "CONFIRMED")),
            [("LEFT_UNPAID", "OLD_WRONG", f"Its goods have left with {UNPAID} unpaid, and nothing had cleared it.")],
        ),
        (
            but(GOOD, status="CANCELLED", workflow_state="SALE_EXPIRED"),
            [
                ("ENDED", "OLD_WRONG", "It was let expire there, and its goods have left all the same."),
            ],
        ),
        (
            paid((4000, "PENDING"), order=OVER),
            [("EXPIRED", "OLD_WRONG", "Money had come for it or was announced, or its time was not over.")],
        ),
        (
            but(OVER, phase="QUOTATION", sale=None, payments=()),
            [("EXPIRED", "OLD_WRONG", "It was no sale yet: a quotation is not what expires unpaid.")],
        ),
        (
            brought(log=(DELIVERED, but(DELIVERED, id="l2"))),
            [("TWICE", "OLD_WRONG", "It was delivered 2 times: goods and money moved each time.")],
        ),
        (
            but(GOOD, status="PAID"),
            [("CONTRADICTION", "UNCLEAR", "It was delivered, and its status never said so.")],
        ),
    ],
)
def test_what_its_own_rows_say(order: Order, found: list[tuple[str, str, str]]):
    assert differing(order) == found


@pytest.mark.parametrize(
    ("order", "beside", "found"),
    [
        (GOOD, {"came": "FAILED", "why": "No.", "is_guarded": True, "fulfillment": "SHIPPED"},
         ("REFUSED", "OLD_WRONG", "No.")),
        (GOOD, {"came": "FAILED", "why": "No.", "fulfillment": "SHIPPED"}, ("REFUSED", "OURS_WRONG", "No.")),
        (but(GOOD, workflow_state="CANCELLED"), {"came": "FAILED", "why": "No.", "fulfillment": "SHIPPED"},
         ("REFUSED", "UNCLEAR", "No.")),
        (GOOD, {"came": "FAILED", "why": "No."}, None),
        (GOOD, {"came": "REWRITTEN", "why": "Otherwise."}, ("REWRITTEN", "UNCLEAR", "Otherwise.")),
        (GOOD, {"came": "RESTS", "why": "It waits."}, ("CREDIT", "OLD_WRONG", "It waits.")),
        (GOOD, {"fulfillment": "DELIVERED"}, None),
        (LET_GO, {"came": "FAILED", "why": "No.", "sale": "CLEARED_FOR_FULFILLMENT", "fulfillment": "PICK_PACK"}, None),
    ],
)  # fmt: skip
def test_how_it_went_here(order: Order, beside: dict[str, object], found: tuple[str, str, str] | None):
    assert differing(order, **beside) == ([found] if found else [])  # type: ignore[arg-type]


def test_an_order_that_is_moved_here_by_something_else():
    ((kind, class_, sentence),) = differing(GOOD, sale="CANCELLED")
    assert (kind, class_) == ("ELSEWHERE", "OURS_WRONG")
    assert sentence.endswith("by what is known there it is quotation agreed; sale completed; fulfillment completed.")
