from dataclasses import replace

import pytest
from tests.sale.override_table import APPROVED, CREDIT, FACTS, REFUSED, TAKEN, TOMORROW
from tests.tables import Refused, Taken, check_refused, check_taken, each_refused, each_taken, named

from orderway.sale.overrides.machine import OVERRIDE_REQUEST
from orderway.statechart import Snapshot, start


@pytest.mark.parametrize(("case", "state"), each_taken(TAKEN), ids=named)
def test_a_row_of_the_override_request_is_taken(case: Taken, state: str):
    check_taken(OVERRIDE_REQUEST, case, state)


@pytest.mark.parametrize(("case", "state"), each_refused(REFUSED), ids=named)
def test_a_row_of_the_override_request_is_refused(case: Refused, state: str):
    check_refused(OVERRIDE_REQUEST, case, state)


def test_a_request_is_born_waiting_for_its_decision():
    step = start(OVERRIDE_REQUEST, CREDIT, FACTS)
    assert (step.snapshot.state, step.snapshot.context, step.effects) == ("PENDING", CREDIT, ())


def test_a_request_lapses_and_an_override_ends_at_its_time():
    assert OVERRIDE_REQUEST.due(Snapshot("PENDING", replace(CREDIT, expires_at=TOMORROW))) == (TOMORROW, "EXPIRE")
    assert OVERRIDE_REQUEST.due(Snapshot("APPROVED", APPROVED)) == (TOMORROW, "EXPIRE")
    assert OVERRIDE_REQUEST.due(Snapshot("PENDING", CREDIT)) is None
