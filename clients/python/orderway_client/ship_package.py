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


class ShipPackage(BaseModel):
    answer: Union[
        "ShipPackageAnswerMoved",
        "ShipPackageAnswerRefused",
        "ShipPackageAnswerConflict",
        "ShipPackageAnswerNotFound",
        "ShipPackageAnswerInvalid",
    ] = Field(discriminator="typename__")


class ShipPackageAnswerMoved(Moved):
    typename__: Literal["Moved"] = Field(alias="__typename")


class ShipPackageAnswerRefused(Refused):
    typename__: Literal["Refused"] = Field(alias="__typename")


class ShipPackageAnswerConflict(Conflict):
    typename__: Literal["Conflict"] = Field(alias="__typename")


class ShipPackageAnswerNotFound(NotFound):
    typename__: Literal["NotFound"] = Field(alias="__typename")


class ShipPackageAnswerInvalid(Invalid):
    typename__: Literal["Invalid"] = Field(alias="__typename")


ShipPackage.model_rebuild()
