"""Acts of the demo's stories, from a fulfillment that begins to goods that come back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from orderway.delivery.address import Delivery
from orderway.demo.tale import Tale
from orderway.fulfillment import events as fulfilling
from orderway.fulfillment.interests.machine import Expire as LetLapse
from orderway.fulfillment.interests.machine import Register
from orderway.fulfillment.returns.prices import price_of, sold
from orderway.fulfillment.riders import offer_of, volunteer
from orderway.people.viewer import Viewer
from orderway.preferences import Preferences, change_preferences
from orderway.sale.payments.context import RefundTo
from orderway.workflow.actor import THE_SYSTEM, Actor


async def pick(tale: Tale) -> None:
    await tale.send("fulfillment", fulfilling.FulfillmentStarted(), by=tale.biller)


async def split(tale: Tale) -> None:
    """What is there goes now, and what is missing later."""
    await tale.send("fulfillment", fulfilling.Split(), by=tale.biller)


async def drop_the_rest(tale: Tale) -> None:
    """The buyer does not wait for the part that is still missing."""
    for each in await tale.every("fulfillment", taking=fulfilling.Cancel):
        await tale.send_to(each, fulfilling.Cancel("The buyer does not wait for it."), by=tale.manager)


async def redirect(tale: Tale) -> None:
    """The buyer moves within the town, before the goods leave."""
    place, house = tale.store.place, tale.chance.randint(1, 90)
    moved = Delivery(
        receiver=tale.buyer.customer.name,
        phone=f"+234 700 555 02{house}",
        address=f"{house} Station Road, {place.quarters[0]}",
        city=place.name,
        country="NG",
    )
    with tale.acting(tale.biller):
        await change_preferences(tale.tx, Preferences(delivery=moved, reason="The buyer moved."))


async def offer(tale: Tale) -> None:
    """Both riders of the town offer to deliver, the second one cheaper."""
    prices = (150_000, 120_000)
    delivery = (await tale.one("fulfillment")).ref
    for rider, price in zip(tale.riders, prices, strict=True):
        with tale.acting(rider.actor()):
            offered = Register(price, tale.chance.randint(8, 30), "On my motorcycle.")
            await volunteer(tale.tx, delivery, offered, rider=rider.person_id)


async def offers_lapse(tale: Tale) -> None:
    for each in await tale.every("rider_interest", taking=LetLapse):
        await tale.send_to(each, LetLapse(), by=THE_SYSTEM)


async def assign(tale: Tale) -> None:
    """The cheaper offer is taken."""
    await _assign(tale, tale.riders[1])


async def assign_the_dearer(tale: Tale) -> None:
    """The other one is: they have the van."""
    await _assign(tale, tale.riders[0])


async def _assign(tale: Tale, rider: Viewer) -> None:
    chosen = await offer_of(tale.tx, rider.person_id, to=(await tale.one("fulfillment")).id)
    if chosen is None:
        raise LookupError(f"Order {tale.order.reference} has no offer to take.")
    await tale.send("fulfillment", fulfilling.RiderSelected(chosen.id), by=tale.biller)


async def name_rider(tale: Tale) -> None:
    await tale.send("fulfillment", fulfilling.RiderNamed(tale.riders[0].person_id, 140_000), by=tale.manager)


async def give_back(tale: Tale) -> None:
    """The rider can not bring it after all."""
    released = fulfilling.RiderUnassigned("The motorcycle has a puncture.")
    await tale.send("fulfillment", released, by=await _rider(tale))


async def choose_carrier(tale: Tale) -> None:
    tracking = f"NG{tale.chance.randint(10**8, 10**9 - 1)}"
    await tale.send("fulfillment", fulfilling.CarrierSelected("Interstate Haulage", tracking), by=tale.biller)


async def ship(tale: Tale) -> None:
    await tale.send("fulfillment", fulfilling.PackageShipped(), by=tale.biller)


async def ride(tale: Tale) -> None:
    """The rider who is assigned takes the package along."""
    await tale.send("fulfillment", fulfilling.PackageShipped(), by=await _rider(tale))


async def deliver(tale: Tale) -> None:
    await tale.send("fulfillment", fulfilling.PackageDelivered(), by=tale.biller)


PIN = """
SELECT k.pin FROM fulfillment f JOIN fulfillment_pin k ON k.store_id = f.store_id AND k.fulfillment_id = f.id
WHERE f.store_id = $1 AND f.order_id = $2 ORDER BY k.event_number DESC LIMIT 1
"""


async def hand_over(tale: Tale) -> None:
    """The receiver says the PIN that was sent to them."""
    pin = await tale.tx.connection.fetchval(PIN, tale.tx.store_id, tale.tx.order_id)
    by = tale.biller if tale.of_type == "PICKUP" else await _rider(tale)
    await tale.send("fulfillment", fulfilling.PackageDelivered(pin), by=by)


async def _rider(tale: Tale) -> Actor:
    rider = (await tale.one("fulfillment")).context.rider
    return next(each for each in tale.riders if each.person_id == rider).actor()


async def attempt_fails(tale: Tale) -> None:
    await tale.send("fulfillment", fulfilling.DeliveryFailed("Nobody was at home."), by=tale.biller)


async def complete(tale: Tale) -> None:
    """The return window is over: the timer completes the order."""
    await tale.send("fulfillment", fulfilling.Complete())


async def ask_return(tale: Tale) -> None:
    """Everything goes back."""
    await _ask_return(tale, await _goods(tale))


async def ask_return_of_one(tale: Tale) -> None:
    await _ask_return(tale, [(line, 1) for line, _ in (await _goods(tale))[:1]])


async def _ask_return(tale: Tale, goods: list[tuple[UUID, int]]) -> None:
    lines = tuple(fulfilling.ReturnWanted(line, quantity) for line, quantity in goods)
    await tale.send("fulfillment", fulfilling.ReturnRequested(lines, "It does not fit."), by=tale.by_buyer)


LINES = "SELECT id, quantity FROM order_line WHERE store_id = $1 AND order_id = $2 ORDER BY position"


async def _goods(tale: Tale) -> list[tuple[UUID, int]]:
    rows = await tale.tx.connection.fetch(LINES, tale.tx.store_id, tale.tx.order_id)
    return [(row["id"], row["quantity"]) for row in rows]


async def accept_return(tale: Tale) -> None:
    await tale.send("fulfillment", fulfilling.ReturnAccepted(), by=tale.manager)


async def receive_return(tale: Tale) -> None:
    """What was asked back comes back, fit to be sold again."""
    asked = (await tale.one("fulfillment")).context.return_lines
    lines = tuple(fulfilling.Returned(each.line, each.quantity, "SELLABLE") for each in asked)
    await tale.send("fulfillment", fulfilling.ReturnReceived(lines), by=tale.manager)


async def refund(tale: Tale) -> None:
    await _refund(tale, "PAYMENT")


async def refund_to_account(tale: Tale) -> None:
    """The buyer wants to buy something else for it."""
    await _refund(tale, "ACCOUNT")


async def _refund(tale: Tale, to: RefundTo) -> None:
    """As much as was paid for what came back."""
    amount = price_of(await sold(tale.tx), (await tale.one("fulfillment")).context.return_lines)
    await tale.send("fulfillment", fulfilling.RefundIssued(amount, to), by=tale.accountant)


async def hold(tale: Tale) -> None:
    await tale.send("fulfillment", fulfilling.Hold("The buyer is travelling until Monday."), by=tale.biller)


async def resume(tale: Tale) -> None:
    await tale.send("fulfillment", fulfilling.Resume(), by=tale.biller)


async def schedule(tale: Tale) -> None:
    at = tale.now.replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    await tale.send("fulfillment", fulfilling.ServiceScheduled(at), by=tale.biller)


async def reschedule(tale: Tale) -> None:
    at = (await tale.one("fulfillment")).context.scheduled_at + timedelta(days=1)
    await tale.send("fulfillment", fulfilling.ServiceRescheduled(at, "The buyer is at work that day."), by=tale.biller)


async def complete_service(tale: Tale) -> None:
    await tale.send("fulfillment", fulfilling.ServiceCompleted(), by=tale.biller)


async def cancel_fulfillment(tale: Tale) -> None:
    await tale.send("fulfillment", fulfilling.Cancel("The buyer moved to another town."), by=tale.manager)


async def fail(tale: Tale) -> None:
    await tale.send("fulfillment", fulfilling.Fail("The parcel was lost on the way."), by=tale.manager)
