from datetime import datetime
from typing import Optional
from uuid import UUID

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
    stateLabel: str
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
    stateLabel: str
    reasons: list["RefusedReasons"]
    takes: list["RefusedTakes"]


class RefusedReasons(BaseModel):
    guard: str
    sentence: str
    detail: Optional[str]
    remedy: Optional[str]
    permission: Optional[str]
    whoCanHelp: Optional[str]


class RefusedTakes(BaseModel):
    event: str
    label: str
    mutation: str


Conflict.model_rebuild()
Invalid.model_rebuild()
Moved.model_rebuild()
NotFound.model_rebuild()
Refused.model_rebuild()
