"""What the doctor says of one thing: a sentence, and what to do about it where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orderway.errors import OrderwayError


class Wrong(OrderwayError):
    """Something of the environment is wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence of the report. What is wrong has a remedy, what is right has none."""

    sentence: str
    remedy: str | None = None

    @classmethod
    def of(cls, error: OrderwayError) -> Finding:
        """Return what an error says, as a finding."""
        return cls(error.message, error.remedy or "Report this as a fault of Orderway.")


def looked(look: Callable[[], str]) -> Finding:
    """Return what a look says: it returns the sentence of what is right, or raises."""
    try:
        return Finding(look())
    except OrderwayError as error:
        return Finding.of(error)
