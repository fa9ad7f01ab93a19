import pytest
from tests.quotation.quotation_table import BUYER, DRAFT, EMPTY, FACTS, NEXT_WEEK, REFUSED, TAKEN
from tests.tables import Refused, Taken, check_refused, check_taken, each_refused, each_taken, named

from orderway.quotation.events import BuyerApproves
from orderway.quotation.machine import QUOTATION
from orderway.statechart import Refusal, Snapshot, decide, start
from orderway.statechart.explain import sentence


@pytest.mark.parametrize(("case", "state"), each_taken(TAKEN), ids=named)
def test_a_row_of_the_quotation_is_taken(case: Taken, state: str):
    check_taken(QUOTATION, case, state)


@pytest.mark.parametrize(("case", "state"), each_refused(REFUSED), ids=named)
def test_a_row_of_the_quotation_is_refused(case: Refused, state: str):
    check_refused(QUOTATION, case, state)


def test_a_quotation_is_born_as_a_draft():
    step = start(QUOTATION, EMPTY, FACTS)
    assert (step.snapshot.state, step.snapshot.context, step.effects) == ("DRAFT", EMPTY, ())


def test_an_open_quotation_expires_at_the_end_of_its_validity():
    assert QUOTATION.due(Snapshot("IN_REVIEW", DRAFT)) == (NEXT_WEEK, "EXPIRE")
    assert QUOTATION.due(Snapshot("DRAFT", EMPTY)) is None
    assert QUOTATION.due(Snapshot("MUTUALLY_APPROVED", DRAFT)) is None


def test_approving_an_old_version_says_which_was_read():
    refusal = decide(QUOTATION, Snapshot("IN_REVIEW", DRAFT), BuyerApproves(version=2), BUYER)
    assert isinstance(refusal, Refusal)
    assert sentence(refusal, QUOTATION) == (
        "“Accept the quotation for the buyer” is refused while the quotation is “In review”. "
        "The version approved must be the current one. Version 2 was read; the quotation is now at version 3. "
        "Read the current version, then approve that."
    )
