"""What the demo keeps to itself: the password of its people and its secret, made for this home, for its owner alone."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from orderway.secret import FILE, NAME, Secret, new_secret, read_secret

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mistakes for one another."""


def password(home: Path) -> str:
    """Return the one password of the demo's people: sixteen signs of some five bits each."""
    return _kept(home / "secrets" / "demo-password", _new_password)


def own_secret(home: Path, environment: Mapping[str, str]) -> Secret:
    """Return the secret of the environment, or else the one of this home. Raises SecretUnusable."""
    if environment.get(NAME) or environment.get(FILE):
        return read_secret(environment)
    return Secret(_kept(home / "secrets" / "secret", new_secret))


def _new_password() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def _kept(file: Path, make: Callable[[], str]) -> str:
    """Return what the file holds; it is made the first time, and nobody but its owner reads it."""
    try:
        return file.read_text("ascii").strip()
    except FileNotFoundError:
        made = make()
        file.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as kept:
            kept.write(f"{made}\n")
        return made
