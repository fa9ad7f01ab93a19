"""What an installation needs for signing in by a provider: the provider, and the seal of what is under way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from orderway.oidc.configuration import read_client
from orderway.oidc.flow import Seal
from orderway.oidc.provider import Provider
from orderway.secret import Secret


@dataclass(frozen=True, slots=True)
class Gate:
    """The way in by a provider."""

    provider: Provider
    seal: Seal

    @property
    def name(self) -> str:
        """What the button says: "Sign in with …"."""
        return self.provider.client.name


def read_gate(environment: Mapping[str, str], secret: Secret, *, clock: Callable[[], datetime]) -> Gate | None:
    """Return the gate that the environment describes; None where it says nothing of one. Raises OidcInvalid."""
    client = read_client(environment)
    return Gate(Provider(client, clock=clock), Seal(secret)) if client else None
