"""How this installation faces the world: read from the environment once, when a process starts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, cast, get_args

from orderway.callers import Networks, read_networks
from orderway.errors import OrderwayError, why_unread

Environment = Literal["development", "production"]

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")
"""A site as a browser names it: without a path, in small letters."""

SHORTEST = 16
"""Characters of the token for /metrics at least."""


class DeploymentInvalid(OrderwayError):
    """A variable of the environment says what can not be."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is open, and to whom. Without a word of anyone it is the closed way: production, no proxy trusted."""

    environment: Environment = "production"
    trusted_proxies: Networks = ()
    cors_origins: tuple[str, ...] = ()
    """Sites whose pages may ask the API, with a token of their own: "https://shop.example"."""

    documents: Path | None = None
    """The list of the operations that the API takes; None where it takes any."""

    webhook_networks: Networks = ()
    """Networks that webhooks may be sent to although they are not public, and without TLS."""

    metrics_token: str = field(default="", repr=False)
    """Who sends it reads /metrics; without one there is no such address."""

    @property
    def developing(self) -> bool:
        """Whether errors are shown as they are, and the page to try the API is served."""
        return self.environment == "development"


def read_deployment(environ: Mapping[str, str]) -> Deployment:
    """Raises DeploymentInvalid and ProxiesInvalid, which name the variable."""
    environment = environ.get("ORDERWAY_ENV", "production")
    if environment not in get_args(Environment):
        raise DeploymentInvalid(
            f"ORDERWAY_ENV is '{environment}'.", "Write development or production, or leave it out."
        )
    return Deployment(
        environment=cast("Environment", environment),
        trusted_proxies=read_networks(environ.get("ORDERWAY_TRUSTED_PROXIES", "")),
        cors_origins=read_origins(environ.get("ORDERWAY_CORS_ORIGINS", "")),
        documents=Path(documents) if (documents := environ.get("ORDERWAY_DOCUMENTS")) else None,
        webhook_networks=read_webhook_networks(environ),
        metrics_token=read_token(environ),
    )


def opening() -> str:
    """What the environment of this process opens, in a sentence. Raises as `read_deployment`."""
    found = read_deployment(os.environ)
    told = (
        "a page to try the API and faults as they are" if found.developing else "",
        f"the API to pages of {' and '.join(found.cors_origins)}" if found.cors_origins else "",
        "/metrics to who has the token" if found.metrics_token else "",
        f"{' and '.join(map(str, found.webhook_networks))} to webhooks" if found.webhook_networks else "",
    )
    opens = ", ".join(each for each in told if each) or "nothing more than pages and API"
    takes = f"the operations of {found.documents} alone" if found.documents else "any operation"
    proxies = ", ".join(map(str, found.trusted_proxies)) or "none"
    return f"The environment opens {opens}; the API takes {takes}; proxies that are believed: {proxies}."


def read_origins(text: str) -> tuple[str, ...]:
    """The sites of a list: "https://shop.example, https://app.example". Raises DeploymentInvalid."""
    origins = tuple(part.strip().rstrip("/") for part in text.split(",") if part.strip())
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise DeploymentInvalid(
                f"ORDERWAY_CORS_ORIGINS holds '{origin}', which is no site.",
                "Write each as https://host, in small letters, with commas between.",
            )
    return origins


def read_webhook_networks(environ: Mapping[str, str]) -> Networks:
    """Networks within the house that webhooks may be sent to: "127.0.0.0/8, 10.1.2.0/24". Raises DeploymentInvalid."""
    text = environ.get("ORDERWAY_WEBHOOK_NETWORKS", "")
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise DeploymentInvalid(
            f"ORDERWAY_WEBHOOK_NETWORKS is '{text}': {error}.",
            "Write addresses and networks with commas between, such as 127.0.0.0/8, 10.1.2.0/24.",
        ) from None


def read_token(environ: Mapping[str, str]) -> str:
    """The token for /metrics, out of its file where one is named. Raises DeploymentInvalid, which shows none of it."""
    token, path = environ.get("ORDERWAY_METRICS_TOKEN", ""), environ.get("ORDERWAY_METRICS_TOKEN_FILE", "")
    if path and not token:
        try:
            token = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise DeploymentInvalid(
                f"ORDERWAY_METRICS_TOKEN_FILE names {path}, which can not be read: {why_unread(error)}.",
                "Correct the path, or leave it out.",
            ) from None
    if (token or path) and (len(token) < SHORTEST or not token.isascii() or not token.isprintable()):
        raise DeploymentInvalid(
            f"The token for /metrics has fewer than {SHORTEST} plain characters.",
            "Make a longer one by: orderway secret",
        )
    return token
