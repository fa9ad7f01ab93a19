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


class CancelSale(BaseModel):
    answer: Union[
        "CancelSaleAnswerMoved",
        "CancelSaleAnswerRefused",
        "CancelSaleAnswerConflict",
        "CancelSaleAnswerNotFound",
        "CancelSaleAnswerInvalid",
    ] = Field(discriminator="typename__")


class CancelSaleAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class CancelSaleAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class CancelSaleAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class CancelSaleAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class CancelSaleAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


CancelSale.model_rebuild()
