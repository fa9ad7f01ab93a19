import pytest
from tests.sale import cleared_table, reversal_table, uncleared_table
from tests.sale.sale_examples import ASKED_CREDIT, BY_CARD, FACTS, NOW, ON_CREDIT, OPEN, PART_PAID, TIGHT, TOMORROW
from tests.tables import Refused, Taken, changes, check_refused, check_taken, each_refused, each_taken, named

from orderway.sale.context import SaleContext
from orderway.sale.effects import StartFulfillment
from orderway.sale.events import OverrideRevoked, PaymentFailed
from orderway.sale.machine import SALE
from orderway.statechart import Refusal, Snapshot, decide, start
from orderway.statechart.explain import awaited, sentence, text

TAKEN = [*uncleared_table.TAKEN, *cleared_table.TAKEN, *reversal_table.TAKEN]
REFUSED = [*uncleared_table.REFUSED, *cleared_table.REFUSED, *reversal_table.REFUSED]


@pytest.mark.parametrize(("case", "state"), each_taken(TAKEN), ids=named)
def test_a_row_of_the_sale_is_taken(case: Taken, state: str):
    check_taken(SALE, case, state)


@pytest.mark.parametrize(("case", "state"), each_refused(REFUSED), ids=named)
def test_a_row_of_the_sale_is_refused(case: Refused, state: str):
    check_refused(SALE, case, state)


def test_a_sale_is_born_choosing_how_to_pay_and_its_time_runs():
    step = start(SALE, SaleContext(grand_total=1000, currency="NGN"), FACTS)
    assert (step.snapshot.state, step.effects) == ("AWAITING_PAYMENT_METHOD", ())
    assert changes(SaleContext(grand_total=1000, currency="NGN"), step.snapshot.context) == {"expires_at": TOMORROW}
    assert SALE.due(step.snapshot) == (TOMORROW, "EXPIRE")


def test_a_sale_of_nothing_clears_at_birth():
    free = SaleContext(grand_total=0, currency="NGN")
    step = start(SALE, free, FACTS)
    assert (step.snapshot.state, step.effects) == ("CLEARED_FOR_FULFILLMENT", (StartFulfillment(),))
    assert changes(free, step.snapshot.context) == {"cleared_by": "payment", "cleared_at": NOW}


def test_a_sale_with_money_in_it_or_cleared_has_no_timer():
    assert SALE.due(Snapshot("PAYMENT_PENDING_CONFIRMATION", PART_PAID)) is None
    assert SALE.due(Snapshot("CLEARED_FOR_FULFILLMENT", ON_CREDIT)) is None


def test_what_a_sale_waits_for_is_said_with_its_numbers():
    (clearing,) = awaited(SALE, Snapshot("PAYMENT_PENDING_CONFIRMATION", PART_PAID), TIGHT)
    (reason,) = clearing.reasons
    said = (
        "The sale must be paid in full, or stand on credit or an override. "
        "Either: The payments captured must cover the total. NGN 7.00 is still to pay. "
        "Take a payment, or ask for an override. "
        "Or: The sale must be allowed to owe, and have the credit. "
        "The sale must be on account, or released by an override. "
        "Either: The sale must be paid on account. Choose invoice or purchase order as the way to pay. "
        "Or: An override must be granted, unused, not past its expiry, and cover what is still to pay. "
        "NGN 0.00 is released, NGN 7.00 is still to pay. Ask for an override, or take a payment. "
        "What is still to pay must fit into the credit limit, or be approved over it. "
        "Either: What is still to pay must fit into the credit limit. NGN 7.00 over the limit. "
        "Ask for a credit override, or take a payment. "
        "Or: A credit override must be granted, unused, not past its expiry, and cover what goes over the limit. "
        "NGN 0.00 is approved, NGN 7.00 is needed. Ask for a credit override, or take a payment."
    )
    assert (clearing.to, text(reason)) == ("CLEARED_FOR_FULFILLMENT", said)


@pytest.mark.parametrize(
    ("state", "context", "event", "said"),
    [
        (
            "PAYMENT_PENDING_CONFIRMATION",
            PART_PAID,
            PaymentFailed("Declined by the bank"),
            (
                "“Report the payment as failed” is refused while the sale is “Waiting for payment”. "
                "Nothing must have been captured. NGN 3.00 is captured. "
                "Cancel the sale; what was captured is then refunded."
            ),
        ),
        (
            "AWAITING_PAYMENT_METHOD",
            BY_CARD,
            OverrideRevoked(ASKED_CREDIT, "Changed our mind"),
            (
                "“Revoke the override” is refused while the sale is “Choosing how to pay”. "
                "The override must be one that was granted to this sale and still stands. "
                "Leave it: the sale does not stand on it."
            ),
        ),
    ],
)
def test_a_refusal_reads_as_sentences(state: str, context: SaleContext, event: object, said: str):
    refusal = decide(SALE, Snapshot(state, context), event, FACTS)
    assert isinstance(refusal, Refusal)
    assert sentence(refusal, SALE) == said


def test_what_a_sale_is_worth_falls_by_what_came_back():
    sale = SaleContext(grand_total=1000, currency="NGN", captured_total=700, refunded_total=200, returned_total=400)
    assert (sale.paid, sale.worth, sale.outstanding, sale.surplus) == (500, 600, 100, 0)
    assert (OPEN.paid, OPEN.worth, OPEN.outstanding, OPEN.surplus) == (0, 1000, 1000, 0)
