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


class ApproveAsSeller(BaseModel):
    answer: Union[
        "ApproveAsSellerAnswerMoved",
        "ApproveAsSellerAnswerRefused",
        "ApproveAsSellerAnswerConflict",
        "ApproveAsSellerAnswerNotFound",
        "ApproveAsSellerAnswerInvalid",
    ] = Field(discriminator="typename__")


class ApproveAsSellerAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class ApproveAsSellerAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class ApproveAsSellerAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class ApproveAsSellerAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class ApproveAsSellerAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


ApproveAsSeller.model_rebuild()
