from dataclasses import replace

import pytest
from tests.fulfillment import bringing_table
from tests.fulfillment.bringing_table import BY_CARRIER
from tests.fulfillment.fulfillment_table import (
    ARRIVED,
    ASSIGNED,
    CLEARED,
    DELIVERY,
    EARLIER,
    FACTS,
    ON_ITS_WAY,
    PICKUP,
    READY,
    RETURNABLE,
    SERVICE,
    TAKEN,
    TEA,
    WINDOW_END,
)
from tests.fulfillment.refused_table import REFUSED
from tests.tables import Refused, Taken, check_refused, check_taken, each_refused, each_taken, named

from orderway.fulfillment.context import FulfillmentContext
from orderway.fulfillment.effects import AllocateStock
from orderway.fulfillment.events import (
    FulfillmentStarted,
    Hold,
    PackageDelivered,
    Resume,
    ReturnRequested,
    ReturnWanted,
)
from orderway.fulfillment.machine import FULFILLMENT
from orderway.statechart import Refusal, Snapshot, Step, decide, start
from orderway.statechart.explain import explain, sentence


@pytest.mark.parametrize(("case", "state"), each_taken([*TAKEN, *bringing_table.TAKEN]), ids=named)
def test_a_row_of_the_fulfillment_is_taken(case: Taken, state: str):
    check_taken(FULFILLMENT, case, state)


@pytest.mark.parametrize(("case", "state"), each_refused([*REFUSED, *bringing_table.REFUSED]), ids=named)
def test_a_row_of_the_fulfillment_is_refused(case: Refused, state: str):
    check_refused(FULFILLMENT, case, state)


@pytest.mark.parametrize("born", [DELIVERY, PICKUP], ids=["delivery", "pickup"])
def test_goods_begin_by_reserving_stock(born: FulfillmentContext):
    step = start(FULFILLMENT, born, FACTS)
    assert (step.snapshot.state, step.snapshot.context, step.effects) == ("ALLOCATING_STOCK", born, (AllocateStock(),))


def test_a_service_begins_by_scheduling_and_reserves_nothing():
    step = start(FULFILLMENT, SERVICE, FACTS)
    assert (step.snapshot.state, step.snapshot.context, step.effects) == ("SCHEDULING", SERVICE, ())


def test_a_held_fulfillment_goes_on_where_it_was():
    held = decide(FULFILLMENT, Snapshot("RIDER_ASSIGNED", ASSIGNED), Hold("Address unclear"), FACTS)
    assert isinstance(held, Step)
    assert held.snapshot.state == "ON_HOLD"
    resumed = decide(FULFILLMENT, held.snapshot, Resume(), CLEARED)
    assert isinstance(resumed, Step)
    assert (resumed.snapshot.state, resumed.snapshot.context) == ("RIDER_ASSIGNED", ASSIGNED)


def test_a_delivered_order_completes_at_the_end_of_the_return_window():
    assert FULFILLMENT.due(Snapshot("DELIVERED", ARRIVED)) == (WINDOW_END, "COMPLETE")
    assert FULFILLMENT.due(Snapshot("RETURN_REQUESTED", ARRIVED)) is None


def test_the_buttons_of_a_package_on_its_way_lead_where_the_pin_may_lead():
    choices = {choice.event: choice for choice in explain(FULFILLMENT, Snapshot("SHIPPED", ON_ITS_WAY), FACTS)}
    assert choices["PACKAGE_DELIVERED"].to == ("DELIVERED", "SHIPPED")


def test_used_up_tries_are_refused_with_their_number_and_the_way_out():
    used_up = Snapshot("SHIPPED", replace(ON_ITS_WAY, pin_tries=5))
    refusal = decide(FULFILLMENT, used_up, PackageDelivered(), FACTS)
    assert isinstance(refusal, Refusal)
    assert sentence(refusal, FULFILLMENT) == (
        "“Confirm the delivery” is refused while the fulfillment is “Out for delivery”. "
        "The receiver's PIN must match; when its tries are used up, a manager must hand the goods over. "
        "5 of 5 tries are used. "
        "Let a manager hand the goods over."
    )


def test_a_late_return_is_refused_with_the_end_of_the_window():
    late = Snapshot("DELIVERED", replace(ARRIVED, return_until=EARLIER))
    refusal = decide(FULFILLMENT, late, ReturnRequested((ReturnWanted(TEA, 1),), "Stale"), RETURNABLE)
    assert isinstance(refusal, Refusal)
    assert sentence(refusal, FULFILLMENT) == (
        "“Ask for a return” is refused while the fulfillment is “Delivered”. The return window must be open. "
        "Returns were possible until 2026-03-10 11:00 UTC."
    )


@pytest.mark.parametrize(
    ("state", "context", "never"),
    [
        ("READY_FOR_SHIPMENT", READY, {"PACKAGE_SHIPPED", "CARRIER_RELEASED", "TRACKING_SET"}),
        ("READY_FOR_SHIPMENT", BY_CARRIER, {"PACKAGE_DELIVERED", "NEW_PIN"}),
        ("SHIPPED", ON_ITS_WAY, {"TRACKING_SET"}),
        ("SHIPPED", BY_CARRIER, {"NEW_PIN"}),
    ],
)
def test_what_can_never_be_of_one_kind_of_delivery_is_not_offered(
    state: str, context: FulfillmentContext, never: set[str]
):
    offered = {choice.event for choice in explain(FULFILLMENT, Snapshot(state, context), FACTS)}
    assert set(FULFILLMENT.takes(state)) - offered == never


def test_what_lacks_of_one_way_is_not_told_of_the_other():
    refusal = decide(FULFILLMENT, Snapshot("PICK_PACK", DELIVERY), FulfillmentStarted(), FACTS)
    assert isinstance(refusal, Refusal)
    assert sentence(refusal, FULFILLMENT) == (
        "“Mark the goods as picked” is refused while the fulfillment is “Picking”. "
        "The address must name the receiver, a telephone number, the street and the city. "
        "Complete the address of the order."
    )


def test_the_first_thing_to_do_with_a_delivery_that_has_its_rider_is_to_ship_it():
    assert next(iter(FULFILLMENT.takes("RIDER_ASSIGNED"))) == "PACKAGE_SHIPPED"
