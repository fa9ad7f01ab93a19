"""The secret of an installation: it has no default, and whatever is signed or sealed takes a key derived from it."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from pathlib import Path

from orderway.errors import OrderwayError

NAME, FILE = "ORDERWAY_SECRET", "ORDERWAY_SECRET_FILE"
SHORTEST = 32
"""Characters of a secret at least."""

SALT = b"orderway"


class SecretUnusable(OrderwayError):
    """There is no secret, or none that may be one. What it says never holds any of it."""


class Secret:
    """The one secret from which the keys of all purposes come; its repr shows nothing of it.

    Raises SecretUnusable for a text of fewer than SHORTEST characters.
    """

    __slots__ = ("_root",)

    def __init__(self, text: str) -> None:
        if len(text) < SHORTEST:
            raise SecretUnusable(
                f"The secret of this installation has fewer than {SHORTEST} characters.",
                "Make a longer one by: orderway secret",
            )
        self._root = hmac.digest(SALT, text.encode("utf-8", "surrogateescape"), "sha256")

    def key(self, purpose: str) -> bytes:
        """Return the key of a purpose, 32 bytes: HKDF with SHA-256 of RFC 5869, whose `info` is the purpose.

        The key of one purpose tells nothing of that of another, nor of the secret.
        """
        return hmac.digest(self._root, purpose.encode() + b"\x01", "sha256")

    def __repr__(self) -> str:
        return "Secret()"


def new_secret() -> str:
    """Return a text that nobody guesses: 64 characters of 384 random bits."""
    return secrets.token_urlsafe(48)


def read_secret(environment: Mapping[str, str]) -> Secret:
    """Return the secret that ORDERWAY_SECRET holds, or the file that ORDERWAY_SECRET_FILE names.

    Raises SecretUnusable where neither does or both do, for a file that can not be read, and for what is too short.
    """
    text, path = environment.get(NAME, "").strip(), environment.get(FILE, "")
    if text and path:
        raise SecretUnusable(f"{NAME} and {FILE} are both set.", "Unset one of them.")
    if not (text or path):
        raise SecretUnusable(
            f"{NAME} is not set, and there is no default.",
            f"Make one by `orderway secret`, and give it as {NAME} or in a file that {FILE} names.",
        )
    return Secret(text or _read(Path(path)))


def where_closed(environment: Mapping[str, str]) -> str:
    """Return the name of the variable that brings a secret which nobody else can read.

    Raises SecretUnusable, also for a file that other users may read.
    """
    read_secret(environment)
    path = environment.get(FILE)
    if path and Path(path).stat().st_mode & 0o077:
        raise SecretUnusable(f"The secret in {path} can be read by other users.", f"Close it to them: chmod 600 {path}")
    return FILE if path else NAME


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "surrogateescape").strip()
    except OSError as error:
        raise SecretUnusable(
            f"The file {path} of {FILE} can not be read: {error.strerror}.", "Correct its name or who may read it."
        ) from error
