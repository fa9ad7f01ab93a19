"""The one password of the demo's people: made for this installation, kept where only its owner reads it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mistakes for one another."""


def password(home: Path) -> str:
    """Return the password kept in the home, made the first time: sixteen signs of some five bits each."""
    file = home / "secrets" / "demo-password"
    try:
        return file.read_text("ascii").strip()
    except FileNotFoundError:
        made = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
        file.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as kept:
            kept.write(f"{made}\n")
        return made
