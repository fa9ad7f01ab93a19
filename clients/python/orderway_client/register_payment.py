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


class RegisterPayment(BaseModel):
    answer: Union[
        "RegisterPaymentAnswerMoved",
        "RegisterPaymentAnswerRefused",
        "RegisterPaymentAnswerConflict",
        "RegisterPaymentAnswerNotFound",
        "RegisterPaymentAnswerInvalid",
    ] = Field(discriminator="typename__")


class RegisterPaymentAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class RegisterPaymentAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class RegisterPaymentAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class RegisterPaymentAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class RegisterPaymentAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


RegisterPayment.model_rebuild()
