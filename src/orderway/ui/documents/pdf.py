"""A document as PDF: typst sets it with letters of its own, those of the system where it has none for a script."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from importlib.resources import files

import msgspec
import typst

from orderway.ui.documents.paper import Paper

LAYOUT = files("orderway.ui.documents") / "paper.typ"


PRESS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="press")
"""Documents are set one after the other: a long one takes seconds, and many at once would leave nothing for pages."""


async def printed(paper: Paper, at: datetime) -> bytes:
    """Set the document as `pdf_of` does, when it is its turn."""
    return await asyncio.get_running_loop().run_in_executor(PRESS, pdf_of, paper, at)


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
