from dataclasses import replace

import pytest
from tests.fulfillment.interest_table import ACTIVE, FACTS, IN_45_MINUTES, NOW, OFFER, REFUSED, SOON, TAKEN
from tests.tables import Refused, Taken, changes, check_refused, check_taken, each_refused, each_taken, named

from orderway.fulfillment.interests.machine import RIDER_INTEREST
from orderway.statechart import Snapshot, start


@pytest.mark.parametrize(("case", "state"), each_taken(TAKEN), ids=named)
def test_a_row_of_the_interest_is_taken(case: Taken, state: str):
    check_taken(RIDER_INTEREST, case, state)


@pytest.mark.parametrize(("case", "state"), each_refused(REFUSED), ids=named)
def test_a_row_of_the_interest_is_refused(case: Refused, state: str):
    check_refused(RIDER_INTEREST, case, state)


def test_an_offer_is_born_with_the_time_that_the_settings_give():
    step = start(RIDER_INTEREST, OFFER, FACTS)
    assert step.snapshot.state == "ACTIVE"
    assert changes(OFFER, step.snapshot.context) == {"offered_at": NOW, "expires_at": IN_45_MINUTES}
    assert RIDER_INTEREST.due(step.snapshot) == (IN_45_MINUTES, "EXPIRE")


def test_an_offer_without_an_end_stands():
    step = start(RIDER_INTEREST, OFFER, replace(FACTS, expiry_minutes=0))
    assert changes(OFFER, step.snapshot.context) == {"offered_at": NOW}
    assert RIDER_INTEREST.due(step.snapshot) is None


def test_only_an_active_offer_lapses():
    assert RIDER_INTEREST.due(Snapshot("ACTIVE", ACTIVE)) == (SOON, "EXPIRE")
    assert RIDER_INTEREST.due(Snapshot("REJECTED", ACTIVE)) is None
