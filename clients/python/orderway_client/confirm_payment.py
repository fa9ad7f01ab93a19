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


class ConfirmPayment(BaseModel):
    answer: Union[
        "ConfirmPaymentAnswerMoved",
        "ConfirmPaymentAnswerRefused",
        "ConfirmPaymentAnswerConflict",
        "ConfirmPaymentAnswerNotFound",
        "ConfirmPaymentAnswerInvalid",
    ] = Field(discriminator="typename__")


class ConfirmPaymentAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class ConfirmPaymentAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class ConfirmPaymentAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class ConfirmPaymentAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class ConfirmPaymentAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


ConfirmPayment.model_rebuild()
