"""Tokens: random, shown once, told apart by how they begin, and known to the database by their sha256 alone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Purpose = Literal["PAGES", "ACCESS", "REFRESH", "KEY"]
"""What a token is for: the pages of a browser, asking the API, getting the next pair, or a machine's key."""

PREFIXES: dict[Purpose, str] = {
    "PAGES": "orderway_p_",
    "ACCESS": "orderway_a_",
    "REFRESH": "orderway_r_",
    "KEY": "orderway_k_",
}
"""Whoever finds a token in a log or a repository sees what it is, and a scanner finds it by these."""


@dataclass(frozen=True, slots=True)
class Token:
    """A new token, with what it is for and when it ends. Its text is in no repr."""

    text: str = field(repr=False)
    purpose: Purpose
    expires_at: datetime


def new_token(purpose: Purpose, expires_at: datetime) -> Token:
    """Make a token of 256 random bits."""
    return Token(PREFIXES[purpose] + secrets.token_urlsafe(32), purpose, expires_at)


def is_key(token: str) -> bool:
    return token.startswith(PREFIXES["KEY"])


def digest(token: str) -> bytes:
    """What is kept of a token; it is random throughout, so nothing slower than a sha256 is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def columns(tokens: Sequence[Token]) -> tuple[list[bytes], list[str], list[datetime]]:
    """Tokens as they are written: what is kept of each, what it is for, and its end."""
    return (
        [digest(each.text) for each in tokens],
        [each.purpose for each in tokens],
        [each.expires_at for each in tokens],
    )
