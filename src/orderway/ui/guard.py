"""What keeps pages safe: headers on every answer, the session's cookie, and the proof that a form is ours."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import parse_qsl

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orderway.arrival import chunks
from orderway.ui.pages import frame

SESSION = "orderway_session"
VISIT = "orderway_visit"
"""A visit before anyone has signed in: it ties the sign-in form to the browser that asked for it."""

LARGEST = 64 * 1024
"""Bytes of a posted form; a larger one is refused while it is still arriving."""
FIELDS = 50
"""Fields of a form that does not say how many it has."""

FORM = "application/x-www-form-urlencoded"

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
BY_TLS = {"Strict-Transport-Security": "max-age=31536000"}
"""Whoever came encrypted comes so for a year; of other hosts of the same domain it says nothing."""


class SafeHeaders:
    """Puts the headers on every answer that does not carry its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        frame(None)  # whoever answers several requests in one task leaves nobody's shell to the next
        ours = HEADERS | BY_TLS if scope["scheme"] == "https" else HEADERS

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ours.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, guarded)


def remember(response: Response, *, name: str, value: str, request: Request, seconds: int) -> None:
    """Set a cookie that no script reads and no other site sends along."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/")


def new_visit() -> str:
    return secrets.token_urlsafe(24)


def form_token(secret: str) -> str:
    """The token of every form of a session (or visit): only who holds the cookie's value can make it."""
    return hmac.new(secret.encode(), b"orderway form", hashlib.sha256).hexdigest()


def is_ours(request: Request, *, secret: str, token: str) -> bool:
    """Whether a posted form came from one of our pages in this browser.

    The browser's own word (Sec-Fetch-Site, Origin) counts where it is given, the token always.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        return False
    return bool(secret) and hmac.compare_digest(token.encode(), form_token(secret).encode())


async def read_form(request: Request, *, most: int = FIELDS) -> dict[str, str]:
    """The texts of a posted form of `most` fields. Raises HTTPException for what no page of ours sends, and TooSlow."""
    if request.headers.get("content-type", FORM).partition(";")[0].strip().lower() != FORM:
        raise HTTPException(415, "Send the form as the page does")
    body = bytearray()
    async for chunk in chunks(request):
        body += chunk
        if len(body) > LARGEST:
            raise HTTPException(413, f"A form holds at most {LARGEST:,} bytes")
    try:
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=most))
    except ValueError:
        raise HTTPException(400, "The form has more fields than any page of ours") from None


def local_path(path: str) -> str:
    """Where to go after signing in: a path of our own, or where their work begins for anything else.

    Ours are written in ASCII, as a header is.
    """
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isascii() and path.isprintable()
    return path if own else "/"
