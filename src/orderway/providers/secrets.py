"""The secrets that prove webhooks: from the environment, several while one takes the place of another."""

from __future__ import annotations

from collections.abc import Mapping

from orderway.providers.provider import NoSecret
from orderway.providers.signatures import need_secrets


def secrets_of(provider: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return what ORDERWAY_WEBHOOK_SECRET_<PROVIDER> holds, parted by commas.

    Raises NoSecret where it holds none, or what is no text.
    """
    name = f"ORDERWAY_WEBHOOK_SECRET_{provider.upper()}"
    given = environ.get(name, "")
    if not given.strip().isprintable():
        raise NoSecret(
            f"A secret for webhooks of {provider} holds what is no letter, figure or sign.",
            f"Correct {name} and start again.",
        )
    return tuple(need_secrets([one for one in map(str.strip, given.split(",")) if one], provider=provider))
