"""One order on its road: each move of its plan sent through the door, by its actor and at its time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orderway.delivery.address import Delivery
from orderway.errors import OrderwayError
from orderway.fulfillment.events import (
    Cancel,
    CarrierSelected,
    Complete,
    Fail,
    FulfillmentStarted,
    PackageDelivered,
    PackageShipped,
)
from orderway.legacy.olist.ends import Ends
from orderway.legacy.olist.findings import Finding
from orderway.legacy.olist.ground import SOURCE, Ground
from orderway.legacy.olist.moves import (
    AnyMove,
    ApproveForBuyer,
    ApproveForSeller,
    ApproveOverride,
    CancelFulfillment,
    CancelSale,
    CompleteFulfillment,
    ConfirmPayment,
    DeliverPackage,
    DraftQuotation,
    FailFulfillment,
    Line,
    ReceiveGoods,
    RegisterPayment,
    RequestOverride,
    SelectCarrier,
    SetPaymentMethod,
    ShareQuotation,
    ShipPackage,
    StartFulfillment,
    WithdrawQuotation,
)
from orderway.legacy.olist.plan import Plan
from orderway.quotation.context import PricedLine
from orderway.quotation.events import BuyerApproves, SellerApproves, Share, Withdraw
from orderway.quotation.opening import NewOrder, place
from orderway.sale.events import AdminOverrideRequested, CancelRequested
from orderway.sale.events import SetPaymentMethod as ChooseMethod
from orderway.sale.overrides.machine import Approve
from orderway.sale.payments.events import Confirm
from orderway.sale.payments.opening import NewPayment, register
from orderway.stock.movements import Goods, receive
from orderway.workflow.actor import Actor
from orderway.workflow.kinds import Ref
from orderway.workflow.transaction import Transaction

FIRST = 1
"""The version of a quotation that was never edited: the one that both sides approve."""

REMEMBER = "INSERT INTO imported_order (store_id, order_id, status) VALUES ($1, $2, $3)"
REPORT = """
INSERT INTO import_finding (store_id, order_id, kind, sentence, amount)
SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::bigint[])
"""


class Astray(OrderwayError):
    """An order that did not end where its facts put it; nothing of it was written."""


@dataclass(slots=True)
class Road:
    """An order under way in one transaction."""

    tx: Transaction
    ground: Ground
    payments: dict[str, Ref] = field(default_factory=dict)

    async def go(self, plan: Plan) -> None:
        """Make every move, and keep what was found wrong. Raises Refused, Invalid, NotFound or Astray."""
        for move in plan.moves:
            with self.tx.acting(self.actor(move), at=move.at):
                await self.make(move)
        await self.report(plan.findings)
        ended = await self.ends()
        if ended != plan.ends:
            raise Astray(f"It ended with its {ended.in_words}; its facts say {plan.ends.in_words}.")

    def actor(self, move: AnyMove) -> Actor:
        buyer = move.on_behalf_of
        return Actor(move.actor, None, f"customer:{self.ground.customers[buyer]}" if buyer else None)

    async def make(self, move: AnyMove) -> None:
        match move:
            case DraftQuotation():
                await self.draft(move)
            case ReceiveGoods():
                goods = [Goods(self.ground.variants[each.product_id], each.quantity) for each in move.goods]
                store_id, note = self.tx.store_id, "From the seller"
                await receive(self.tx.connection, store_id, goods=goods, at=move.at, actor=move.actor, note=note)
            case RegisterPayment():
                await self.register(move)
            case ConfirmPayment():
                await self.tx.send(self.payments[move.reference], Confirm(), reason=move.note)
            case ApproveOverride():
                await self.approve(move)
            case _:
                await self.send(move)

    async def draft(self, move: DraftQuotation) -> None:
        buyer = move.customer
        order = NewOrder(
            store_id=self.ground.store_id,
            customer_id=self.ground.customers[buyer.id],
            currency=move.currency,
            fulfillment_type="DELIVERY",
            lines=tuple(self.line(each) for each in move.lines),
            delivery=Delivery(
                receiver=buyer.name,
                city=buyer.city,
                region=buyer.state,
                postcode=buyer.postcode,
                country="Brazil",
                promised_at=move.promised_at,
            ),
            valid_until=move.valid_until,
            source=SOURCE,
            source_ref=move.order_id,
        )
        await place(self.tx, order)
        await self.tx.connection.execute(REMEMBER, self.tx.store_id, self.tx.order_id, move.status)

    def line(self, line: Line) -> PricedLine:
        return PricedLine(
            variant=self.ground.variants[line.product_id],
            description=f"{line.description} (seller {line.seller})",
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount=0,
            tax=0,
            freight=line.freight,
            total=line.total,
        )

    async def register(self, move: RegisterPayment) -> None:
        payment = NewPayment(
            amount=move.amount,
            currency=move.currency,
            method=move.method,
            provider=move.provider,
            reference=move.reference,
        )
        self.payments[move.reference] = (await register(self.tx, payment)).ref

    async def approve(self, move: ApproveOverride) -> None:
        """A request of the kind that nobody opened needs no approval."""
        for request in await self.tx.every("override_request", taking=Approve):
            if request.context.kind == move.kind:
                await self.tx.send(request.ref, Approve(), reason=move.note)

    async def send(self, move: AnyMove) -> None:
        instance = await self.tx.find(move.machine)
        if instance is None:
            raise Astray(f"It has no {move.machine} that could hear {move.event}.")
        await self.tx.send(instance.ref, EVENTS[type(move)](move), reason=move.note)

    async def report(self, findings: Sequence[Finding]) -> None:
        if findings:
            await self.tx.connection.execute(
                REPORT, self.tx.store_id, self.tx.order_id, [each.kind.name for each in findings],
                [each.text for each in findings], [each.amount for each in findings],
            )  # fmt: skip

    async def ends(self) -> Ends:
        """Where its machines rest."""
        rests = {}
        for machine in ("quotation", "sale", "fulfillment"):
            instance = await self.tx.find(machine)
            if instance is not None:
                rests[machine] = instance.state
        return Ends(**rests)


EVENTS: Mapping[type[Any], Callable[[Any], Any]] = {
    ShareQuotation: lambda _: Share(),
    ApproveForBuyer: lambda _: BuyerApproves(FIRST),
    ApproveForSeller: lambda _: SellerApproves(FIRST),
    WithdrawQuotation: lambda move: Withdraw(move.reason),
    SetPaymentMethod: lambda move: ChooseMethod(move.method),
    CancelSale: lambda move: CancelRequested(move.reason),
    RequestOverride: lambda move: AdminOverrideRequested(move.reason),
    StartFulfillment: lambda _: FulfillmentStarted(),
    SelectCarrier: lambda move: CarrierSelected(move.carrier),
    ShipPackage: lambda _: PackageShipped(),
    DeliverPackage: lambda _: PackageDelivered(),
    CompleteFulfillment: lambda _: Complete(),
    CancelFulfillment: lambda move: Cancel(move.reason),
    FailFulfillment: lambda move: Fail(move.reason),
}
"""The event of each move that the one instance of its machine hears."""
