from datetime import datetime
from typing import Optional
from uuid import UUID

from pydantic import Field

from .base_model import BaseModel
from .enums import Phase


class Conflict(BaseModel):
    sentence: str
    who: str
    when: datetime
    what: str
    step: int


class Invalid(BaseModel):
    field: Optional[str]
    sentence: str


class Moved(BaseModel):
    machine: str
    id: UUID
    event: str
    state: str
    state_label: str = Field(alias="stateLabel")
    step: int
    at: datetime
    order: Optional["MovedOrder"]


class MovedOrder(BaseModel):
    id: UUID
    number: str
    phase: Phase


class NotFound(BaseModel):
    sentence: str


class Refused(BaseModel):
    sentence: str
    state: str
    state_label: str = Field(alias="stateLabel")
    reasons: list["RefusedReasons"]
    takes: list["RefusedTakes"]


class RefusedReasons(BaseModel):
    guard: str
    sentence: str
    detail: Optional[str]
    remedy: Optional[str]
    permission: Optional[str]
    who_can_help: Optional[str] = Field(alias="whoCanHelp")


class RefusedTakes(BaseModel):
    event: str
    label: str
    mutation: str


Conflict.model_rebuild()
Invalid.model_rebuild()
Moved.model_rebuild()
NotFound.model_rebuild()
Refused.model_rebuild()
