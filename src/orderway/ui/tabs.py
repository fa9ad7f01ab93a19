"""The tabs over a list or beside a picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tab:
    """A link that is here, or leads elsewhere; `count` is how much is behind it, where that is said."""

    label: str
    url: str
    here: bool = False
    count: str = ""
