"""What was just done, said once on the next page: sealed with the session's secret, so that no address makes it up."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

COOKIE = "orderway_said"
LARGEST = 1500
"""Characters of a sealed saying: with its seal it still is a cookie."""
SECONDS = 60
"""How long it waits for the next page."""


class Undo(msgspec.Struct, frozen=True):
    """The way back from what was done: a form to `url` with `fields`, and what its button says."""

    url: str
    label: str
    fields: dict[str, str] = {}


class Said(msgspec.Struct, frozen=True):
    """A sentence about what was done."""

    text: str
    undo: Undo | None = None


def seal(said: Said, *, secret: str) -> str:
    """Write it for a cookie; one too long for that loses its end, never the way back."""
    body = urlsafe_b64encode(msgspec.json.encode(said)).decode()
    if len(body) > LARGEST and len(said.text) > 1:
        return seal(Said(f"{said.text[: len(said.text) // 2]}…"[: len(said.text) - 1], said.undo), secret=secret)
    return f"{body}.{_mark(body, secret)}"


def unseal(text: str, *, secret: str) -> Said | None:
    """Read what `seal` wrote; None for anything else, and for what another session was told."""
    body, _, mark = text.rpartition(".")
    if not secret or not hmac.compare_digest(mark.encode(), _mark(body, secret).encode()):
        return None
    return msgspec.json.decode(urlsafe_b64decode(body), type=Said)


def _mark(body: str, secret: str) -> str:
    return hmac.new(secret.encode(), b"orderway said " + body.encode(), hashlib.sha256).hexdigest()
