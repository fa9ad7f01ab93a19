from typing import Literal, Optional
from uuid import UUID

from pydantic import Field

from .base_model import BaseModel
from .enums import Phase


class GetOrder(BaseModel):
    order: "GetOrderOrder"


class GetOrderOrder(BaseModel):
    id: UUID
    number: str
    phase: Phase
    workflowState: Optional[str]
    currency: str
    totals: Optional["GetOrderOrderTotals"]
    lines: list["GetOrderOrderLines"]
    quotation: Optional["GetOrderOrderQuotation"]
    sale: Optional["GetOrderOrderSale"]
    fulfillment: Optional["GetOrderOrderFulfillment"]
    payments: list["GetOrderOrderPayments"]
    interests: list["GetOrderOrderInterests"]
    availableEvents: list["GetOrderOrderAvailableEvents"]


class GetOrderOrderTotals(BaseModel):
    total: int
    captured: int
    outstanding: int


class GetOrderOrderLines(BaseModel):
    id: UUID
    sku: str
    description: str
    quantity: int
    price: Optional["GetOrderOrderLinesPrice"]


class GetOrderOrderLinesPrice(BaseModel):
    unit: int
    total: int


class GetOrderOrderQuotation(BaseModel):
    id: UUID
    step: int
    stateLabel: str
    context: "GetOrderOrderQuotationContext"


class GetOrderOrderQuotationContext(BaseModel):
    version: int


class GetOrderOrderSale(BaseModel):
    id: UUID
    step: int
    stateLabel: str


class GetOrderOrderFulfillment(BaseModel):
    id: UUID
    step: int
    stateLabel: str


class GetOrderOrderPayments(BaseModel):
    typename__: Literal["ConsumerPayment", "Payment", "ResellerPayment"] = Field(
        alias="__typename"
    )
    id: UUID
    step: int
    stateLabel: str


class GetOrderOrderInterests(BaseModel):
    id: UUID
    stateLabel: str


class GetOrderOrderAvailableEvents(BaseModel):
    id: UUID
    event: str
    label: str
    mutation: str
    step: int
    enabled: bool
    reasons: list["GetOrderOrderAvailableEventsReasons"]


class GetOrderOrderAvailableEventsReasons(BaseModel):
    sentence: str
    detail: Optional[str]
    remedy: Optional[str]
    whoCanHelp: Optional[str]


GetOrder.model_rebuild()
GetOrderOrder.model_rebuild()
GetOrderOrderLines.model_rebuild()
GetOrderOrderQuotation.model_rebuild()
GetOrderOrderAvailableEvents.model_rebuild()
