"""What the orders of the predecessor stand on, by its own ids: laid before the first of them comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID


class Ground(Protocol):
    """`customers` are consumers and resellers, `riders` those of the `people` who bring orders."""

    @property
    def stores(self) -> Mapping[str, UUID]: ...

    @property
    def people(self) -> Mapping[str, UUID]: ...

    @property
    def customers(self) -> Mapping[str, UUID]: ...

    @property
    def variants(self) -> Mapping[str, UUID]: ...

    @property
    def riders(self) -> Mapping[str, UUID]: ...
