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


class OfferToDeliver(BaseModel):
    answer: Union[
        "OfferToDeliverAnswerMoved",
        "OfferToDeliverAnswerRefused",
        "OfferToDeliverAnswerConflict",
        "OfferToDeliverAnswerNotFound",
        "OfferToDeliverAnswerInvalid",
    ] = Field(discriminator="typename__")


class OfferToDeliverAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class OfferToDeliverAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class OfferToDeliverAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class OfferToDeliverAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class OfferToDeliverAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


OfferToDeliver.model_rebuild()
