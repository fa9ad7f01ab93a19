"""What leads an order on from where it stands."""

from orderway.machines import CHARTS
from orderway.order.leading import leads_on


def test_what_turns_an_order_round_does_not_lead_it_on():
    chart = CHARTS["fulfillment"]
    assert leads_on(chart, "SHIPPED") == ("PACKAGE_DELIVERED", "DELIVERY_FAILED")
    assert leads_on(chart, "RETURN_ACCEPTED") == ("RETURN_RECEIVED", "RETURN_REJECTED")
