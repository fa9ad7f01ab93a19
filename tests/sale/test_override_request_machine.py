from dataclasses import replace

import pytest
from tests.sale.override_table import APPROVED, CAPPED, CREDIT, FACTS, GONE, REFUSED, SHUT_OUT, TAKEN, TOMORROW
from tests.tables import Refused, Taken, check_refused, check_taken, each_refused, each_taken, named

from orderway.sale.overrides.machine import OVERRIDE_REQUEST, Approve
from orderway.statechart import Refusal, Snapshot, decide, start
from orderway.statechart.explain import choice


@pytest.mark.parametrize(("case", "state"), each_taken(TAKEN), ids=named)
def test_a_row_of_the_override_request_is_taken(case: Taken, state: str):
    check_taken(OVERRIDE_REQUEST, case, state)


@pytest.mark.parametrize(("case", "state"), each_refused(REFUSED), ids=named)
def test_a_row_of_the_override_request_is_refused(case: Refused, state: str):
    check_refused(OVERRIDE_REQUEST, case, state)


def test_a_request_is_born_waiting_for_its_decision():
    step = start(OVERRIDE_REQUEST, CREDIT, FACTS)
    assert (step.snapshot.state, step.snapshot.context, step.effects) == ("PENDING", CREDIT, ())


def test_a_request_is_born_with_the_time_at_which_it_lapses():
    step = start(OVERRIDE_REQUEST, CREDIT, replace(FACTS, expiry_minutes=1440))
    assert step.snapshot.context == replace(CREDIT, expires_at=TOMORROW)
    assert OVERRIDE_REQUEST.due(step.snapshot) == (TOMORROW, "EXPIRE")


def test_a_cap_says_how_much_one_may_approve_and_who_may_approve_more():
    answer = decide(OVERRIDE_REQUEST, Snapshot("PENDING", CREDIT), Approve(), CAPPED)
    assert isinstance(answer, Refusal)
    (reason,) = answer.reasons
    assert reason.detail == "You may approve NGN 3.00; all that was asked for may be approved by an admin."
    assert (reason.remedy, reason.help) == ("Approve less, or let somebody approve it who may.", "override.decide")


def test_a_button_is_closed_for_who_may_approve_nothing_and_open_for_who_may_approve_a_part():
    shut, capped = (
        choice(OVERRIDE_REQUEST, Snapshot("PENDING", CREDIT), "APPROVE", each) for each in (SHUT_OUT, CAPPED)
    )
    assert [reason.guard for reason in shut.reasons] == ["within_cap"]
    assert capped.is_enabled


def test_a_button_says_why_nothing_can_be_revoked_any_more():
    (reason,) = choice(OVERRIDE_REQUEST, Snapshot("APPROVED", APPROVED), "REVOKE", GONE).reasons
    assert reason.detail == "Nothing must have been dispatched."


def test_a_request_lapses_and_an_override_ends_at_its_time():
    assert OVERRIDE_REQUEST.due(Snapshot("PENDING", replace(CREDIT, expires_at=TOMORROW))) == (TOMORROW, "EXPIRE")
    assert OVERRIDE_REQUEST.due(Snapshot("APPROVED", APPROVED)) == (TOMORROW, "EXPIRE")
    assert OVERRIDE_REQUEST.due(Snapshot("PENDING", CREDIT)) is None
