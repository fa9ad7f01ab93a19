"""What a fulfillment refuses, as cases."""

from dataclasses import replace

from tests.fulfillment.fulfillment_table import (
    ALL_BACK,
    ALL_HELD,
    ARRIVED,
    ASKED_BACK,
    ASSIGNED,
    BACK,
    CLEARED,
    COVERED,
    CUPS,
    DELIVERY,
    EARLIER,
    FACTS,
    NOW,
    OFFER,
    OFFERED,
    ON_ITS_WAY,
    OTHER_OFFER,
    OTHER_RIDER,
    PICKUP,
    READY,
    REFUNDABLE,
    RETURNABLE,
    RIDER,
    RIGHT_PIN,
    SERVICE,
    TEA,
    WINDOW_END,
)
from tests.tables import Refused

from orderway.fulfillment.context import Interest
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

NOT_DELIVERY = {"is_delivery": "The order must be one to deliver."}
NOT_PICKUP = {"is_pickup": "The order must be one to collect."}
FAR_AWAY = {"covers_the_store": "The rider must deliver for the store, as far as the address."}
SAME_RIDER = {"is_another": "The rider must be another than the one who is assigned."}
NO_OFFER = {"offer_stands": "The rider's offer must be active and not past its expiry."}
NO_TRY = {
    "receiver_is_known": (
        "The receiver's PIN must match; when its tries are used up, a manager must hand the goods over."
    ),
}
NOT_RETURNABLE = {
    "goods_can_come_back": "Some goods must be named, and no more of each than were delivered and have not come back."
}
NOT_ASKED_BACK = {"goods_were_asked_back": "Some goods must be named, and no more of each than the return names."}
NOTHING_CAME = {"something_came": "Something must have come back."}
NO_REFUND = {"refund_fits": "The refund must not be more than what was paid for the returned goods."}
NOT_EVERYTHING = {
    "everything_returned": "For the fulfillment to end as refunded, all that it brought must have come back."
}
PAST = {"not_in_the_past": "The service must not be set on a time that is past."}
TEA_BACK = ReturnRequested((ReturnWanted(TEA, 2),), "Stale")
ENDS = "COMPLETED REFUNDED CANCELLED FAILED"

