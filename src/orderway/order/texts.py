"""Texts that people send along: what is asked for is not blank, each has an end, and all of it can be shown."""

from __future__ import annotations

import re
from dataclasses import MISSING, Field, fields
from typing import TYPE_CHECKING, Any

from orderway.workflow.errors import Invalid

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LONGEST = 2000
"""Characters of a text: several times what a page shows at once, and no burden on a list of a hundred."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")
"""What no page shows and some terminal obeys: control characters but tab and the end of a line."""


def check_texts(given: DataclassInstance) -> None:
    """Look at the texts of an event, or of what is to begin. Raises Invalid, naming the field by its label."""
    for field in fields(given):
        value = getattr(given, field.name)
        if isinstance(value, str):
            label = label_of(given, field)
            check_text(value, label=label, field=field.name)
            if field.default is MISSING and not value.strip():
                raise Invalid(f"{label} is missing.", "Fill it in.", field.name)


def check_text(text: str, *, label: str, field: str) -> None:
    """Raises Invalid for a text without end, or with a control character."""
    if len(text) > LONGEST:
        raise Invalid(f"{label} has more than {LONGEST:,} characters.", "Shorten it.", field)
    if CONTROL.search(text):
        raise Invalid(f"{label} holds a character that can not be shown.", "Leave it out.", field)


def label_of(given: DataclassInstance, field: Field[Any]) -> str:
    """What people call the field: an event says it itself."""
    labels: dict[str, str] = given.words.fields if hasattr(given, "words") else {}
    return labels.get(field.name, field.name.replace("_", " ").capitalize())
