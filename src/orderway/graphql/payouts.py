"""Riders' money in the API: what a delivery is worth, what was paid of it, and what a rider earned."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.fulfillment.payouts.ledger import Correction, Entered, Payout, correct_earning, pay_rider
from orderway.graphql.answers import NOES, Conflict, Invalid, NotFound, Refused, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.expose import INPUTS, KEY, key_of
from orderway.graphql.forms import payload_of
from orderway.graphql.lives import OUTPUTS
from orderway.graphql.paging import After, First, Page, connection_of, place_of
from orderway.order import payouts
from orderway.order.payouts import count_earnings, list_earnings, load_payment, load_payments, load_totals
from orderway.order.reach import reach
from orderway.people.scope import actor_on
from orderway.workflow.kinds import Ref
from orderway.workflow.transaction import Transaction

Entry = OUTPUTS.of(payouts.RiderLedgerEntry, machine="rider_ledger", name="RiderLedgerEntry")
FulfillmentPayment = OUTPUTS.of(payouts.FulfillmentPayment, machine="rider_ledger", name="FulfillmentPayment")
Total = OUTPUTS.of(payouts.RiderTotal, machine="rider_ledger", name="RiderTotal")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayFulfillmentRider(Payout):
    """Money given to a rider for a delivery, `amount` in minor units of the order's currency: no more than is due.

    Without `rider` it is the one who is assigned, or was when the delivery ended.
    """

    fulfillment: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectRiderEarning(Correction):
    """More (+) or less (-) than what was earned by a delivery so far, in minor units, and why."""

    fulfillment: UUID


async def entries_of(
    root: strawberry.Parent[RiderEarnings], info: Info, *, first: First = 20, after: After = None
) -> Page[payouts.RiderLedgerEntry]:
    viewer = info.context.signed_in
    async with info.context.connection() as connection:
        found, more = await list_earnings(connection, viewer, root.rider, after=after or "", limit=first)
    count = partial(count_earnings, viewer=viewer, rider=root.rider)
    return Page(nodes=found, has_more=more, cursor=place_of, count=count, after=after)


@strawberry.type(name="RiderEarnings", description="What a rider earned, of what the viewer may see.")
class RiderEarnings:
    rider: UUID
    totals: list[payouts.RiderTotal] = strawberry.field(
        graphql_type=list[Total],  # type: ignore[valid-type]  # a type made just now
        description="One for each currency.",
    )
    entries: Page[payouts.RiderLedgerEntry] = strawberry.field(
        resolver=entries_of, graphql_type=connection_of(Entry), description="Newest first."
    )


@strawberry.type(name="RiderPaid", description="It is entered, and committed.")
class RiderPaid:
    payment: payouts.FulfillmentPayment = strawberry.field(graphql_type=FulfillmentPayment)


PayoutAnswer = Annotated[
    RiderPaid | Refused | Conflict | NotFound | Invalid,
    strawberry.union("PayoutAnswer", description="What paying a rider comes to."),
]
Enter = Callable[[Transaction, Ref, Any], Awaitable[Entered]]


async def fulfillment_payments(info: Info, *, fulfillment: UUID) -> list[payouts.FulfillmentPayment]:
    async with info.context.connection() as connection:
        return await load_payments(connection, info.context.signed_in, fulfillment)


async def rider_earnings(info: Info, *, rider: UUID | None = None) -> RiderEarnings:
    viewer = info.context.signed_in
    whose = rider or viewer.person_id
    async with info.context.connection() as connection:
        return RiderEarnings(rider=whose, totals=await load_totals(connection, viewer, whose))


def earned() -> list[StrawberryField]:
    """The queries of riders' money."""
    of_delivery: Any = list[FulfillmentPayment]  # type: ignore[valid-type]  # a type made just now
    told: list[tuple[Any, Any, str]] = [
        (
            fulfillment_payments,
            of_delivery,
            "What riders asked, agreed and are paid for a delivery; a rider their own.",
        ),
        (rider_earnings, RiderEarnings, "What a rider earned and was paid; without a rider the viewer's own."),
    ]
    return [strawberry.field(resolver=read, graphql_type=kind, description=says) for read, kind, says in told]


def paying_riders() -> Iterator[StrawberryField]:
    """The mutations of riders' money."""
    yield entering("payFulfillmentRider", PayFulfillmentRider, pay_rider, description="Pay a rider for a delivery.")
    yield entering(
        "correctRiderEarning", CorrectRiderEarning, correct_earning, description="Correct what a rider earned."
    )


def entering(name: str, wanted: type, enter: Enter, *, description: str) -> StrawberryField:
    """A mutation that makes one entry; the same key makes it once."""
    form = INPUTS.of(wanted, machine="rider_ledger", name=f"{name[0].upper()}{name[1:]}Input", extras=(KEY,))

    async def resolve(info: Info, input: Any) -> PayoutAnswer:  # noqa: A002  (the API's word for it)
        try:
            return await entered(info.context, enter, payload_of(wanted, input), key=key_of(input))
        except NOES as no:
            return denied(info.context.desk.runner.workflow, no)

    resolve.__name__ = name
    resolve.__annotations__ = {"info": Info, "input": form, "return": PayoutAnswer}
    field: StrawberryField = strawberry.mutation(resolver=resolve, name=name, description=description)
    return field


async def entered(asking: Asking, enter: Enter, asked: Any, *, key: str | None) -> RiderPaid:
    """Make the entry as the viewer, and give what stands now."""
    viewer, runner = asking.signed_in, asking.desk.runner
    async with asking.connection() as connection:
        found = await reach(connection, viewer, kind=runner.workflow.kind("fulfillment"), id=asked.fulfillment)

    async def work(tx: Transaction) -> Entered:
        await tx.load(found.ref)
        tx.actor = await actor_on(tx.connection, viewer, store_id=found.ref.store_id, order_id=found.order_id)
        return await enter(tx, found.ref, asked)

    request = (type(asked).__name__, asked)
    made = await runner.once(
        work, Entered, key=key, request=request, actor=viewer.actor(), request_id=asking.request_id
    )
    async with asking.connection() as connection:
        return RiderPaid(payment=await load_payment(connection, viewer, asked.fulfillment, rider=made.rider))
