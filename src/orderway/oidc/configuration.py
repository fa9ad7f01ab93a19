"""Which provider of identities an installation trusts: read from the environment once, when a process starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from orderway.errors import OrderwayError

ISSUER = "ORDERWAY_OIDC_ISSUER"
CLIENT_ID = "ORDERWAY_OIDC_CLIENT_ID"
CLIENT_SECRET = "ORDERWAY_OIDC_CLIENT_SECRET"  # noqa: S105  (the variable's name)
CLIENT_SECRET_FILE = "ORDERWAY_OIDC_CLIENT_SECRET_FILE"  # noqa: S105  (the same)
NAME = "ORDERWAY_OIDC_NAME"
ALL = (ISSUER, CLIENT_ID, CLIENT_SECRET, CLIENT_SECRET_FILE, NAME)

AT_HOME = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that need no encryption on the way, for nothing leaves the machine."""


class OidcInvalid(OrderwayError):
    """A provider of identities is configured half, or in a way that can not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """This installation as the provider knows it. `name` is what the button says: "Sign in with …"."""

    issuer: str
    id: str
    secret: str = field(repr=False)
    name: str


def read_client(environment: Mapping[str, str]) -> Client | None:
    """Return the client that the environment describes; None where it says nothing of one. Raises OidcInvalid."""
    given = {name: environment.get(name, "").strip() for name in ALL}
    if not any(given.values()):
        return None
    issuer = given[ISSUER].rstrip("/")
    missing = [name for name in (ISSUER, CLIENT_ID) if not given[name]]
    if not (given[CLIENT_SECRET] or given[CLIENT_SECRET_FILE]):
        missing.append(f"{CLIENT_SECRET} (or {CLIENT_SECRET_FILE})")
    if missing:
        raise OidcInvalid(
            f"A provider of identities is configured half: {', '.join(missing)} is missing.",
            "Set it, or unset every variable that begins with ORDERWAY_OIDC.",
        )
    if not is_safe(issuer):
        raise OidcInvalid(f"{ISSUER} is '{given[ISSUER]}'.", "It must be an address that begins with https://.")
    return Client(
        issuer=given[ISSUER], id=given[CLIENT_ID], secret=_secret(given), name=given[NAME] or urlsplit(issuer).netloc
    )


def is_safe(address: str) -> bool:
    """Whether what is sent to the address is encrypted on the way, or stays on this machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in AT_HOME))


def _secret(given: Mapping[str, str]) -> str:
    if given[CLIENT_SECRET] and given[CLIENT_SECRET_FILE]:
        raise OidcInvalid(f"{CLIENT_SECRET} and {CLIENT_SECRET_FILE} are both set.", "Unset one of them.")
    if given[CLIENT_SECRET]:
        return given[CLIENT_SECRET]
    path = given[CLIENT_SECRET_FILE]
    try:
        text = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OidcInvalid(
            f"The file {path} of {CLIENT_SECRET_FILE} can not be read.", "Correct its name or who may read it."
        ) from error
    if not text:
        raise OidcInvalid(f"The file {path} of {CLIENT_SECRET_FILE} is empty.", "Put the secret of the client in it.")
    return text
