"""The fulfillment as a table: prepared, brought or collected, and perhaps returned; services take their own way.

What the table leaves open is decided so: a delivery that looks for a rider (again: one was released, an attempt failed)
is told to the riders. One rider takes the place of another in one step; what has left takes no offers. The PIN of a
pickup is made when the goods are ready, that of a delivery when they leave. Goods go out of stock once, at the first
shipping, and come back when the order fails or is cancelled after it. A return that is asked for at the door lies
inside the window, which only delivery opens; where it is rejected, the goods count as delivered then. Goods that are
brought over the counter are received without being accepted first; where nothing came of what was accepted, nothing is
refunded. Resuming waits for the sale to be cleared, since a revoked override puts the fulfillment on hold. A refund may
be 0, for goods that were never paid. The sale hears of an early end before the goods go back: credit is locked before
stock, there as everywhere.
"""

from orderway.fulfillment import bringing, changes, effects, guards
from orderway.fulfillment.context import FulfillmentContext, FulfillmentFacts
from orderway.fulfillment.events import (
    Cancel,
    CarrierReleased,
    CarrierSelected,
    Complete,
    DeliveryFailed,
    Fail,
    FulfillmentStarted,
    Hold,
    NewPin,
    PackageDelivered,
    PackageShipped,
    PreferencesChanged,
    RefundIssued,
    ReserveMiss,
    ReserveOk,
    Resume,
    ReturnAccepted,
    ReturnReceived,
    ReturnRejected,
    ReturnRequested,
    RiderNamed,
    RiderSelected,
    RiderUnassigned,
    ServiceCompleted,
    ServiceRescheduled,
    ServiceScheduled,
    Split,
    TrackingSet,
)
from orderway.fulfillment.returns import rules
from orderway.statechart import always, chart, entry, final, history, leave, on, state

SHIPPING = on(
    PackageShipped, "SHIPPED", when=guards.is_delivery,
    do=[changes.ship, changes.make_pin], emit=[effects.commit_stock_once, effects.send_pin],
)  # fmt: skip
SELECTING = on(
    RiderSelected, "RIDER_ASSIGNED", when=guards.offer_can_be_chosen,
    do=changes.choose_offer, emit=effects.assign_interest, reenter=True,
)  # fmt: skip
NAMING = on(
    RiderNamed, "RIDER_ASSIGNED", when=guards.rider_can_be_named,
    do=changes.choose_rider, emit=effects.CloseInterests(effects.ANOTHER), reenter=True,
)  # fmt: skip
CHANGING = on(PreferencesChanged, do=bringing.take_type)
STARTING_OVER = on(
    PreferencesChanged, "PICK_PACK", when=bringing.type_changes, do=bringing.take_type,
    emit=[effects.release_rider, effects.CloseInterests(effects.OTHER_WAY)],
)  # fmt: skip
ELSEWHERE = effects.CloseInterests(effects.MOVED)
TRACKING = on(TrackingSet, when=bringing.by_carrier, do=bringing.set_tracking)
RENEWING_PIN = on(NewPin, when=bringing.pin_can_be_renewed, do=bringing.renew_pin, emit=effects.send_pin)
CANCELLING = on(Cancel, "CANCELLED")
FAILING = on(Fail, "FAILED")

PREPARING = state(
    "PREPARING",
    history("WHERE_IT_WAS", default="ALLOCATING_STOCK"),
    on(Hold, "ON_HOLD", do=changes.hold),
    CANCELLING,
    FAILING,
    state(
        "ALLOCATING_STOCK",
        entry(emit=effects.allocate_stock),
        always("SCHEDULING", when=guards.is_service),
        on(ReserveOk, "PICK_PACK", when=guards.all_held),
        on(ReserveMiss, "BACKORDERED", when=guards.some_missing, do=changes.miss),
        CHANGING,
        label="Reserving stock", tone="active", lane="main", row=0,
    ),
    state(
        "BACKORDERED",
        on(ReserveOk, "PICK_PACK", when=guards.all_held, do=changes.miss_nothing),
        on(Split, "PICK_PACK", when=guards.some_is_there, do=changes.miss_nothing, emit=effects.SplitOff()),
        CHANGING,
        label="Waiting for stock", tone="waiting", lane="exceptions", row=0,
    ),
    state(
        "PICK_PACK",
        entry(do=changes.choose_nobody),
        on(FulfillmentStarted, "AWAITING_RIDER_SELECTION", when=bringing.can_be_brought),
        on(FulfillmentStarted, "READY_FOR_SHIPMENT", when=guards.is_pickup,
           do=changes.make_pin, emit=effects.send_pin),
        CHANGING,
        label="Picking", tone="active", lane="main", row=1,
    ),
    state(
        "AWAITING_RIDER_SELECTION",
        entry(do=changes.choose_nobody, emit=effects.TellRiders()),
        SELECTING,
        NAMING,
        on(CarrierSelected, "READY_FOR_SHIPMENT",
           do=changes.choose_carrier, emit=effects.CloseInterests(effects.BY_CARRIER)),
        STARTING_OVER,
        on(PreferencesChanged, when=bringing.moves_to_known_place, emit=[ELSEWHERE, effects.TellRiders()]),
        on(PreferencesChanged, when=bringing.address_is_complete),
        label="Choosing a rider", tone="waiting", lane="main", row=2,
    ),
    state(
        "RIDER_ASSIGNED",
        leave(emit=effects.release_former),
        on(PackageShipped, "SHIPPED", when=guards.is_delivery, do=[changes.ship, changes.make_pin],
           emit=[effects.commit_stock_once, effects.send_pin, effects.CloseInterests(effects.LEFT)]),
        SELECTING,
        NAMING,
        on(RiderUnassigned, "AWAITING_RIDER_SELECTION", emit=effects.release_rider),
        STARTING_OVER,
        on(PreferencesChanged, when=bringing.moves_to_known_place, emit=ELSEWHERE),
        on(PreferencesChanged, when=bringing.address_is_complete),
        label="Rider assigned", tone="active", lane="main", row=3,
    ),
    state(
        "READY_FOR_SHIPMENT",
        SHIPPING,
        on(PackageDelivered, "DELIVERED", when=guards.handed_over, emit=effects.commit_stock_once),
        on(PackageDelivered, when=guards.pickup_tries_left, do=changes.count_try),
        on(CarrierReleased, "AWAITING_RIDER_SELECTION", when=bringing.by_carrier),
        TRACKING,
        RENEWING_PIN,
        STARTING_OVER,
        on(PreferencesChanged, when=guards.is_pickup),
        on(PreferencesChanged, when=bringing.address_is_complete),
        label="Ready to ship or collect", tone="waiting", lane="other ways", row=2,
    ),
    label="Preparing", tone="active", lane="main", row=0,
)  # fmt: skip

