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


class DeliverPackage(BaseModel):
    answer: Union[
        "DeliverPackageAnswerMoved",
        "DeliverPackageAnswerRefused",
        "DeliverPackageAnswerConflict",
        "DeliverPackageAnswerNotFound",
        "DeliverPackageAnswerInvalid",
    ] = Field(discriminator="typename__")


class DeliverPackageAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class DeliverPackageAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class DeliverPackageAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class DeliverPackageAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class DeliverPackageAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


DeliverPackage.model_rebuild()
