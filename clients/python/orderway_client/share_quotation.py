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


class ShareQuotation(BaseModel):
    answer: Union[
        "ShareQuotationAnswerMoved",
        "ShareQuotationAnswerRefused",
        "ShareQuotationAnswerConflict",
        "ShareQuotationAnswerNotFound",
        "ShareQuotationAnswerInvalid",
    ] = Field(discriminator="typename__")


class ShareQuotationAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class ShareQuotationAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class ShareQuotationAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class ShareQuotationAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class ShareQuotationAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


ShareQuotation.model_rebuild()
