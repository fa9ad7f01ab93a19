"""The secrets of webhooks: made, sealed at rest, and what is signed by them.

Source: Standard Webhooks, github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from standardwebhooks import Webhook

from orderway.outbound.webhooks import sentences
from orderway.secret import Secret

PREFIX = "whsec_"
SECRET_BYTES, NONCE_BYTES = 32, 12


class SealBroken(Exception):
    """A secret was sealed by another secret of the installation than it has now."""


def new_webhook_secret() -> str:
    """Return a secret that nobody guesses, as receivers take it: "whsec_" and 256 random bits in Base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(secrets: Iterable[str], *, id: UUID, at: datetime, body: bytes) -> Mapping[str, str]:
    """The headers that prove a message: signed by each of the secrets."""
    signatures = [Webhook(each).sign(str(id), at, body.decode()) for each in secrets]
    return {
        "webhook-id": str(id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


class Seal:
    """Closes the secret of a webhook so that only this installation opens it, and for that webhook (AES-256-GCM)."""

    def __init__(self, secret: Secret) -> None:
        self._cipher = AESGCM(secret.key("webhooks"))

    def close(self, secret: str, *, webhook: UUID) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), webhook.bytes)

    def open(self, sealed: bytes, *, webhook: UUID) -> str:
        """Return the secret. Raises SealBroken."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], webhook.bytes).decode()
        except (InvalidTag, ValueError):
            raise SealBroken(sentences.UNSEALED) from None