REFUSED = [
    Refused("ALLOCATING_STOCK BACKORDERED", ReserveOk(), {"all_held": "Stock must be held for every line."}, DELIVERY,
            FACTS),
    Refused("PICK_PACK ON_HOLD CANCELLED", ReserveOk(), {}, DELIVERY, ALL_HELD),
    Refused("BACKORDERED", Split(), {"some_is_there": "Some of the goods must be held or free, and some be missing."},
            DELIVERY, ALL_HELD),
    Refused("ALLOCATING_STOCK PICK_PACK ON_HOLD SHIPPED", Split(), {}, DELIVERY, replace(FACTS, splittable=True)),
    Refused("ON_HOLD", Cancel("Sold twice"),
            {"may_end_early": "Of several parts one can be cancelled while the sale is cleared."}, DELIVERY, FACTS),
    Refused("ALLOCATING_STOCK", ReserveMiss((TEA,)), {"some_missing": "Stock must be missing for some line."},
            DELIVERY, ALL_HELD),
    Refused("BACKORDERED PICK_PACK", ReserveMiss((TEA,)), {}, DELIVERY, FACTS),
    Refused("PICK_PACK", FulfillmentStarted(), {**NOT_DELIVERY, **NOT_PICKUP}, SERVICE,
            replace(FACTS, address_is_complete=True)),
    Refused("ALLOCATING_STOCK BACKORDERED ON_HOLD", FulfillmentStarted(), {}, DELIVERY, FACTS),
    Refused("AWAITING_RIDER_SELECTION", RiderSelected(OFFER), NO_OFFER, DELIVERY, FACTS),
    Refused("AWAITING_RIDER_SELECTION", RiderSelected(OTHER_OFFER), NO_OFFER, DELIVERY, OFFERED),
    Refused("AWAITING_RIDER_SELECTION", RiderSelected(OFFER), NO_OFFER, DELIVERY,
            replace(COVERED, interest=Interest(OFFER, RIDER, 800, is_active=False))),
    Refused("AWAITING_RIDER_SELECTION", RiderSelected(OFFER), NO_OFFER, DELIVERY,
            replace(COVERED, interest=Interest(OFFER, RIDER, 800, is_active=True, expires_at=EARLIER))),
    # At the very moment of its end an offer stands no longer.
    Refused("AWAITING_RIDER_SELECTION", RiderSelected(OFFER), NO_OFFER, DELIVERY,
            replace(COVERED, interest=Interest(OFFER, RIDER, 800, is_active=True, expires_at=NOW))),
    Refused("AWAITING_RIDER_SELECTION", RiderSelected(OFFER), FAR_AWAY, DELIVERY, replace(OFFERED, covering=None)),
    Refused("RIDER_ASSIGNED", RiderSelected(OFFER), SAME_RIDER, replace(ASSIGNED, interest=None), OFFERED),
    Refused("RIDER_ASSIGNED", RiderNamed(RIDER, 900), SAME_RIDER, ASSIGNED, COVERED),
    Refused("READY_FOR_SHIPMENT PICK_PACK ON_HOLD SHIPPED", RiderSelected(OFFER), {}, DELIVERY, OFFERED),
    Refused("AWAITING_RIDER_SELECTION", RiderNamed(OTHER_RIDER),
            FAR_AWAY, DELIVERY, COVERED),
    Refused("AWAITING_RIDER_SELECTION", RiderNamed(RIDER),
            {"has_no_offer": "The rider must not have offered to deliver this order already."}, DELIVERY,
            replace(COVERED, interest=Interest(OFFER, RIDER, 800, is_active=True))),
    Refused("AWAITING_RIDER_SELECTION", RiderNamed(RIDER, cost=-1),
            {"costs_nothing_negative": "The cost must not be negative."}, DELIVERY, COVERED),
    Refused("AWAITING_RIDER_SELECTION", RiderNamed(RIDER, cost=10**12 + 1),
            {"is_believable": "The cost must be one that a delivery can have."}, DELIVERY, COVERED),
    Refused("PICK_PACK SHIPPED", RiderNamed(RIDER), {}, DELIVERY, COVERED),
    Refused("RIDER_ASSIGNED READY_FOR_SHIPMENT", CarrierSelected("Post", "NG-1"), {}, ASSIGNED, FACTS),
    Refused("AWAITING_RIDER_SELECTION SHIPPED", RiderUnassigned("Puncture"), {}, DELIVERY, FACTS),
    Refused("READY_FOR_SHIPMENT", PackageShipped(), NOT_DELIVERY, READY, FACTS),
    Refused("RIDER_ASSIGNED", PackageShipped(), NOT_DELIVERY, PICKUP, FACTS),
    Refused("AWAITING_RIDER_SELECTION SHIPPED DELIVERED", PackageShipped(), {}, DELIVERY, FACTS),
    Refused("READY_FOR_SHIPMENT", PackageDelivered(), NOT_PICKUP, DELIVERY, RIGHT_PIN),
    Refused("READY_FOR_SHIPMENT", PackageDelivered(), NO_TRY, replace(READY, pin_tries=5), RIGHT_PIN),
    Refused("SHIPPED", PackageDelivered(), NO_TRY, replace(ON_ITS_WAY, pin_tries=5), RIGHT_PIN),
    Refused("RIDER_ASSIGNED DELIVERED", PackageDelivered(), {}, ASSIGNED, RIGHT_PIN),
    Refused("RIDER_ASSIGNED DELIVERED", DeliveryFailed("Nobody home"), {}, ASSIGNED, FACTS),
    Refused("SHIPPED RETURN_REQUESTED RETURN_ACCEPTED COMPLETED", Complete(), {}, ARRIVED, FACTS),
    Refused("DELIVERED SHIPPED", TEA_BACK, {"inside_return_window": "The return window must be open."},
            replace(ARRIVED, return_until=EARLIER), RETURNABLE),
    Refused("DELIVERED SHIPPED", TEA_BACK, NOT_RETURNABLE, ARRIVED, FACTS),
    Refused("DELIVERED", ReturnRequested((), "Stale"), NOT_RETURNABLE, ARRIVED, RETURNABLE),
    Refused("DELIVERED", ReturnRequested((ReturnWanted(TEA, 0),), "Stale"), NOT_RETURNABLE, ARRIVED, RETURNABLE),
    Refused("READY_FOR_SHIPMENT RETURN_REQUESTED RETURN_ACCEPTED COMPLETED", TEA_BACK, {}, ARRIVED, RETURNABLE),
    Refused("DELIVERED RETURN_ACCEPTED RETURN_RECEIVED REFUNDED", ReturnAccepted(), {}, ASKED_BACK, FACTS),
    Refused("RETURN_REQUESTED RETURN_ACCEPTED", ReturnReceived(()), {**NOT_ASKED_BACK, **NOTHING_CAME}, ASKED_BACK,
            FACTS),
    Refused("RETURN_REQUESTED RETURN_ACCEPTED", ReturnReceived((Returned(TEA, 3, "MISSING"),)),
            {**NOT_ASKED_BACK, **NOTHING_CAME}, ASKED_BACK, FACTS),
    Refused("RETURN_REQUESTED", ReturnReceived((Returned(TEA, 2, "SELLABLE"), Returned(TEA, 1, "DAMAGED"))),
            NOT_ASKED_BACK, ASKED_BACK, FACTS),
    Refused("RETURN_REQUESTED", ReturnReceived((Returned(TEA, 1, "SELLABLE"), Returned(CUPS, 0, "DAMAGED"))),
            NOT_ASKED_BACK, ASKED_BACK, FACTS),
    Refused("RETURN_REQUESTED", ReturnReceived((Returned(RIDER, 1, "SELLABLE"),)), NOT_ASKED_BACK, ASKED_BACK, FACTS),
    Refused("DELIVERED RETURN_RECEIVED", ReturnReceived((Returned(TEA, 1, "SELLABLE"),)), {}, ASKED_BACK, FACTS),
    Refused("DELIVERED RETURN_RECEIVED", ReturnRejected("Opened"), {}, ASKED_BACK, FACTS),
    Refused("RETURN_RECEIVED", RefundIssued(501), {**NO_REFUND, **NOT_EVERYTHING}, BACK, REFUNDABLE),
    Refused("RETURN_RECEIVED", RefundIssued(501), NO_REFUND, BACK, ALL_BACK),
    Refused("RETURN_RECEIVED", RefundIssued(-1), NO_REFUND, BACK, ALL_BACK),
    Refused("RETURN_REQUESTED RETURN_ACCEPTED DELIVERED REFUNDED", RefundIssued(450), {}, BACK, ALL_BACK),
    Refused("IN_PROGRESS ALLOCATING_STOCK", ServiceScheduled(WINDOW_END), {}, SERVICE, FACTS),
    Refused("SCHEDULING", ServiceScheduled(EARLIER), PAST, SERVICE, FACTS),
    Refused("IN_PROGRESS", ServiceRescheduled(EARLIER, "The buyer travels."), PAST, SERVICE, FACTS),
    Refused("SCHEDULING COMPLETED PICK_PACK", ServiceRescheduled(WINDOW_END, "The buyer travels."), {}, SERVICE, FACTS),
    Refused("SCHEDULING COMPLETED", ServiceCompleted(), {}, SERVICE, FACTS),
    Refused("ON_HOLD SHIPPED DELIVERED SCHEDULING", Hold("Address unclear"), {}, DELIVERY, FACTS),
    Refused("ON_HOLD", Resume(), {"sale_is_cleared": "The sale must be cleared for fulfillment."}, DELIVERY, FACTS),
    Refused("ON_HOLD", Resume(), {"hold_is_no_persons": "A hold that a person wanted must be ended by a person."},
            replace(DELIVERY, held_by_staff=True), replace(FACTS, sale_cleared=True, by_itself=True)),
    Refused("PICK_PACK", Resume(), {}, DELIVERY, CLEARED),
    Refused(f"SHIPPED DELIVERED RETURN_REQUESTED {ENDS}", Cancel("Sold twice"), {}, DELIVERY, FACTS),
    Refused(f"ON_HOLD SCHEDULING DELIVERED RETURN_RECEIVED {ENDS}", Fail("Lost"), {}, replace(DELIVERY, shipped_at=NOW),
            FACTS),
]  # fmt: skip
