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


class AssignRider(BaseModel):
    answer: Union[
        "AssignRiderAnswerMoved",
        "AssignRiderAnswerRefused",
        "AssignRiderAnswerConflict",
        "AssignRiderAnswerNotFound",
        "AssignRiderAnswerInvalid",
    ] = Field(discriminator="typename__")


class AssignRiderAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class AssignRiderAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class AssignRiderAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class AssignRiderAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class AssignRiderAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


AssignRider.model_rebuild()
