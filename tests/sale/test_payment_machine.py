import pytest
from tests.sale.payment_table import FACTS, PARTLY, PENDING, REFUSED, TAKEN
from tests.tables import Refused, Taken, check_refused, check_taken, each_refused, each_taken, named

from orderway.sale.payments.events import Refund
from orderway.sale.payments.machine import PAYMENT
from orderway.statechart import Refusal, Snapshot, decide, start
from orderway.statechart.explain import sentence


@pytest.mark.parametrize(("case", "state"), each_taken(TAKEN), ids=named)
def test_a_row_of_the_payment_is_taken(case: Taken, state: str):
    check_taken(PAYMENT, case, state)


@pytest.mark.parametrize(("case", "state"), each_refused(REFUSED), ids=named)
def test_a_row_of_the_payment_is_refused(case: Refused, state: str):
    check_refused(PAYMENT, case, state)


def test_a_payment_is_born_waiting_for_its_confirmation():
    step = start(PAYMENT, PENDING, FACTS)
    assert (step.snapshot.state, step.snapshot.context, step.effects) == ("PENDING", PENDING, ())


def test_too_large_a_refund_is_refused_with_what_is_left():
    refusal = decide(PAYMENT, Snapshot("PARTIALLY_REFUNDED", PARTLY), Refund(601), FACTS)
    assert isinstance(refusal, Refusal)
    assert sentence(refusal, PAYMENT) == (
        "“Refund the payment” is refused while the payment is “Partly refunded”. "
        "The refund must not be more than is left of the payment. NGN 6.00 of this payment is left. "
        "Refund less, and the rest from another payment."
    )
