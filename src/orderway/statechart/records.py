"""Records: contexts are frozen dataclasses, and a reducer makes the next one by naming what changed."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

Record = TypeVar("Record")

COPIED: dict[type, frozenset[str]] = {}
"""The fields of each class of records that were asked for; none where a record is more than its `__dict__`."""


def replace(record: Record, /, **changes: Any) -> Record:
    """As `dataclasses.replace`, in a sixth of its time for a record without slots: it is what a step costs most.

    Raises TypeError for a field that the record does not have.
    """
    kind = type(record)
    if kind not in COPIED:
        COPIED[kind] = copied(kind)
    names = COPIED[kind]
    if not names:
        return dataclasses.replace(record, **changes)  # type: ignore[type-var]
    if not names.issuperset(changes):
        raise TypeError(f"{kind.__name__} has no field {', '.join(sorted(changes.keys() - names))}.")
    made = object.__new__(kind)
    values = made.__dict__
    values.update(record.__dict__)
    values.update(changes)
    return made


def copied(kind: type) -> frozenset[str]:
    if hasattr(kind, "__slots__") or hasattr(kind, "__post_init__"):
        return frozenset()
    return frozenset(each.name for each in dataclasses.fields(kind))
