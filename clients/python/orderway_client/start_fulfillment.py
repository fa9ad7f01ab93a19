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


class StartFulfillment(BaseModel):
    answer: Union[
        "StartFulfillmentAnswerMoved",
        "StartFulfillmentAnswerRefused",
        "StartFulfillmentAnswerConflict",
        "StartFulfillmentAnswerNotFound",
        "StartFulfillmentAnswerInvalid",
    ] = Field(discriminator="typename__")


class StartFulfillmentAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class StartFulfillmentAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class StartFulfillmentAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class StartFulfillmentAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class StartFulfillmentAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


StartFulfillment.model_rebuild()
