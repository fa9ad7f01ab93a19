"""The secrets that prove webhooks: from the environment, several while one takes the place of another."""

from __future__ import annotations

from collections.abc import Mapping

from orderway.providers.signatures import need_secrets


def secrets_of(provider: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return what ORDERWAY_WEBHOOK_SECRET_<PROVIDER> holds, parted by commas. Raises NoSecret where it holds none."""
    given = environ.get(f"ORDERWAY_WEBHOOK_SECRET_{provider.upper()}", "")
    return tuple(need_secrets([one for one in map(str.strip, given.split(",")) if one], provider=provider))
