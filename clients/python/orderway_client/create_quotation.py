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


class CreateQuotation(BaseModel):
    answer: Union[
        "CreateQuotationAnswerMoved",
        "CreateQuotationAnswerRefused",
        "CreateQuotationAnswerConflict",
        "CreateQuotationAnswerNotFound",
        "CreateQuotationAnswerInvalid",
    ] = Field(discriminator="typename__")


class CreateQuotationAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class CreateQuotationAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class CreateQuotationAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class CreateQuotationAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class CreateQuotationAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


CreateQuotation.model_rebuild()
