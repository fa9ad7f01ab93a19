"""How this installation faces the world: read from the environment once, when a process starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from orderway.callers import Networks, read_networks
from orderway.errors import OrderwayError

Environment = Literal["development", "production"]


class DeploymentInvalid(OrderwayError):
    """A variable of the environment says what can not be."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is open, and to whom. Without a word of anyone it is the closed way: production, no proxy trusted."""

    environment: Environment = "production"
    trusted_proxies: Networks = ()
    documents: Path | None = None
    """The list of the operations that the API takes; None where it takes any."""

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
        documents=Path(documents) if (documents := environ.get("ORDERWAY_DOCUMENTS")) else None,
    )
