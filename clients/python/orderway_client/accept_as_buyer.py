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


class AcceptAsBuyer(BaseModel):
    answer: Union[
        "AcceptAsBuyerAnswerMoved",
        "AcceptAsBuyerAnswerRefused",
        "AcceptAsBuyerAnswerConflict",
        "AcceptAsBuyerAnswerNotFound",
        "AcceptAsBuyerAnswerInvalid",
    ] = Field(discriminator="typename__")


class AcceptAsBuyerAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class AcceptAsBuyerAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class AcceptAsBuyerAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class AcceptAsBuyerAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class AcceptAsBuyerAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


AcceptAsBuyer.model_rebuild()
