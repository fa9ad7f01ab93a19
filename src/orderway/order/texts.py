"""Texts that people send along: what is asked for is not blank, and each has an end."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from typing import TYPE_CHECKING, Any

from orderway.workflow.errors import Invalid

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LONGEST = 2000
"""Characters of a text: several times what a page shows at once, and no burden on a list of a hundred."""


def check_texts(given: DataclassInstance) -> None:
    """Look at the texts of an event, or of what is to begin. Raises Invalid, naming the field by its label."""
    for field in fields(given):
        value = getattr(given, field.name)
        if isinstance(value, str):
            label = label_of(given, field)
            check_length(value, label=label, field=field.name)
            if field.default is MISSING and not value.strip():
                raise Invalid(f"{label} is missing.", "Fill it in.", field.name)


def check_length(text: str, *, label: str, field: str) -> None:
    """Raises Invalid for a text without end."""
    if len(text) > LONGEST:
        raise Invalid(f"{label} has more than {LONGEST:,} characters.", "Shorten it.", field)


def label_of(given: DataclassInstance, field: Field[Any]) -> str:
    """What people call the field: an event says it itself."""
    labels: dict[str, str] = given.words.fields if hasattr(given, "words") else {}
    return labels.get(field.name, field.name.replace("_", " ").capitalize())
