"""The table of the fulfillment as cases."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from tests.tables import Taken

from orderway.fulfillment.context import FulfillmentContext, FulfillmentFacts, Interest, ReturnLine
from orderway.fulfillment.effects import (
    AcceptReturn,
    AllocateStock,
    AssignInterest,
    CloseInterests,
    CommitStock,
    Earn,
    OpenReturn,
    PayBack,
    ReceiveReturn,
    RejectReturn,
    ReleaseRider,
    ReleaseStock,
    Restock,
    SendPin,
    SettleReturn,
    SplitOff,
    TakeBackStock,
    TellRiders,
    TellSale,
)
from orderway.fulfillment.events import (
    Cancel,
    CarrierSelected,
    Complete,
    DeliveryFailed,
    Fail,
    FulfillmentStarted,
    Hold,
    PackageDelivered,
    PackageShipped,
    RefundIssued,
    ReserveMiss,
    ReserveOk,
    Resume,
    ReturnAccepted,
    Returned,
    ReturnReceived,
    ReturnRejected,
    ReturnRequested,
    ReturnWanted,
    RiderNamed,
    RiderSelected,
    RiderUnassigned,
    ServiceCompleted,
    ServiceRescheduled,
    ServiceScheduled,
    Split,
)

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
EARLIER = datetime(2026, 3, 10, 11, tzinfo=UTC)
WINDOW_END = datetime(2026, 3, 24, 12, tzinfo=UTC)
RIDER = UUID("018f0000-0000-7000-8000-0000000000c1")
OTHER_RIDER = UUID("018f0000-0000-7000-8000-0000000000c2")
OFFER = UUID("018f0000-0000-7000-8000-0000000000d1")
OTHER_OFFER = UUID("018f0000-0000-7000-8000-0000000000d2")
TEA = UUID("018f0000-0000-7000-8000-0000000000e1")
CUPS = UUID("018f0000-0000-7000-8000-0000000000e2")

FACTS = FulfillmentFacts(now=NOW, actor="person:biller")
ALL_HELD = replace(FACTS, all_held=True)
CLEARED = replace(FACTS, sale_cleared=True)
OFFERED = replace(FACTS, interest=Interest(OFFER, RIDER, 800, is_active=True, expires_at=WINDOW_END), covering=RIDER)
COVERED = replace(FACTS, covering=RIDER)
NEW_PIN = replace(FACTS, new_pin_hash="hash of 4711")
RIGHT_PIN = replace(FACTS, pin_matches=True)
RETURNABLE = replace(FACTS, returnable=True)
REFUNDABLE = replace(FACTS, refundable=500, unpaid=70)
ALL_BACK = replace(REFUNDABLE, everything_returned=True)

DELIVERY = FulfillmentContext(type="DELIVERY", currency="NGN")
PICKUP = FulfillmentContext(type="PICKUP", currency="NGN")
SERVICE = FulfillmentContext(type="SERVICE", currency="NGN")
ASSIGNED = replace(DELIVERY, rider=RIDER, interest=OFFER, cost=800)
ON_ITS_WAY = replace(ASSIGNED, shipped_at=EARLIER, pin_hash="hash of 4711")
FAILED_ONCE = replace(DELIVERY, attempts=1, shipped_at=EARLIER)
READY = replace(PICKUP, pin_hash="hash of 4711")
ARRIVED = replace(ASSIGNED, shipped_at=EARLIER, delivered_at=EARLIER, return_until=WINDOW_END)
ASKED_BACK = replace(ARRIVED, return_lines=(ReturnLine(TEA, 2), ReturnLine(CUPS, 1)))
BACK = replace(ARRIVED, return_lines=(ReturnLine(TEA, 2, "SELLABLE"),))

OTHER_OFFERED = replace(FACTS, interest=Interest(OTHER_OFFER, OTHER_RIDER, 650, is_active=True), covering=OTHER_RIDER)
EARNED = (Earn(RIDER, 800),)
LEFT = CloseInterests("The delivery has left.")
REPLACED = ReleaseRider(RIDER, OFFER, "Another rider was chosen.")
NO_ONE = {"rider": None, "interest": None, "cost": None}
TOLD_CANCELLED = TellSale("FULFILLMENT_CANCELLED")
TOLD_FAILED = TellSale("FULFILLMENT_FAILED")
REFUND = RefundIssued(450)
AT_THE_DOOR = {"delivered_at": NOW, "return_until": WINDOW_END, "pin_hash": None}

GOODS_PREPARED = "ALLOCATING_STOCK BACKORDERED PICK_PACK AWAITING_RIDER_SELECTION RIDER_ASSIGNED READY_FOR_SHIPMENT"

PREPARING = [
    Taken("ALLOCATING_STOCK", ReserveOk(), "PICK_PACK", DELIVERY, ALL_HELD),
    Taken("ALLOCATING_STOCK", ReserveMiss((TEA,)), "BACKORDERED", DELIVERY, FACTS, changed={"missing": (TEA,)}),
    Taken("BACKORDERED", ReserveOk(), "PICK_PACK", replace(DELIVERY, missing=(TEA,)), ALL_HELD,
          changed={"missing": ()}),
    Taken("BACKORDERED", Split(), "PICK_PACK", replace(DELIVERY, missing=(TEA,)), replace(FACTS, splittable=True),
          changed={"missing": ()}, effects=(SplitOff(),)),
    Taken("PICK_PACK", FulfillmentStarted(), "READY_FOR_SHIPMENT", PICKUP, NEW_PIN,
          changed={"pin_hash": "hash of 4711"}, effects=(SendPin(),)),
    Taken("PICK_PACK", FulfillmentStarted(), "READY_FOR_SHIPMENT", PICKUP, FACTS),
    Taken("AWAITING_RIDER_SELECTION", RiderSelected(OFFER), "RIDER_ASSIGNED", DELIVERY, OFFERED,
          changed={"rider": RIDER, "interest": OFFER, "cost": 800}, effects=(AssignInterest(OFFER),)),
    Taken("AWAITING_RIDER_SELECTION", RiderNamed(RIDER, cost=700), "RIDER_ASSIGNED", DELIVERY, COVERED,
          changed={"rider": RIDER, "cost": 700}, effects=(CloseInterests("Another rider was chosen."),)),
    Taken("AWAITING_RIDER_SELECTION", RiderNamed(RIDER, cost=10**12), "RIDER_ASSIGNED", DELIVERY, COVERED,
          changed={"rider": RIDER, "cost": 10**12}, effects=(CloseInterests("Another rider was chosen."),)),
    Taken("AWAITING_RIDER_SELECTION", RiderNamed(RIDER), "RIDER_ASSIGNED", DELIVERY,
          replace(COVERED, interest=Interest(OFFER, RIDER, cost=800, is_active=False)),
          changed={"rider": RIDER}, effects=(CloseInterests("Another rider was chosen."),)),
    Taken("AWAITING_RIDER_SELECTION", CarrierSelected("Post", "NG-1"), "READY_FOR_SHIPMENT", DELIVERY, FACTS,
          changed={"carrier": "Post", "tracking": "NG-1"}, effects=(CloseInterests("A carrier was chosen."),)),
    Taken("RIDER_ASSIGNED", RiderUnassigned("Puncture"), "AWAITING_RIDER_SELECTION", ASSIGNED, FACTS, changed=NO_ONE,
          effects=(ReleaseRider(RIDER, OFFER, "Puncture"), TellRiders())),
    Taken("RIDER_ASSIGNED", PackageShipped(), "SHIPPED", ASSIGNED, NEW_PIN,
          changed={"shipped_at": NOW, "pin_hash": "hash of 4711"}, effects=(CommitStock(), SendPin(), LEFT)),
    # One rider takes the place of another, by their offer or by name.
    Taken("RIDER_ASSIGNED", RiderSelected(OTHER_OFFER), "RIDER_ASSIGNED", ASSIGNED, OTHER_OFFERED,
          changed={"rider": OTHER_RIDER, "interest": OTHER_OFFER, "cost": 650},
          effects=(REPLACED, AssignInterest(OTHER_OFFER))),
    Taken("RIDER_ASSIGNED", RiderNamed(OTHER_RIDER, 600), "RIDER_ASSIGNED", ASSIGNED,
          replace(FACTS, covering=OTHER_RIDER), changed={"rider": OTHER_RIDER, "interest": None, "cost": 600},
          effects=(REPLACED, CloseInterests("Another rider was chosen."))),
    Taken("READY_FOR_SHIPMENT", PackageShipped(), "SHIPPED", replace(DELIVERY, carrier="Post"), FACTS,
          changed={"shipped_at": NOW}, effects=(CommitStock(),)),
    # After a failed attempt the goods leave the stock no second time.
    Taken("RIDER_ASSIGNED", PackageShipped(), "SHIPPED", replace(FAILED_ONCE, rider=RIDER), NEW_PIN,
          changed={"shipped_at": NOW, "pin_hash": "hash of 4711"}, effects=(SendPin(), LEFT)),
    Taken("READY_FOR_SHIPMENT", PackageDelivered(), "DELIVERED", READY, RIGHT_PIN, changed=AT_THE_DOOR,
          effects=(CommitStock(),)),
    Taken("READY_FOR_SHIPMENT", PackageDelivered(), "READY_FOR_SHIPMENT", READY, FACTS, changed={"pin_tries": 1}),
]  # fmt: skip

DELIVERING = [
    Taken("SHIPPED", PackageDelivered(), "DELIVERED", ON_ITS_WAY, RIGHT_PIN, changed=AT_THE_DOOR, effects=EARNED),
    Taken("SHIPPED", PackageDelivered(), "DELIVERED", replace(ON_ITS_WAY, cost=None), RIGHT_PIN, changed=AT_THE_DOOR),
    Taken("SHIPPED", PackageDelivered(), "DELIVERED", replace(ON_ITS_WAY, pin_tries=4), RIGHT_PIN,
          changed={**AT_THE_DOOR, "pin_tries": 0}, effects=EARNED),
    Taken("SHIPPED", PackageDelivered(), "DELIVERED", replace(ON_ITS_WAY, pin_hash=None), FACTS,
          changed={"delivered_at": NOW, "return_until": WINDOW_END}, effects=EARNED),
    Taken("SHIPPED", PackageDelivered(), "DELIVERED", replace(ON_ITS_WAY, pin_tries=5),
          replace(FACTS, may_skip_pin=True), changed={**AT_THE_DOOR, "pin_tries": 0}, effects=EARNED),
    Taken("SHIPPED", PackageDelivered(), "SHIPPED", ON_ITS_WAY, FACTS, changed={"pin_tries": 1}),
    Taken("SHIPPED", PackageDelivered(), "SHIPPED", replace(ON_ITS_WAY, pin_tries=4), replace(FACTS, may_skip_pin=True),
          changed={"pin_tries": 5}),
    # A PIN that was not blanked has not been looked at.
    Taken("SHIPPED", PackageDelivered("4711"), "SHIPPED", ON_ITS_WAY, RIGHT_PIN, changed={"pin_tries": 1}),
    Taken("SHIPPED", DeliveryFailed("Nobody home"), "AWAITING_RIDER_SELECTION", replace(ON_ITS_WAY, pin_tries=2), FACTS,
          changed={**NO_ONE, "attempts": 1, "pin_hash": None, "pin_tries": 0},
          effects=(ReleaseRider(RIDER, OFFER, "Nobody home"), TellRiders())),
    Taken("SHIPPED", DeliveryFailed("Returned"), "AWAITING_RIDER_SELECTION",
          replace(DELIVERY, carrier="Post", tracking="NG-1", shipped_at=EARLIER, attempts=1), FACTS,
          changed={"carrier": None, "tracking": None, "attempts": 2}, effects=(TellRiders(),)),
    Taken("SHIPPED", DeliveryFailed("Nobody home"), "FAILED", replace(ON_ITS_WAY, attempts=2), FACTS,
          changed={"attempts": 3},
          effects=(ReleaseRider(RIDER, OFFER, "Nobody home"), CloseInterests("Nobody home"),
                   TOLD_FAILED, TakeBackStock())),
    Taken("DELIVERED", Complete(), "COMPLETED", ARRIVED, FACTS, effects=(TellSale("FULFILLMENT_COMPLETED"),)),
]  # fmt: skip

ANSWERING = "RETURN_REQUESTED RETURN_ACCEPTED"

RETURNING = [
    Taken("DELIVERED", ReturnRequested((ReturnWanted(TEA, 2),), "Stale"), "RETURN_REQUESTED", ARRIVED, RETURNABLE,
          changed={"return_lines": (ReturnLine(TEA, 2),)}, effects=(OpenReturn((ReturnLine(TEA, 2),), "Stale"),)),
    Taken("DELIVERED", ReturnRequested((ReturnWanted(TEA, 2),), "Stale"), "RETURN_REQUESTED",
          replace(ARRIVED, return_until=NOW), RETURNABLE,
          changed={"return_lines": (ReturnLine(TEA, 2),)}, effects=(OpenReturn((ReturnLine(TEA, 2),), "Stale"),)),
    Taken("SHIPPED", ReturnRequested((ReturnWanted(TEA, 2),), "Refused"), "RETURN_REQUESTED", ON_ITS_WAY, RETURNABLE,
          changed={"return_lines": (ReturnLine(TEA, 2),)}, effects=(OpenReturn((ReturnLine(TEA, 2),), "Refused"),)),
    Taken("RETURN_REQUESTED", ReturnAccepted(), "RETURN_ACCEPTED", ASKED_BACK, FACTS,
          effects=(AcceptReturn((ReturnLine(TEA, 2), ReturnLine(CUPS, 1))),)),
    Taken(ANSWERING, ReturnReceived((Returned(TEA, 1, "SELLABLE"), Returned(TEA, 1, "DAMAGED"))),
          "RETURN_RECEIVED", ASKED_BACK, FACTS,
          changed={"return_lines": (ReturnLine(TEA, 1, "SELLABLE"), ReturnLine(TEA, 1, "DAMAGED"))},
          effects=(ReceiveReturn((ReturnLine(TEA, 1, "SELLABLE"), ReturnLine(TEA, 1, "DAMAGED"))),
                   Restock((ReturnLine(TEA, 1, "SELLABLE"),)))),
    Taken(ANSWERING, ReturnReceived((Returned(CUPS, 1, "DAMAGED"),)), "RETURN_RECEIVED", ASKED_BACK, FACTS,
          changed={"return_lines": (ReturnLine(CUPS, 1, "DAMAGED"),)},
          effects=(ReceiveReturn((ReturnLine(CUPS, 1, "DAMAGED"),)),)),
    # One piece did not come: it is told, and is no part of what came.
    Taken(ANSWERING, ReturnReceived((Returned(TEA, 1, "SELLABLE"), Returned(TEA, 1, "MISSING"))),
          "RETURN_RECEIVED", ASKED_BACK, FACTS, changed={"return_lines": (ReturnLine(TEA, 1, "SELLABLE"),)},
          effects=(ReceiveReturn((ReturnLine(TEA, 1, "SELLABLE"), ReturnLine(TEA, 1, "MISSING"))),
                   Restock((ReturnLine(TEA, 1, "SELLABLE"),)))),
    # Nothing came: there is nothing to refund.
    Taken(ANSWERING, ReturnReceived((Returned(TEA, 2, "MISSING"), Returned(CUPS, 1, "MISSING"))), "DELIVERED",
          ASKED_BACK, FACTS, changed={"return_lines": ()},
          effects=(ReceiveReturn((ReturnLine(TEA, 2, "MISSING"), ReturnLine(CUPS, 1, "MISSING"))),)),
    Taken(ANSWERING, ReturnRejected("Opened"), "DELIVERED", ASKED_BACK, FACTS, changed={"return_lines": ()},
          effects=(RejectReturn("Opened"),)),
    # Asked for at the door and rejected: the goods count as delivered now.
    Taken("RETURN_REQUESTED", ReturnRejected("Opened"), "DELIVERED",
          replace(ON_ITS_WAY, return_lines=(ReturnLine(TEA, 2),)), FACTS, changed={**AT_THE_DOOR, "return_lines": ()},
          effects=(RejectReturn("Opened"), *EARNED)),
    Taken("RETURN_RECEIVED", REFUND, "DELIVERED", BACK, REFUNDABLE, changed={"return_lines": ()},
          effects=(SettleReturn(450), TellSale("FULFILLMENT_REFUNDED", 450, 70), PayBack(450))),
    Taken("RETURN_RECEIVED", RefundIssued(500), "REFUNDED", BACK, ALL_BACK, changed={"return_lines": ()},
          effects=(SettleReturn(500), TellSale("FULFILLMENT_REFUNDED", 500, 70), PayBack(500))),
    Taken("RETURN_RECEIVED", RefundIssued(450, "ACCOUNT"), "DELIVERED", BACK, REFUNDABLE, changed={"return_lines": ()},
          effects=(SettleReturn(450, "ACCOUNT"), TellSale("FULFILLMENT_REFUNDED", 450, 70), PayBack(450, "ACCOUNT"))),
    # Goods on account that were never paid for: nothing to pay back.
    Taken("RETURN_RECEIVED", RefundIssued(0), "DELIVERED", BACK, replace(FACTS, unpaid=500),
          changed={"return_lines": ()}, effects=(SettleReturn(0), TellSale("FULFILLMENT_REFUNDED", 0, 500))),
]  # fmt: skip

SERVING = [
    Taken("SCHEDULING", ServiceScheduled(WINDOW_END), "IN_PROGRESS", SERVICE, FACTS,
          changed={"scheduled_at": WINDOW_END}),
    Taken("SCHEDULING", ServiceScheduled(NOW), "IN_PROGRESS", SERVICE, FACTS, changed={"scheduled_at": NOW}),
    Taken("IN_PROGRESS", ServiceRescheduled(NOW, "The buyer travels."), "IN_PROGRESS",
          replace(SERVICE, scheduled_at=WINDOW_END), FACTS, changed={"scheduled_at": NOW}),
    Taken("IN_PROGRESS", ServiceCompleted(), "COMPLETED", SERVICE, FACTS,
          effects=(TellSale("FULFILLMENT_COMPLETED"),)),
]  # fmt: skip

STOPPING = [
    Taken(GOODS_PREPARED, Hold("Address unclear"), "ON_HOLD", DELIVERY, FACTS, changed={"held_by_staff": True}),
    Taken(GOODS_PREPARED, Hold("Override revoked"), "ON_HOLD", DELIVERY, replace(FACTS, by_itself=True)),
    Taken("ON_HOLD", Resume(), "PICK_PACK", replace(DELIVERY, held_by_staff=True), CLEARED,
          changed={"held_by_staff": False}, history={"WHERE_IT_WAS": "PICK_PACK"}),
    Taken("ON_HOLD", Resume(), "PICK_PACK", DELIVERY, replace(CLEARED, by_itself=True),
          history={"WHERE_IT_WAS": "PICK_PACK"}),
    Taken("ON_HOLD", Resume(), "PICK_PACK", DELIVERY, CLEARED, history={"WHERE_IT_WAS": "PICK_PACK"}),
    Taken("ON_HOLD", Resume(), "RIDER_ASSIGNED", ASSIGNED, CLEARED, history={"WHERE_IT_WAS": "RIDER_ASSIGNED"}),
    Taken("ON_HOLD", Resume(), "BACKORDERED", replace(DELIVERY, missing=(TEA,)), CLEARED,
          effects=(AllocateStock(),), history={"WHERE_IT_WAS": "BACKORDERED"}),
    Taken("ON_HOLD", Resume(), "ALLOCATING_STOCK", DELIVERY, CLEARED, effects=(AllocateStock(),),
          history={"WHERE_IT_WAS": "ALLOCATING_STOCK"}),
    Taken(GOODS_PREPARED, Cancel("Sold twice"), "CANCELLED", PICKUP, FACTS,
          effects=(TOLD_CANCELLED, ReleaseStock())),
    Taken("ON_HOLD", Cancel("Sold twice"), "CANCELLED", PICKUP, CLEARED, effects=(TOLD_CANCELLED, ReleaseStock())),
    Taken("ON_HOLD", Cancel("Sold twice"), "CANCELLED", PICKUP, replace(FACTS, sale_is_over=True),
          effects=(TOLD_CANCELLED, ReleaseStock())),
    Taken("SCHEDULING IN_PROGRESS", Cancel("Moved away"), "CANCELLED", SERVICE, FACTS,
          effects=(TOLD_CANCELLED, ReleaseStock())),
    Taken("RIDER_ASSIGNED ON_HOLD", Cancel("Sold twice"), "CANCELLED", ASSIGNED, replace(FACTS, is_last_part=True),
          effects=(ReleaseRider(RIDER, OFFER, "Sold twice"), CloseInterests("Sold twice"),
                   TOLD_CANCELLED, ReleaseStock())),
    Taken("AWAITING_RIDER_SELECTION", Cancel("No rider"), "CANCELLED", FAILED_ONCE, FACTS,
          effects=(CloseInterests("No rider"), TOLD_CANCELLED, TakeBackStock())),
    Taken(GOODS_PREPARED, Fail("Broken in the store"), "FAILED", PICKUP, FACTS, effects=(TOLD_FAILED, ReleaseStock())),
    Taken("IN_PROGRESS", Fail("Could not be done"), "FAILED", SERVICE, FACTS, effects=(TOLD_FAILED, ReleaseStock())),
    Taken("SHIPPED", Fail("Lost"), "FAILED", ON_ITS_WAY, FACTS,
          effects=(ReleaseRider(RIDER, OFFER, "Lost"), CloseInterests("Lost"), TOLD_FAILED, TakeBackStock())),
]  # fmt: skip

TAKEN = [*PREPARING, *DELIVERING, *RETURNING, *SERVING, *STOPPING]
