"""The "workflowContext" of an order, read with care: it may be an array, a string, null, or lack its fields."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

FIELDS = {"orderId": str, "grandTotal": int | float, "capturedTotal": int | float, "credit": dict, "overrides": dict}
"""What a context holds that can be relied on."""

OverrideKind = Literal["admin", "credit"]
KINDS: tuple[OverrideKind, ...] = ("admin", "credit")
MINOR = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideKept:
    """An override as the predecessor kept it; without `amount` (minor units) it held for all that was to pay."""

    kind: OverrideKind
    status: str
    amount: int | None
    expires_at: datetime | None

    def covers(self, outstanding: int, *, at: datetime) -> bool:
        """Whether it was approved for so much, and has not ended."""
        is_enough = self.amount is None or self.amount >= outstanding
        return self.status == "APPROVED" and is_enough and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`is_sound` is False where it is not of the form that the predecessor gave it."""

    is_sound: bool
    overrides: tuple[OverrideKept, ...] = ()


def read_context(text: str | None) -> Context:
    try:
        kept = json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        kept = None
    if not isinstance(kept, dict):
        return Context(is_sound=False)
    is_sound = all(isinstance(kept.get(name), form) for name, form in FIELDS.items())
    overrides = kept.get("overrides")
    found = overrides if isinstance(overrides, dict) else {}
    return Context(
        is_sound=is_sound,
        overrides=tuple(override(kind, found[kind]) for kind in KINDS if isinstance(found.get(kind), dict)),
    )


def override(kind: OverrideKind, kept: Mapping[str, object]) -> OverrideKept:
    """What can not be read counts against it: an amount as nothing, a time as long past."""
    amount, ends = kept.get("approvedAmount"), kept.get("expiresAt")
    return OverrideKept(
        kind=kind,
        status=str(kept.get("status", "")),
        amount=None if amount is None else minor(amount),
        expires_at=None if ends is None else moment(ends),
    )


def minor(amount: object) -> int:
    try:
        return round(Decimal(str(amount)) * MINOR)
    except (ArithmeticError, ValueError):
        return 0


def moment(text: object) -> datetime:
    try:
        time = datetime.fromisoformat(str(text))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
