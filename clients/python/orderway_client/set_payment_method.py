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


class SetPaymentMethod(BaseModel):
    answer: Union[
        "SetPaymentMethodAnswerMoved",
        "SetPaymentMethodAnswerRefused",
        "SetPaymentMethodAnswerConflict",
        "SetPaymentMethodAnswerNotFound",
        "SetPaymentMethodAnswerInvalid",
    ] = Field(discriminator="typename__")


class SetPaymentMethodAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class SetPaymentMethodAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class SetPaymentMethodAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class SetPaymentMethodAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class SetPaymentMethodAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


SetPaymentMethod.model_rebuild()
