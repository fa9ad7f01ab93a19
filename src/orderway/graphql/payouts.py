"""Riders' money in the API: what a delivery is worth, what was paid of it, and what a rider earned."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.answers import NOES, Conflict, Invalid, NotFound, Refused, denied
from orderway.graphql.asking import Asking, Info
from orderway.graphql.expose import INPUTS, KEY, key_of
from orderway.graphql.forms import payload_of
from orderway.graphql.lives import OUTPUTS
from orderway.graphql.paging import After, First, Page, connection_of, place_of
from orderway.order import payouts
from orderway.order.begun import Asker
from orderway.order.paying import CorrectRiderEarning, PayFulfillmentRider, enter_money
from orderway.order.payouts import count_earnings, list_earnings, load_payment, load_payments, load_totals

Entry = OUTPUTS.of(payouts.RiderLedgerEntry, machine="rider_ledger", name="RiderLedgerEntry")
FulfillmentPayment = OUTPUTS.of(payouts.FulfillmentPayment, machine="rider_ledger", name="FulfillmentPayment")
Total = OUTPUTS.of(payouts.RiderTotal, machine="rider_ledger", name="RiderTotal")


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
    yield entering("payFulfillmentRider", PayFulfillmentRider, description="Pay a rider for a delivery.")
    yield entering("correctRiderEarning", CorrectRiderEarning, description="Correct what a rider earned.")


def entering(name: str, wanted: type, *, description: str) -> StrawberryField:
    """A mutation that makes one entry; the same key makes it once."""
    form = INPUTS.of(wanted, machine="rider_ledger", name=f"{name[0].upper()}{name[1:]}Input", extras=(KEY,))

    async def resolve(info: Info, input: Any) -> PayoutAnswer:  # noqa: A002  (the API's word for it)
        try:
            return await entered(info.context, payload_of(wanted, input), key=key_of(input))
        except NOES as no:
            return denied(info.context.desk.runner.workflow, no)

    resolve.__name__ = name
    resolve.__annotations__ = {"info": Info, "input": form, "return": PayoutAnswer}
    field: StrawberryField = strawberry.mutation(resolver=resolve, name=name, description=description)
    return field


async def entered(asking: Asking, asked: PayFulfillmentRider | CorrectRiderEarning, *, key: str | None) -> RiderPaid:
    """Make the entry as the viewer, and give what stands now."""
    viewer = asking.signed_in
    by = Asker(viewer=viewer, key=key, request_id=asking.request_id)
    made = await enter_money(asking.desk.runner, by, asked)
    async with asking.connection() as connection:
        return RiderPaid(payment=await load_payment(connection, viewer, asked.fulfillment, rider=made.rider))
