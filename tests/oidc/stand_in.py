"""A provider of identities that keeps to the rules, or breaks one of them on purpose; it runs in this process."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER = "https://id.example"
CLIENT = "orderway"
SECRET = "the secret of the client"

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def published(key: Any, kid: str, **more: object) -> dict[str, object]:
    """The public half of a key, as a provider publishes it."""
    algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    return {**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, **more}


@dataclass
class StandIn:
    """What it says can be changed between a question and its answer.

    `claims` are added to those of the next token (None takes one out), `signed` makes the token of its claims.
    """

    clock: Callable[[], datetime]
    keys: list[dict[str, object]] = field(default_factory=lambda: [published(RSA_KEY, "first", alg="RS256")])
    claims: dict[str, object] = field(default_factory=dict)
    discovery: dict[str, object] = field(default_factory=dict)
    signed: Callable[[dict[str, object]], str] = lambda claims: jwt.encode(
        claims, RSA_KEY, algorithm="RS256", headers={"kid": "first"}
    )
    userinfo: dict[str, object] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_away: bool = False
    forgets_codes: bool = True

    def sign_in(self, address: str, code: str = "a code") -> dict[str, str]:
        """Somebody signs in at the address they were sent to; gives what comes back with them."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{ISSUER}/authorize?")
        assert asked["client_id"] == CLIENT
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert asked["scope"].split()[0] == "openid"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.is_away:
            raise httpx.ConnectError("No route to host")
        match request.url.path:
            case "/.well-known/openid-configuration":
                return httpx.Response(200, json=self.document())
            case "/keys":
                return httpx.Response(200, json={"keys": self.keys})
            case "/token":
                return self.exchange(request)
            case "/userinfo":
                assert request.headers["authorization"] == "Bearer the access token"
                return httpx.Response(200, json=self.userinfo)
        return httpx.Response(404)

    def document(self) -> dict[str, object]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            **self.discovery,
        }

    def exchange(self, request: httpx.Request) -> httpx.Response:
        """Exchange a code for a token, once, with who asked for it."""
        form = dict(parse_qsl(request.content.decode()))
        basic = base64.b64encode(b"orderway:the%20secret%20of%20the%20client").decode()
        assert request.headers["authorization"] == f"Basic {basic}"
        asked = self.codes.pop(form["code"], None) if self.forgets_codes else self.codes.get(form["code"])
        if asked is None:
            return httpx.Response(400, json={"error": "invalid_grant"})
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        if challenge.decode() != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        now = int(self.clock().timestamp())
        claims: dict[str, object] = {
            "iss": ISSUER, "sub": "keeper-of-lagos", "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "email": "keeper@example.com", "email_verified": True, **self.claims,
        }  # fmt: skip
        token = self.signed({name: value for name, value in claims.items() if value is not None})
        return httpx.Response(200, json={"id_token": token, "access_token": "the access token"})
