"""The word of a provider: an id token, believed only for whom, when and what it was asked for."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
import msgspec

from orderway.errors import OrderwayError
from orderway.oidc.configuration import Client

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that only the provider can make: neither none at all, nor one by a secret that we hold as well."""

LEEWAY = timedelta(seconds=60)
"""How far two clocks may be apart."""

FAMILIES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
"""The kind of key that makes each kind of signature."""


class NotBelieved(OrderwayError):
    """What came back is not what was asked for; `reason` is for the log, and the person is told to begin again."""

    def __init__(self, reason: str) -> None:
        super().__init__("The answer of the provider can not be believed.", "Begin to sign in once more.")
        self.reason = reason


class KeyUnknown(Exception):
    """No key that is known made this signature: a question rather than a fault, for the provider may have new ones."""


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider says of somebody: `subject` is its own name for them, and stays."""

    issuer: str
    subject: str
    email: str | None = None
    email_verified: bool = False


class Token(msgspec.Struct, kw_only=True):
    """The claims of an id token that are looked at (OpenID Connect Core, section 2)."""

    iss: str
    sub: str
    aud: str | list[str]
    exp: int | float
    iat: int | float
    nonce: str = ""
    azp: str | None = None
    nbf: int | float | None = None
    email: str | None = None
    email_verified: bool | str = False


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a provider; `alg` is the one kind of signature that it is for, where it says so."""

    jwk: jwt.PyJWK
    alg: object = None


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a provider, as it publishes them."""

    published: Sequence[Key]

    def find(self, header: Header) -> jwt.PyJWK:
        """Return the one that a signature names, or the only one that could have made it. Raises KeyUnknown."""
        family = FAMILIES[header.alg[:2]]
        fitting = [
            key
            for key in (each.jwk for each in self.published if each.alg in (None, header.alg))
            if key.key_type == family
            and key.public_key_use in (None, "sig")
            and (header.kid is None or key.key_id == header.kid)
        ]
        if len(fitting) != 1:
            raise KeyUnknown
        return fitting[0]


class Header(msgspec.Struct, kw_only=True):
    """What an id token says of its own signature."""

    alg: str
    kid: str | None = None


def read_keys(body: bytes) -> Keys:
    """Read a published set of keys; those of kinds that we do not know are left out. Raises NotBelieved."""
    try:
        found = msgspec.json.decode(body, type=dict[str, list[dict[str, object]]], strict=False)
    except msgspec.DecodeError as wrong:
        raise NotBelieved("its keys can not be read") from wrong
    keys = []
    for each in found.get("keys", []):
        try:
            keys.append(Key(jwt.PyJWK(each), each.get("alg")))
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
    return Keys(keys)


def believed(id_token: str, keys: Keys, *, client: Client, nonce: str, now: datetime) -> Claims:
    """Return what the token says, verified after OpenID Connect Core, section 3.1.3.7.

    Raises NotBelieved; KeyUnknown where it was signed by a key that is not among these.
    """
    header = _header(id_token)
    try:
        body = jwt.api_jws.decode(id_token, keys.find(header).key, algorithms=[header.alg])
        token = msgspec.json.decode(body, type=Token)
    except (jwt.PyJWTError, msgspec.DecodeError, ValueError, TypeError) as wrong:
        raise NotBelieved(f"its signature or its form is wrong: {wrong}") from wrong
    audience = [token.aud] if isinstance(token.aud, str) else token.aud
    if token.iss != client.issuer:
        raise NotBelieved(f"it was issued by {token.iss!r}")
    if client.id not in audience or (token.azp or client.id) != client.id or (len(audience) > 1 and not token.azp):
        raise NotBelieved("it was issued for somebody else")
    moment = now.timestamp()
    if token.exp + LEEWAY.total_seconds() <= moment:
        raise NotBelieved("it has expired")
    if max(token.iat, token.nbf or 0) - LEEWAY.total_seconds() > moment:
        raise NotBelieved("it is of the future")
    if not hmac.compare_digest(token.nonce.encode(), nonce.encode()):
        raise NotBelieved("it answers another sign-in")
    if not token.sub:
        raise NotBelieved("it names nobody")
    verified = token.email_verified in (True, "true")
    return Claims(issuer=token.iss, subject=token.sub, email=token.email, email_verified=verified)


def _header(id_token: str) -> Header:
    try:
        header = msgspec.convert(jwt.get_unverified_header(id_token), Header)
    except (jwt.PyJWTError, msgspec.ValidationError, ValueError) as wrong:
        raise NotBelieved("it is no signed token") from wrong
    if header.alg not in ALGORITHMS:
        raise NotBelieved(f"it is signed by {header.alg!r}, which is not taken")
    return header
