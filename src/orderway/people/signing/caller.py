"""Who signs in, as far as the connection tells: from which place, with what browser or program."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from orderway.callers import address_of, household

LONGEST = 300
"""Characters that are kept of what a browser or program calls itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """`place` is an address, or the network of one line; both are empty where nothing was told."""

    place: str = ""
    agent: str = ""


NOWHERE = Caller()


def caller_of(connection: HTTPConnection) -> Caller:
    """The caller of a request."""
    agent = "".join(each for each in connection.headers.get("user-agent", "") if each.isprintable())
    return Caller(place=household(address_of(connection)), agent=agent[:LONGEST])