RETURNING = on(
    ReturnRequested, "RETURN_REQUESTED", when=rules.may_come_back, do=rules.ask_back, emit=effects.open_return
)
REJECTING = on(ReturnRejected, "DELIVERED", do=rules.end_return, emit=effects.reject_return)
RECEIVING = on(
    ReturnReceived,
    "RETURN_RECEIVED",
    when=rules.goods_came_back,
    do=rules.receive,
    emit=[effects.receive_return, effects.restock],
)
NOTHING_CAME = on(
    ReturnReceived, "DELIVERED", when=rules.goods_were_asked_back, do=rules.end_return, emit=effects.receive_return
)  # fmt: skip

REFUNDING = [effects.settle_return, effects.tell_refunded, effects.pay_back]

FULFILLMENT = chart(
    "fulfillment",
    version=1,
    label="Fulfillment",
    born="began the fulfillment",
    context=FulfillmentContext,
    facts=FulfillmentFacts,
    lanes=("other ways", "main", "exceptions", "returns"),
    states=[
        PREPARING,
        state(
            "ON_HOLD",
            on(Resume, "WHERE_IT_WAS", when=guards.may_go_on,
               do=changes.go_on, emit=effects.allocate_missing_stock),
            on(Cancel, "CANCELLED", when=guards.may_end_early),
            label="On hold", tone="waiting", lane="exceptions", row=3,
        ),
        state(
            "SCHEDULING",
            on(ServiceScheduled, "IN_PROGRESS", when=guards.not_in_the_past, do=changes.schedule),
            on(PreferencesChanged),
            CANCELLING,
            label="Scheduling", tone="waiting", lane="other ways", row=0,
        ),
        state(
            "IN_PROGRESS",
            on(ServiceRescheduled, when=guards.not_in_the_past, do=changes.schedule),
            on(ServiceCompleted, "COMPLETED"),
            on(PreferencesChanged),
            CANCELLING,
            FAILING,
            label="In progress", tone="active", lane="other ways", row=1,
        ),
        state(
            "SHIPPED",
            on(PackageDelivered, "DELIVERED", when=guards.receiver_is_known),
            on(PackageDelivered, when=guards.tries_are_left, do=changes.count_try),
            on(DeliveryFailed, "AWAITING_RIDER_SELECTION", when=guards.attempts_are_left,
               do=changes.count_attempt, emit=effects.release_rider),
            on(DeliveryFailed, "FAILED", do=changes.count_attempt),
            TRACKING,
            RENEWING_PIN,
            RETURNING,
            FAILING,
            label="Out for delivery", tone="active", lane="main", row=4,
        ),
        state(
            "DELIVERED",
            entry(emit=effects.earn),
            entry(do=changes.arrive),
            RETURNING,
            on(Complete, "COMPLETED", at="return_until"),
            label="Delivered", tone="good", lane="main", row=5,
        ),
        state(
            "RETURN_REQUESTED",
            on(ReturnAccepted, "RETURN_ACCEPTED", emit=effects.accept_return),
            RECEIVING,
            NOTHING_CAME,
            REJECTING,
            label="Return requested", tone="waiting", lane="returns", row=3,
        ),
        state(
            "RETURN_ACCEPTED",
            RECEIVING,
            NOTHING_CAME,
            REJECTING,
            label="Return accepted", tone="waiting", lane="returns", row=4,
        ),
        state(
            "RETURN_RECEIVED",
            on(RefundIssued, "REFUNDED", when=rules.refund_ends_it, do=rules.end_return, emit=REFUNDING),
            on(RefundIssued, "DELIVERED", when=rules.refund_fits, do=rules.end_return, emit=REFUNDING),
            label="Return received", tone="active", lane="returns", row=6,
        ),
        final(
            "COMPLETED",
            entry(emit=effects.TellSale("FULFILLMENT_COMPLETED")),
            label="Completed", tone="good", lane="main", row=7,
        ),
        final("REFUNDED", label="Refunded", tone="ended", lane="returns", row=7),
        final(
            "CANCELLED",
            entry(emit=[effects.release_rider, effects.close_interests, effects.TellSale("FULFILLMENT_CANCELLED"),
                        effects.give_back_stock]),
            label="Cancelled", tone="ended", lane="exceptions", row=6,
        ),
        final(
            "FAILED",
            entry(emit=[effects.release_rider, effects.close_interests, effects.TellSale("FULFILLMENT_FAILED"),
                        effects.give_back_stock]),
            label="Failed", tone="bad", lane="exceptions", row=4,
        ),
    ],
)  # fmt: skip
