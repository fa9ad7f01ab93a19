"""A sign-in under way at the provider: what has to come back with it, sealed in the browser's cookie."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from datetime import datetime, timedelta

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from orderway.secret import Secret

LIFETIME = timedelta(minutes=10)
"""How long somebody may take at the provider."""

NONCE_BYTES = 12


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """What one sign-in is known by. `came_back` is our address at which it ends, `wanted` the page after it."""

    state: str
    nonce: str
    verifier: str
    came_back: str
    wanted: str
    began_at: datetime

    def __repr__(self) -> str:
        return "Flow()"

    @property
    def challenge(self) -> str:
        """The proof that whoever exchanges the code began the sign-in (PKCE, S256, of RFC 7636)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def is_over(self, now: datetime) -> bool:
        return not self.began_at <= now < self.began_at + LIFETIME


def new_flow(*, came_back: str, wanted: str, now: datetime) -> Flow:
    return Flow(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        came_back=came_back,
        wanted=wanted,
        began_at=now,
    )


class Seal:
    """Closes a flow so that only this installation can open it, and nobody can change it (AES-256-GCM)."""

    def __init__(self, secret: Secret) -> None:
        self._cipher = AESGCM(secret.key("oidc"))

    def close(self, flow: Flow) -> str:
        nonce = os.urandom(NONCE_BYTES)
        return base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, msgspec.json.encode(flow), None)).decode()

    def open(self, sealed: str) -> Flow | None:
        """Return the flow; None for what this installation has not sealed."""
        try:
            raw = base64.urlsafe_b64decode(sealed.encode("ascii"))
            return msgspec.json.decode(self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None), type=Flow)
        except (ValueError, InvalidTag, msgspec.DecodeError):
            return None
