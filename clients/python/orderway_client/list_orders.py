from typing import Optional
from uuid import UUID

from .base_model import BaseModel
from .enums import Phase


class ListOrders(BaseModel):
    orders: "ListOrdersOrders"


class ListOrdersOrders(BaseModel):
    nodes: list["ListOrdersOrdersNodes"]
    pageInfo: "ListOrdersOrdersPageInfo"


class ListOrdersOrdersNodes(BaseModel):
    id: UUID
    number: str
    phase: Phase
    workflowState: Optional[str]


class ListOrdersOrdersPageInfo(BaseModel):
    hasNextPage: bool
    endCursor: Optional[str]


ListOrders.model_rebuild()
ListOrdersOrders.model_rebuild()
