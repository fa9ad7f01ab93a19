from typing import Optional
from uuid import UUID

from pydantic import Field

from .base_model import BaseModel
from .enums import Phase


class ListOrders(BaseModel):
    orders: "ListOrdersOrders"


class ListOrdersOrders(BaseModel):
    nodes: list["ListOrdersOrdersNodes"]
    page_info: "ListOrdersOrdersPageInfo" = Field(alias="pageInfo")


class ListOrdersOrdersNodes(BaseModel):
    id: UUID
    number: str
    phase: Phase
    workflow_state: Optional[str] = Field(alias="workflowState")


class ListOrdersOrdersPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


ListOrders.model_rebuild()
ListOrdersOrders.model_rebuild()
