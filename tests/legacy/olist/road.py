"""Plays a plan on the tables of the specification, written down a second time and strictly.

A move that no row of the tables takes fails. What comes out is the row that the log would give back.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from orderway.legacy.ends import Ends
from orderway.legacy.moves import (
    ApproveForBuyer,
    ApproveForSeller,
    ApproveOverride,
    CancelFulfillment,
    CancelSale,
    CompleteFulfillment,
    ConfirmPayment,
    DeliverPackage,
    FailFulfillment,
    ReceiveGoods,
    RequestOverride,
    SelectCarrier,
    SetPaymentMethod,
    ShareQuotation,
    ShipPackage,
    StartFulfillment,
    WithdrawQuotation,
)
from orderway.legacy.olist.moves import AnyMove, DraftQuotation, RegisterPayment
from orderway.legacy.olist.totals import LoggedOrder, LoggedPayment

UNCLEARED = {
    "AWAITING_PAYMENT_METHOD",
    "PAYMENT_INITIATED",
    "PAYMENT_PENDING_CONFIRMATION",
    "OVERRIDE_REVIEW",
    "PAYMENT_FAILED",
}
OPEN = {"DRAFT", "IN_REVIEW", "REVISED", "APPROVED_BY_BUYER", "APPROVED_BY_SELLER"}
PREPARING = {
    "ALLOCATING_STOCK",
    "BACKORDERED",
    "PICK_PACK",
    "AWAITING_RIDER_SELECTION",
    "RIDER_ASSIGNED",
    "READY_FOR_SHIPMENT",
}


@dataclass(slots=True)
class Road:
    """One order and its machines. `credit` is what the customer may owe, in minor units."""

    credit: int = 0
    draft: DraftQuotation | None = None
    quotation: str = ""
    sale: str | None = None
    fulfillment: str | None = None
    stock: Counter[str] = field(default_factory=Counter)
    captured: int = 0
    cleared_by: int | None = None
    granted: set[str] = field(default_factory=set)
    asked: dict[str, str | None] = field(default_factory=dict)
    payments: dict[str, RegisterPayment] = field(default_factory=dict)
    confirmed: dict[str, ConfirmPayment] = field(default_factory=dict)
    on_sale: set[str] = field(default_factory=set)
    approved: list[tuple[datetime, str | None]] = field(default_factory=list)
    shipped: list[tuple[datetime, str | None]] = field(default_factory=list)
    delivered: list[tuple[datetime, str | None]] = field(default_factory=list)

    @property
    def birth(self) -> DraftQuotation:
        assert self.draft is not None
        return self.draft

    def take(self, move: AnyMove) -> None:
        if move.machine == "quotation":
            self._quotation(move)
        elif move.machine == "fulfillment":
            self._fulfillment(move)
        elif isinstance(move, ReceiveGoods):
            assert move.goods
            self.stock.update({goods.product_id: goods.quantity for goods in move.goods})
        elif isinstance(move, RegisterPayment | ConfirmPayment):
            self._payment(move)
        else:
            self._sale(move)

    def _quotation(self, move: AnyMove) -> None:
        match move:
            case DraftQuotation() if self.draft is None:
                self.draft, self.quotation = move, "DRAFT"
            case ShareQuotation() if self.quotation == "DRAFT":
                valid_until = self.birth.valid_until
                assert self.birth.lines
                assert valid_until
                assert valid_until > move.at
                self.quotation = "IN_REVIEW"
            case ApproveForBuyer() if self.quotation == "IN_REVIEW":
                self.quotation = "APPROVED_BY_BUYER"
            case ApproveForSeller() if self.quotation == "APPROVED_BY_BUYER":
                self.quotation, self.sale = "MUTUALLY_APPROVED", "AWAITING_PAYMENT_METHOD"
                self._settle(None)
            case WithdrawQuotation(reason=reason) if self.quotation in OPEN and reason:
                self.quotation = "CANCELLED"
            case _:
                self._refuse(move)

    def _payment(self, move: RegisterPayment | ConfirmPayment) -> None:
        match move:
            case RegisterPayment(reference=reference, amount=amount) if reference not in self.payments:
                assert amount >= 0
                self.payments[reference] = move
            case ConfirmPayment(reference=reference) if reference not in self.confirmed:
                payment = self.payments[reference]
                assert payment.amount > 0
                self.confirmed[reference] = move
                if len(self.confirmed) == 1:
                    self.approved.append((move.at, move.inferred))
                if self.sale:
                    self._capture(payment)
            case _:
                self._refuse(move)

    def _capture(self, payment: RegisterPayment) -> None:
        assert self.sale in UNCLEARED | {"CLEARED_FOR_FULFILLMENT", "AWAITING_SETTLEMENT"}
        self.captured += payment.amount
        self.on_sale.add(payment.reference)
        if self.sale in UNCLEARED - {"OVERRIDE_REVIEW"}:
            self.sale = "PAYMENT_PENDING_CONFIRMATION"
        self._settle(payment.sequence)

    def _sale(self, move: AnyMove) -> None:
        match move:
            case SetPaymentMethod() if self.sale == "AWAITING_PAYMENT_METHOD":
                self.sale = "PAYMENT_INITIATED"
            case RequestOverride(reason=reason) if self.sale in UNCLEARED - {"OVERRIDE_REVIEW"} and reason:
                self.sale, self.asked["ADMIN"] = "OVERRIDE_REVIEW", move.actor
                if not self.confirmed:
                    self.approved.append((move.at, move.inferred))
            case ApproveOverride(kind="CREDIT_LIMIT") if "CREDIT_LIMIT" not in self.asked:
                pass  # sent only where the sale opened a request
            case ApproveOverride(kind=kind) if self.sale == "OVERRIDE_REVIEW" and kind in self.asked:
                assert move.actor != self.asked[kind]
                self.granted.add(kind)
                if kind == "ADMIN" and self.birth.total - self.captured > self.credit:
                    self.asked["CREDIT_LIMIT"] = "import:olist"
                self._settle(None)
            case CancelSale(reason=reason) if self.sale in UNCLEARED and reason:
                self.sale = "CANCELLED"
            case _:
                self._refuse(move)

    def _settle(self, sequence: int | None) -> None:
        owed = self.birth.total - self.captured
        on_credit = owed <= self.credit or "CREDIT_LIMIT" in self.granted
        if self.sale in UNCLEARED and (owed <= 0 or ("ADMIN" in self.granted and on_credit)):
            self.sale, self.cleared_by = "CLEARED_FOR_FULFILLMENT", sequence
            needed = Counter(line.product_id for line in self.birth.lines)
            self.fulfillment = "PICK_PACK" if needed <= self.stock else "BACKORDERED"

    def _fulfillment(self, move: AnyMove) -> None:
        match move:
            case StartFulfillment() if self.fulfillment == "PICK_PACK":
                self.fulfillment = "AWAITING_RIDER_SELECTION"
            case SelectCarrier(carrier=carrier) if self.fulfillment == "AWAITING_RIDER_SELECTION" and carrier:
                self.fulfillment = "READY_FOR_SHIPMENT"
            case ShipPackage() if self.fulfillment == "READY_FOR_SHIPMENT":
                self.fulfillment = "SHIPPED"
                self.shipped.append((move.at, move.inferred))
            case DeliverPackage() if self.fulfillment == "SHIPPED":
                self.fulfillment = "DELIVERED"
                self.delivered.append((move.at, move.inferred))
            case CompleteFulfillment(actor="system") if self.fulfillment == "DELIVERED":
                self.fulfillment = "COMPLETED"
                self.sale = "COMPLETED" if self.captured >= self.birth.total else "AWAITING_SETTLEMENT"
            case CancelFulfillment(reason=reason) if self.fulfillment in PREPARING and reason:
                self.fulfillment = self.sale = "CANCELLED"
            case FailFulfillment(reason=reason) if self.fulfillment in PREPARING | {"SHIPPED"} and reason:
                self.fulfillment, self.sale = "FAILED", "CANCELLED"
            case _:
                self._refuse(move)

    def _refuse(self, move: AnyMove) -> None:
        message = f"{move} is refused in {self.quotation}, {self.sale}, {self.fulfillment}"
        raise AssertionError(message)

    def logged(self) -> LoggedOrder:
        birth = self.birth
        return LoggedOrder(
            order_id=birth.order_id,
            status=birth.status,
            placed_at=birth.at,
            promised_at=birth.promised_at,
            approved_at=_stated(self.approved),
            carrier_at=_stated(self.shipped),
            customer_at=_stated(self.delivered),
            lines=len(birth.lines),
            total=birth.total,
            payments=tuple(self._logged(payment) for payment in self.payments.values()),
            cleared_by=self.cleared_by,
            ends=Ends(quotation=self.quotation, sale=self.sale, fulfillment=self.fulfillment),
        )

    def _logged(self, payment: RegisterPayment) -> LoggedPayment:
        on_sale, confirmed = payment.reference in self.on_sale, payment.reference in self.confirmed
        return LoggedPayment(
            sequence=payment.sequence,
            amount=payment.amount,
            captured=payment.amount if on_sale else 0,
            returnable=payment.amount if confirmed and not on_sale else 0,
        )


def _stated(times: list[tuple[datetime, str | None]]) -> datetime | None:
    return times[0][0] if times and times[0][1] is None else None


def play(moves: Iterable[AnyMove], credit: int = 0) -> LoggedOrder:
    road = Road(credit=credit)
    for move in moves:
        road.take(move)
    return road.logged()
