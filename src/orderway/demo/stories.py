"""The stories of the demo's orders: for every state of the three machines some that rest there, most of them done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Literal

from orderway.delivery.way import FulfillmentType
from orderway.demo import delivering as d
from orderway.demo import selling as s
from orderway.demo.extract import Order
from orderway.demo.tale import Act

Span = Callable[[Order, Random], timedelta]
"""How long after the act before it an act comes."""


def minutes(number: float) -> Span:
    """About so many minutes, half to one and a half of them."""
    return lambda _order, chance: timedelta(minutes=number * chance.uniform(0.5, 1.5))


def exactly(**span: float) -> Span:
    return lambda _order, _chance: timedelta(**span)


def paying(order: Order, _chance: Random) -> timedelta:
    """As long as the real payment took, within the time that a sale waits for it."""
    return min(order.paying, timedelta(hours=9))


def packing(order: Order, _chance: Random) -> timedelta:
    return min(order.packing, timedelta(days=9))


def travelling(order: Order, _chance: Random) -> timedelta:
    return min(order.travelling, timedelta(days=30))


@dataclass(frozen=True, slots=True)
class Beat:
    """An act and the time before it."""

    act: Act
    after: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """So many orders that go the same way. `age` bounds how long ago the last act was, in hours."""

    name: str
    count: int
    beats: tuple[Beat, ...]
    age: tuple[float, float]
    of_type: FulfillmentType = "DELIVERY"
    buyer: Literal["CONSUMER", "RESELLER"] = "CONSUMER"
    is_scarce: bool = False
    times: int = 1
    """How many times the pieces of the real order are bought: resellers buy more."""


def beats(*parts: tuple[Act, Span]) -> tuple[Beat, ...]:
    return tuple(Beat(act, after) for act, after in parts)


DRAFTED = beats((s.draft, exactly()))
SHARED = (*DRAFTED, *beats((s.share, minutes(12))))
ACCEPTED = (*SHARED, *beats((s.accept, minutes(35))))
AGREED = (*ACCEPTED, *beats((s.approve, minutes(20))))
CHOSEN = (*AGREED, *beats((s.choose(), minutes(6))))
INVOICED = (*AGREED, *beats((s.choose("INVOICE"), minutes(6))))
REGISTERED = (*CHOSEN, *beats((s.register_payment, minutes(10)), (s.authorize, minutes(2))))
UNDER_REVIEW = (*CHOSEN, *beats((s.ask_override, minutes(40))))
PAID = (*CHOSEN, *beats((s.pay_in_full, paying)))
GRANTED = (*UNDER_REVIEW, *beats((s.grant, minutes(50))))
PICKED = (*PAID, *beats((d.pick, minutes(90))))
OFFERED = (*PICKED, *beats((d.offer, minutes(9))))
ASSIGNED = (*OFFERED, *beats((d.assign, minutes(7))))
RIDING = (*ASSIGNED, *beats((d.ride, minutes(12))))
BY_CARRIER = beats((d.choose_carrier, minutes(25)), (d.ship, minutes(70)))
WITH_CARRIER = (*PAID, *beats((d.pick, packing), (d.choose_carrier, minutes(25))))
SHIPPED = (*PAID, *beats((d.pick, packing)), *BY_CARRIER)
ARRIVED = (*SHIPPED, *beats((d.deliver, travelling)))
RETURNING = (*ARRIVED, *beats((d.ask_return, minutes(60 * 24 * 3))))
ACCEPTED_BACK = (*RETURNING, *beats((d.accept_return, minutes(60 * 5))))
RETURNED = (*ACCEPTED_BACK, *beats((d.receive_return, minutes(60 * 24 * 2))))
PARTED = (*PAID, *beats((d.split, minutes(150)), (d.pick, packing)), *BY_CARRIER, *beats((d.deliver, travelling)))
ON_CREDIT = (*INVOICED, *beats((d.pick, packing)), *BY_CARRIER, *beats((d.deliver, travelling)))
DONE = beats((d.complete, exactly(days=14)))


def stories() -> Iterator[Story]:
    """All of them, two hundred orders together."""
    yield from quotations()
    yield from sales()
    yield from preparing()
    yield from under_way()
    yield from over()


def quotations() -> Iterator[Story]:
    again = (*SHARED, *beats((s.revise, minutes(60))))
    yield Story(name="draft", count=5, beats=DRAFTED, age=(0.2, 40))
    yield Story(name="in review", count=6, beats=SHARED, age=(0.3, 90))
    yield Story(name="revised", count=3, beats=again, age=(0.5, 60))
    yield Story(name="accepted by the buyer", count=3, beats=ACCEPTED, age=(0.4, 70), buyer="RESELLER", times=4)
    yield Story(name="approved by the seller", count=3, beats=(*SHARED, *beats((s.approve, minutes(30)))), age=(1, 80))
    lapsed = beats((s.draft_briefly, exactly()), (s.share, exactly(hours=2)), (s.quotation_expires, exactly(hours=70)))
    yield Story(name="expired", count=3, beats=lapsed, age=(5, 900))
    yield Story(name="declined", count=3, beats=(*SHARED, *beats((s.decline, minutes(400)))), age=(5, 700))
    yield Story(name="withdrawn", count=2, beats=(*SHARED, *beats((s.withdraw, minutes(50)))), age=(20, 600))


def sales() -> Iterator[Story]:
    """A sale without money in it waits for a day at most."""
    failed = (*CHOSEN, *beats((s.payment_fails, minutes(30))))
    unnamed = (*REGISTERED, *beats((s.money_comes_unnamed, minutes(20))))
    yield Story(name="choosing how to pay", count=5, beats=AGREED, age=(0.1, 14))
    yield Story(name="payment started", count=4, beats=CHOSEN, age=(0.2, 12))
    yield Story(name="waiting for the accountant", count=4, beats=REGISTERED, age=(0.2, 12))
    yield Story(name="paid without saying what for", count=1, beats=unnamed, age=(0.2, 12))
    yield Story(name="paid in part", count=2, beats=(*CHOSEN, *beats((s.pay_a_part, paying))), age=(3, 60))
    yield Story(name="payment failed", count=3, beats=failed, age=(0.5, 10))
    yield Story(name="under review", count=3, beats=UNDER_REVIEW, age=(0.3, 9))
    yield Story(name="over the credit limit", count=2, beats=INVOICED, age=(0.6, 9), buyer="RESELLER", times=150)
    yield Story(name="override declined", count=1, beats=(*UNDER_REVIEW, *beats((s.deny, minutes(60)))), age=(1, 8))
    yield Story(name="cancelled", count=3, beats=(*CHOSEN, *beats((s.cancel_sale, minutes(200)))), age=(10, 800))
    yield Story(
        name="expired unpaid", count=3, beats=(*AGREED, *beats((s.sale_expires, exactly(days=1)))), age=(2, 600)
    )


def preparing() -> Iterator[Story]:
    ready = (*PAID, *beats((d.pick, minutes(120))))
    lapsed = (*OFFERED, *beats((d.offers_lapse, exactly(minutes=46))))
    named = (*PICKED, *beats((d.name_rider, minutes(15))))
    released = (*named, *beats((d.give_back, minutes(20))))
    redirected = (*PICKED, *beats((d.redirect, minutes(10))))
    moved = (*PAID, *beats((d.schedule, minutes(90)), (d.reschedule, minutes(200))))
    revoked = (*GRANTED, *beats((s.revoke, minutes(180))))
    yield Story(name="waiting for stock", count=4, beats=PAID, age=(2, 80), is_scarce=True)
    yield Story(name="picking", count=8, beats=PAID, age=(0.1, 30))
    yield Story(name="offers to choose from", count=5, beats=OFFERED, age=(0.02, 0.4))
    yield Story(name="offers lapsed", count=1, beats=lapsed, age=(0.5, 6))
    yield Story(name="rider gave it back", count=2, beats=released, age=(0.1, 3))
    yield Story(name="brought elsewhere", count=1, beats=redirected, age=(0.1, 3))
    yield Story(name="rider assigned", count=4, beats=ASSIGNED, age=(0.05, 2))
    yield Story(name="ready to ship", count=4, beats=WITH_CARRIER, age=(0.3, 20))
    yield Story(name="ready to collect", count=4, beats=ready, age=(0.5, 50), of_type="PICKUP")
    yield Story(name="on hold", count=3, beats=(*PAID, *beats((d.hold, minutes(80)))), age=(3, 70))
    yield Story(name="override revoked", count=1, beats=revoked, age=(1, 5))
    yield Story(name="scheduling", count=3, beats=PAID, age=(1, 40), of_type="SERVICE")
    yield Story(name="service moved", count=1, beats=moved, age=(2, 40), of_type="SERVICE")
    yield Story(name="service in progress", count=2, beats=(*PAID, *beats((d.schedule, minutes(90)))), age=(2, 40),
                of_type="SERVICE")  # fmt: skip


def under_way() -> Iterator[Story]:
    tried = (*RIDING, *beats((d.attempt_fails, minutes(40))))
    yield Story(name="with the carrier", count=10, beats=SHIPPED, age=(1, 150))
    yield Story(name="with a rider", count=4, beats=RIDING, age=(0.05, 1.5))
    yield Story(name="nobody at home", count=1, beats=tried, age=(0.2, 2))
    yield Story(name="delivered", count=12, beats=ARRIVED, age=(1, 300))
    yield Story(name="delivered on credit", count=2, beats=ON_CREDIT, age=(5, 200), buyer="RESELLER", times=4)
    yield Story(name="part delivered, part waiting", count=2, beats=PARTED, age=(2, 150), is_scarce=True)
    yield Story(name="return requested", count=2, beats=RETURNING, age=(2, 60))
    yield Story(name="return accepted", count=2, beats=ACCEPTED_BACK, age=(2, 40))
    yield Story(name="return received", count=3, beats=RETURNED, age=(1, 40))


def over() -> Iterator[Story]:
    brought = (*beats((d.ride, minutes(12)), (d.hand_over, minutes(35))), *DONE)
    by_van = (*OFFERED, *beats((d.assign_the_dearer, minutes(7))), *brought)
    collected = (*PAID, *beats((d.pick, minutes(120)), (d.hand_over, minutes(500))), *DONE)
    served = (*PAID, *beats((d.schedule, minutes(90)), (d.complete_service, exactly(days=2))))
    settled = (*ON_CREDIT, *DONE, *beats((s.pay_in_full, exactly(days=9))))
    in_part = (*ARRIVED, *beats((d.ask_return_of_one, minutes(900)), (d.receive_return, minutes(2000)),
                                (d.refund, minutes(600))), *DONE)  # fmt: skip
    again = beats((d.hold, minutes(80)), (d.resume, minutes(900)), (d.pick, minutes(60)))
    held = (*PAID, *again, *BY_CARRIER, *beats((d.deliver, travelling)), *DONE)
    granted = (*GRANTED, *beats((d.pick, packing)), *BY_CARRIER, *beats((s.pay_in_full, minutes(900))),
               *beats((d.deliver, travelling)), *DONE)  # fmt: skip
    balance = (*ON_CREDIT, *DONE)
    dropped = (*PARTED, *beats((d.drop_the_rest, minutes(900))), *DONE)
    another = (*ASSIGNED, *beats((d.give_back, minutes(15)), (d.name_rider, minutes(10)), (d.ride, minutes(12)),
                                 (d.hand_over, minutes(35))), *DONE)  # fmt: skip
    kept = (*RETURNED, *beats((d.refund_to_account, minutes(300))))
    yield Story(name="refunded to the account", count=1, beats=kept, age=(4, 500))
    yield Story(name="rest given up", count=1, beats=dropped, age=(3, 600), is_scarce=True)
    yield Story(name="completed by another rider", count=2, beats=another, age=(3, 1500))
    yield Story(name="refunded", count=2, beats=(*RETURNED, *beats((d.refund, minutes(300)))), age=(4, 500))
    yield Story(name="fulfillment cancelled", count=3, beats=(*PICKED, *beats((d.cancel_fulfillment, minutes(400)))),
                age=(10, 700))  # fmt: skip
    yield Story(name="failed", count=3, beats=(*SHIPPED, *beats((d.fail, minutes(60 * 24 * 6)))), age=(10, 700))
    yield Story(name="balance due", count=4, beats=balance, age=(10, 500), buyer="RESELLER", times=4)
    yield Story(name="written off", count=1, beats=(*balance, *beats((s.write_off, exactly(days=20)))), age=(10, 200),
                buyer="RESELLER", times=4)  # fmt: skip
    yield Story(name="settled", count=4, beats=settled, age=(10, 900), buyer="RESELLER", times=4)
    yield Story(name="completed by van", count=3, beats=by_van, age=(3, 1500))
    yield Story(name="completed by a rider", count=2, beats=(*ASSIGNED, *brought), age=(3, 1500))
    yield Story(name="collected", count=6, beats=collected, age=(3, 1500), of_type="PICKUP")
    yield Story(name="served", count=3, beats=served, age=(3, 1200), of_type="SERVICE")
    yield Story(name="returned in part", count=1, beats=in_part, age=(3, 600), times=2)
    yield Story(name="held and resumed", count=2, beats=held, age=(3, 800))
    yield Story(name="let through by an override", count=2, beats=granted, age=(3, 900))
    yield Story(name="completed", count=20, beats=(*ARRIVED, *DONE), age=(2, 2000))
