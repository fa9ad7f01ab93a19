from datetime import datetime
from typing import Optional
from uuid import UUID

from pydantic import Field

from .base_model import BaseModel
from .enums import (
    FulfillmentState,
    FulfillmentType,
    PaymentMethod,
    Phase,
    QuotationState,
    SalePaymentMethod,
    SaleState,
)


class AssignFulfillmentRiderInput(BaseModel):
    """Who is to bring it: by their offer, or by name where they have none or another `cost` was agreed.

    An offer that was turned down is taken as well while its time is not over.

    `cost` in minor units of the order's currency."""

    rider: UUID
    cost: Optional[int] = None
    id: UUID
    "What is to move."
    seen: Optional[int] = None
    "The step that you looked at: if it moved since, you are told."
    reason: Optional[str] = None
    "Why, for the log."
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


class CreateQuotationInput(BaseModel):
    """A quotation to draft, in the currency of its store. Prices come from the catalogue."""

    store: UUID
    customer: UUID
    fulfillmentType: FulfillmentType
    lines: list["LineWantedInput"] = Field(default_factory=lambda: [])
    delivery: Optional["DeliveryInput"] = None
    validUntil: Optional[datetime] = None
    biller: Optional[UUID] = None
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


class DeliveryInput(BaseModel):
    """Where an order goes and to whom; coordinates in degrees (WGS 84), `promisedAt` the day that was promised.

    `address` is the street and the house, `notes` what whoever brings it has to know."""

    receiver: str = ""
    phone: str = ""
    address: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    latitude: Optional[float] = None
    longitude: Optional[float] = None
    notes: str = ""
    promisedAt: Optional[datetime] = None


class FulfillmentCompleteInput(BaseModel):
    id: UUID
    "What is to move."
    seen: Optional[int] = None
    "The step that you looked at: if it moved since, you are told."
    reason: Optional[str] = None
    "Why, for the log."
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


class FulfillmentPackageDeliveredInput(BaseModel):
    pin: Optional[str] = None
    "The receiver's PIN"
    id: UUID
    "What is to move."
    seen: Optional[int] = None
    "The step that you looked at: if it moved since, you are told."
    reason: Optional[str] = None
    "Why, for the log."
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


class FulfillmentPackageShippedInput(BaseModel):
    id: UUID
    "What is to move."
    seen: Optional[int] = None
    "The step that you looked at: if it moved since, you are told."
    reason: Optional[str] = None
    "Why, for the log."
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


class FulfillmentStartedInput(BaseModel):
    id: UUID
    "What is to move."
    seen: Optional[int] = None
    "The step that you looked at: if it moved since, you are told."
    reason: Optional[str] = None
    "Why, for the log."
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


class LineWantedInput(BaseModel):
    """`unitPrice` in minor units is set by hand; without it the line has the server's price.

    A discount is for the whole line: `discount` in minor units, or `discountRate` in basis points (250 is 2.5 %)."""

    variant: UUID
    quantity: int
    unitPrice: Optional[int] = None
    discount: Optional[int] = None
    discountRate: Optional[int] = None


class OrderFilter(BaseModel):
    """What an order has to fulfill to be listed: all of it."""

    phase: Optional[Phase] = None
    quotationStates: Optional[list[QuotationState]] = None
    "Any of these."
    saleStates: Optional[list[SaleState]] = None
    "Any of these."
    fulfillmentStates: Optional[list[FulfillmentState]] = None
    "Any of these."
    store: Optional[UUID] = None
    customer: Optional[UUID] = None
    biller: Optional[UUID] = None
    rider: Optional[UUID] = None
    "Who brings some of the order, or brought it."
    since: Optional[datetime] = None
    "The order was placed then or later."
    until: Optional[datetime] = None
    "The order was placed before that."
    search: Optional[str] = None
    "The beginning of the order's number or of words of the customer's name, the end of their phone number, or the reference of a payment."
    needsMe: Optional[bool] = None
    "Open orders alone, whose next step the viewer may take."
    lateAt: Optional[datetime] = None
    "Open orders alone, promised for before that and not there yet."
    stoodSince: Optional[datetime] = None
    "Open orders alone, where they stand since then or longer."
    currency: Optional[str] = None
    least: Optional[int] = None
    "Of a total of at least so much, in minor units of their currency."
    most: Optional[int] = None
    "Of a total of at most so much, in minor units of their currency."


class PaymentConfirmInput(BaseModel):
    """Without `amount` (minor units) just what was announced has come."""

    amount: Optional[int] = None
    "Amount that came"
    id: UUID
    "What is to move."
    seen: Optional[int] = None
    "The step that you looked at: if it moved since, you are told."
    reason: Optional[str] = None
    "Why, for the log."
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


class QuotationBuyerApprovesInput(BaseModel):
    """`version` is the one that the buyer read."""

    version: int
    id: UUID
    "What is to move."
    seen: Optional[int] = None
    "The step that you looked at: if it moved since, you are told."
    reason: Optional[str] = None
    "Why, for the log."
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


class QuotationSellerApprovesInput(BaseModel):
    """`version` is the one that the seller read."""

    version: int
    id: UUID
    "What is to move."
    seen: Optional[int] = None
    "The step that you looked at: if it moved since, you are told."
    reason: Optional[str] = None
    "Why, for the log."
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


class QuotationShareInput(BaseModel):
    id: UUID
    "What is to move."
    seen: Optional[int] = None
    "The step that you looked at: if it moved since, you are told."
    reason: Optional[str] = None
    "Why, for the log."
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


class RegisterFulfillmentInterestInput(BaseModel):
    """An offer to deliver what a fulfillment brings; `proposedCost` in minor units of its order's currency."""

    fulfillment: UUID
    proposedCost: int
    etaMinutes: int
    message: str = ""
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


class RegisterPaymentInput(BaseModel):
    """A payment to register: `amount` in minor units of the order's currency.

    `reference` is the provider's own; where there is none, as for cash, the order's number and a count make one."""

    order: UUID
    amount: int
    method: PaymentMethod
    provider: str
    reference: Optional[str] = None
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


class SaleCancelRequestedInput(BaseModel):
    reason: str
    id: UUID
    "What is to move."
    seen: Optional[int] = None
    "The step that you looked at: if it moved since, you are told."
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


class SaleSetPaymentMethodInput(BaseModel):
    method: SalePaymentMethod
    "Way to pay"
    id: UUID
    "What is to move."
    seen: Optional[int] = None
    "The step that you looked at: if it moved since, you are told."
    reason: Optional[str] = None
    "Why, for the log."
    idempotencyKey: Optional[str] = None
    "The same key with the same request gives the same answer, and nothing is done twice."


CreateQuotationInput.model_rebuild()
