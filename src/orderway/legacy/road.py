"""One order on its road, whatever it comes from: each move sent through the door, by its actor and at its time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

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
from orderway.legacy.ends import Ends
from orderway.legacy.moves import (
    SYSTEM,
    ApproveForBuyer,
    ApproveForSeller,
    ApproveOverride,
    CancelFulfillment,
    CancelSale,
    CompleteFulfillment,
    ConfirmPayment,
    DeliverPackage,
    FailFulfillment,
    Move,
    ReceiveGoods,
    RequestOverride,
    SelectCarrier,
    SetPaymentMethod,
    ShareQuotation,
    ShipPackage,
    StartFulfillment,
    WithdrawQuotation,
)
from orderway.quotation.events import BuyerApproves, SellerApproves, Share, Withdraw
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


class Ground(Protocol):
    """What an order stands on, by the source's own ids."""

    @property
    def customers(self) -> Mapping[str, UUID]: ...

    @property
    def variants(self) -> Mapping[str, UUID]: ...


Laid = TypeVar("Laid", bound=Ground)


class Astray(OrderwayError):
    """An order that did not end where its facts put it; nothing of it was written."""


@dataclass(slots=True)
class Road(Generic[Laid]):
    """An order under way in one transaction. `payments` are those registered, by their references."""

    importer: ClassVar[str]
    goods_note: ClassVar[str]
    events: ClassVar[Mapping[type[Any], Callable[[Any], Any]]] = EVENTS

    tx: Transaction
    ground: Laid
    payments: dict[str, Ref] = field(default_factory=dict)

    async def drive(self, moves: Sequence[Any]) -> None:
        """Make every move. Raises Refused, Invalid, NotFound or Astray."""
        for move in moves:
            with self.tx.acting(self.actor(move), at=move.at, note=move.note):
                await self.make(move)

    def actor(self, move: Move) -> Actor:
        """Who makes it. What goes back to no time of ours is the import's too, so that nobody is told of it."""
        behalf = move.on_behalf_of and self.behalf(move.on_behalf_of)
        return Actor(move.actor or self.importer, None, behalf or (self.importer if move.actor == SYSTEM else None))

    def behalf(self, theirs: str) -> str | None:
        return f"customer:{self.ground.customers[theirs]}"

    async def make(self, move: Any) -> None:
        """Make a move, at its time and as its actor."""
        match move:
            case ReceiveGoods():
                goods = [Goods(self.ground.variants[each.product_id], each.quantity) for each in move.goods]
                await receive(
                    self.tx.connection, self.tx.store_id, goods=goods, at=move.at, actor=self.tx.actor.id,
                    note=self.goods_note, order=self.tx.order_id,
                )  # fmt: skip
            case ConfirmPayment():
                await self.tx.send(await self.payment(move.reference), Confirm())
            case ApproveOverride():
                await self.decide(move.kind, Approve())
            case _:
                await self.send(move)

    async def send(self, move: Move) -> None:
        instance = await self.tx.find(move.machine)
        if instance is None:
            raise Astray(f"It has no {move.machine} that could hear {move.event}.")
        await self.tx.send(instance.ref, self.events[type(move)](move))

    async def register(self, payment: NewPayment) -> None:
        self.payments[payment.reference or ""] = (await register(self.tx, payment)).ref

    async def payment(self, reference: str) -> Ref:
        return self.payments[reference]

    async def decide(self, kind: str, decision: Any) -> None:
        """A request of the kind that nobody opened needs no decision."""
        for request in await self.tx.every("override_request", taking=type(decision)):
            if request.context.kind == kind:
                await self.tx.send(request.ref, decision)

    async def remember(self, status: str) -> None:
        """Keep the source's own word for where the order stood; a mark where it has none."""
        await self.tx.connection.execute(REMEMBER, self.tx.store_id, self.tx.order_id, status or "?")

    async def ends(self) -> Ends:
        """Where its machines rest."""
        rests = {}
        for machine in ("quotation", "sale", "fulfillment"):
            instance = await self.tx.find(machine)
            if instance is not None:
                rests[machine] = instance.state
        return Ends(**rests)
