from typing import Literal, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import (  # noqa: F401
    Conflict,
    Invalid,
    Moved,
    MovedOrder,
    NotFound,
    Refused,
    RefusedReasons,
    RefusedTakes,
)


class CompleteFulfillment(BaseModel):
    answer: Union[
        "CompleteFulfillmentAnswerMoved",
        "CompleteFulfillmentAnswerRefused",
        "CompleteFulfillmentAnswerConflict",
        "CompleteFulfillmentAnswerNotFound",
        "CompleteFulfillmentAnswerInvalid",
    ] = Field(discriminator="typename__")


class CompleteFulfillmentAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class CompleteFulfillmentAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class CompleteFulfillmentAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class CompleteFulfillmentAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class CompleteFulfillmentAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


CompleteFulfillment.model_rebuild()
