"""Records: contexts are frozen dataclasses, and a reducer makes the next one by naming what changed."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

Record = TypeVar("Record")

NAMES: dict[type, frozenset[str]] = {}
"""The fields of each class whose records are whole in their `__dict__`; none for those with more to them."""


def replace(record: Record, /, **changes: Any) -> Record:
    """As `dataclasses.replace`, in a sixth of its time for a record without slots: it is what a step costs most.

    Raises TypeError for a field that the record does not have.
    """
    kind = type(record)
    names = NAMES.get(kind)
    if names is None:
        names = NAMES[kind] = copied(kind)
    if not names:
        return dataclasses.replace(record, **changes)  # type: ignore[type-var]
    if not names.issuperset(changes):
        raise TypeError(f"{kind.__name__} has no field {', '.join(sorted(changes.keys() - names))}.")
    made = object.__new__(kind)
    values = made.__dict__
    values |= record.__dict__
    values |= changes
    return made


def copied(kind: type) -> frozenset[str]:
    if hasattr(kind, "__slots__") or hasattr(kind, "__post_init__"):
        return frozenset()
    return frozenset(each.name for each in dataclasses.fields(kind))
