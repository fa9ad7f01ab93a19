"""A document as PDF: typst sets it with letters of its own, those of the system where it has none for a script."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files

import msgspec
import typst

from orderway.ui.documents.paper import Paper

LAYOUT = files("orderway.ui.documents") / "paper.typ"


@cache
def letters() -> typst.Fonts:
    """The fonts, looked for once: those that typst brings, then those of the system."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)


@cache
def layout() -> bytes:
    return LAYOUT.read_bytes()


def pdf_of(paper: Paper, at: datetime) -> bytes:
    """Set the document; what stands on it is text, never markup. It is tagged, for who has it read out."""
    data = {"paper": msgspec.json.encode(paper).decode()}
    made = typst.compile(
        layout(), font_paths=letters(), sys_inputs=data, timestamp=at.replace(microsecond=0), pdf_tags=True
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gives one PDF as bytes.")
    return made
