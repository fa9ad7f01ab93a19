"""Signing in: tokens are fetched when they are needed, renewed when they end, and sent with every request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, cast

import httpx

from .client import Orderway

SIGN_IN = """
mutation SignIn($input: SignInInput!) {
  signed: signIn(input: $input) { ...Tokens ... on SignInRefused { sentence } }
}
"""
REFRESH = """
mutation RefreshToken($input: RefreshTokenInput!) {
  signed: refreshToken(input: $input) { ...Tokens ... on SignInRefused { sentence } }
}
"""
TOKENS = "fragment Tokens on SignedIn { accessToken refreshToken }"


class SignInRefused(Exception):
    """Nobody was signed in; the text says why."""


def sign_in(url: str, email: str, password: str, *, http: httpx.AsyncClient | None = None) -> Orderway:
    """A client that signs in as this person with its first request; `http` is what it sends by."""
    http = http or httpx.AsyncClient()
    http.auth = SignIn(email, password)
    return Orderway(url, http_client=cast("Any", http))


class SignIn(httpx.Auth):
    """Signs every request of an httpx.AsyncClient as one person.

    The access token lives for minutes; when it has ended it is renewed by the refresh token, which is spent once:
    requests that run beside one another wait for the one that renews. Raises SignInRefused.
    """

    def __init__(self, email: str, password: str) -> None:
        self._email = email
        self._password = password
        self._access: str | None = None
        self._refresh: str | None = None
        self._turn = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        token: str | None = None
        for _ in range(2):
            async with self._turn:
                if self._access == token:  # nobody beside us has renewed it
                    for query, given in self._ways():
                        answer = yield httpx.Request(
                            "POST", request.url, json={"query": query + TOKENS, "variables": {"input": given}}
                        )
                        await answer.aread()
                        if self._take(answer):
                            break
            token = self._access
            request.headers["Authorization"] = f"Bearer {token}"
            response = yield request
            if response.status_code != 401:
                return

    def _ways(self) -> list[tuple[str, dict[str, str]]]:
        """By the refresh token where there is one, or else by the password."""
        sign_in = (SIGN_IN, {"email": self._email, "password": self._password})
        return [(REFRESH, {"refreshToken": self._refresh}), sign_in] if self._refresh else [sign_in]

    def _take(self, answer: httpx.Response) -> bool:
        """Keep the tokens of an answer; False where a refresh token has ended."""
        answer.raise_for_status()
        signed = (answer.json()["data"] or {}).get("signed") or {}
        had, self._refresh = self._refresh, signed.get("refreshToken")
        self._access = signed.get("accessToken")
        if self._access is None and had is None:
            raise SignInRefused(signed.get("sentence", answer.text))
        return self._access is not None
