"""How wide words are, near enough to break lines and keep labels apart without a browser."""

from __future__ import annotations

WIDTHS = {
    **dict.fromkeys("ijlI.,':;!|", 0.30),
    **dict.fromkeys("frt()- ", 0.38),
    **dict.fromkeys("mwMW", 0.88),
    **dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ", 0.69),
}
"""Widths of characters in a sans serif, of its size; 0.58 where none is given."""


def width(text: str, size: int) -> float:
    """The width of a line, in pixels."""
    return sum(WIDTHS.get(character, 0.58) for character in text) * size


def wrapped(text: str, *, limit: float, size: int) -> tuple[str, ...]:
    """The text in lines that are no wider than `limit` pixels where its words allow."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size) > limit:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)
