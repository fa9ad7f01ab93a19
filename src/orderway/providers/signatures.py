"""What all signatures share: a secret has to be there, comparing takes equally long, and clocks differ a little."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from orderway.providers.provider import NoSecret, SignatureRefused, TimestampRefused

TOLERANCE = timedelta(seconds=300)
"""How far the time of signing may lie before or after now: what Stripe and Standard Webhooks advise."""

_UNIX = re.compile(r"[0-9]{1,11}", re.ASCII)


def need_secrets(secrets: Sequence[str], *, provider: str) -> Sequence[str]:
    """Return the secrets. Raises NoSecret where there is none, or an empty one, with which anybody could sign."""
    if not secrets or not all(secrets):
        raise NoSecret(
            f"No secret is set for webhooks of {provider}, so that none can be trusted.",
            f"Set ORDERWAY_WEBHOOK_SECRET_{provider.upper()} and start again.",
        )
    return secrets


def header(headers: Mapping[str, str], name: str) -> str:
    """Return a header that the scheme needs. Raises SignatureRefused where it is missing or empty."""
    found = headers.get(name)
    if not found:
        raise SignatureRefused(f"The request has no header {name}.", "Send it as the provider signs it.")
    return found


def match(given: Iterable[str], expected: Iterable[str], *, provider: str) -> None:
    """Return when one of the signatures is one of those expected; raises SignatureRefused.

    Every pair is compared, each in constant time, so that the time it takes tells nothing.
    """
    wanted = [one.encode() for one in expected]
    found = [hmac.compare_digest(one.encode("utf-8", "replace"), want) for one in given for want in wanted]
    if not any(found):
        raise SignatureRefused(
            f"The signature is not {provider}'s: no secret that is set here made it for this body.",
            f"Compare ORDERWAY_WEBHOOK_SECRET_{provider.upper()} with the secret at the provider.",
        )


def prove_sha512(body: bytes, headers: Mapping[str, str], name: str, *, secrets: Sequence[str], provider: str) -> None:
    """Return when the header has the hexadecimal HMAC-SHA512 of the raw body by one of the secrets.

    Raises NoSecret or SignatureRefused.
    """
    keys = need_secrets(secrets, provider=provider)
    made = [hmac.new(key.encode(), body, "sha512").hexdigest() for key in keys]
    match([header(headers, name)], made, provider=provider)


def unix_time(text: str) -> int:
    """Return the seconds of a timestamp header. Raises SignatureRefused where it is no Unix time."""
    if not _UNIX.fullmatch(text):
        raise SignatureRefused("The timestamp of the signature is no Unix time.", "Send it as the provider signs it.")
    return int(text)


def near(signed_at: int, now: datetime) -> None:
    """Return when a request was signed within TOLERANCE of now; raises TimestampRefused."""
    away = abs(now.timestamp() - signed_at)
    if away > TOLERANCE.total_seconds():
        raise TimestampRefused(
            f"The request was signed {away:.0f} seconds away from now; {TOLERANCE.seconds} are allowed.",
            "Send it again with a new signature, and compare the clocks.",
        )
