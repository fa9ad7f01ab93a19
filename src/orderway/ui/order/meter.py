"""How much of a limit is used, as a bar and in words."""

from __future__ import annotations

from dataclasses import dataclass

from orderway.ui.language import t


@dataclass(frozen=True, slots=True)
class Meter:
    """A share in percent, and the same in words."""

    percent: int
    says: str


def used_of(used: int, limit: int) -> Meter | None:
    """How much of a credit limit is used with this sale, rounded up; nothing where there is no limit to use."""
    if not limit:
        return None
    percent = -(-used * 100 // limit)
    return Meter(percent, t("{n} % of the limit is used with this sale.", n=percent))
