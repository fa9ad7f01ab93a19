"""Where e-mails are handed in, and from whom they are: read from the environment once, when a process starts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from orderway.deployment import ORIGIN
from orderway.errors import OrderwayError, why_unread

Encryption = Literal["from the start", "by STARTTLS", "none"]

SCHEMES: Mapping[str, tuple[Encryption, int]] = {
    "smtps": ("from the start", 465),
    "smtp": ("by STARTTLS", 587),
    "smtp+plain": ("none", 25),
}
"""How each scheme of an address encrypts, and its port where none is written."""

ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*"
"""An address that every server takes."""
FROM = re.compile(rf'"?(?P<name>[^"<>@]+?)"? *<(?P<sender>{ADDRESS})>|(?P<alone>{ADDRESS})')
"""Whom e-mails are from: an address, or a name before one in brackets."""


class MailInvalid(OrderwayError):
    """A variable of the environment says of e-mails what can not be. It shows no password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A server of SMTP. E-mails are from `sender`, "orders@shop.example", called `name`; their links lead to `site`."""

    host: str
    port: int
    encryption: Encryption
    sender: str
    name: str
    site: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def domain(self) -> str:
        """What the names of e-mails end with."""
        return self.sender.rpartition("@")[2]


def read_office(environ: Mapping[str, str]) -> Office | None:
    """Where e-mails are handed in; None where none are sent. Raises MailInvalid."""
    address = _address(environ)
    if not address:
        return None
    parts = _parts(address)
    encryption, port = SCHEMES[parts.scheme]
    known = FROM.fullmatch(environ.get("ORDERWAY_MAIL_FROM", "").strip())
    if not known or not known.string.isprintable():
        raise MailInvalid(
            "ORDERWAY_MAIL_FROM holds no address that e-mails could be from.",
            "Write one like: Lagos shop <orders@shop.example>",
        )
    site = environ.get("ORDERWAY_SITE", "").rstrip("/")
    if not ORIGIN.fullmatch(site):
        raise MailInvalid(
            "ORDERWAY_SITE does not say where people reach the pages, to which e-mails lead.",
            "Write it like https://orders.shop.example, in small letters and without a path.",
        )
    return Office(
        host=parts.hostname or "",
        port=parts.port or port,
        encryption=encryption,
        sender=known["sender"] or known["alone"],
        name=known["name"] or "Orderway",
        site=site,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def mails() -> str:
    """What the environment of this process says of e-mails, in a sentence. Raises MailInvalid."""
    office = read_office(os.environ)
    return f"E-mails from {office.sender} are handed in at {office}." if office else "No e-mails are sent."


def _address(environ: Mapping[str, str]) -> str:
    path = environ.get("ORDERWAY_SMTP_URL_FILE", "")
    if environ.get("ORDERWAY_SMTP_URL") or not path:
        return environ.get("ORDERWAY_SMTP_URL", "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise MailInvalid(
            f"ORDERWAY_SMTP_URL_FILE names {path}, which can not be read: {why_unread(error)}.",
            "Correct the path, or leave it out.",
        ) from None


def _parts(address: str) -> SplitResult:
    """The parts of the address of a server. Raises MailInvalid."""
    try:
        parts = urlsplit(address)
        rest = parts.path or parts.query or parts.fragment
        is_one = parts.scheme in SCHEMES and bool(parts.hostname) and not rest and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise MailInvalid(
            "ORDERWAY_SMTP_URL is no address of a server of SMTP.",
            "Write smtps://user:password@host, smtp://user:password@host for STARTTLS, or smtp+plain://host; special"
            " characters of user and password as %40.",
        )
    if bool(parts.username) != bool(parts.password):
        raise MailInvalid(
            "ORDERWAY_SMTP_URL holds a user without a password, or a password without a user.",
            "Write both before the host as user:password@, or neither.",
        )
    if parts.scheme == "smtp+plain" and parts.username:
        raise MailInvalid(
            "ORDERWAY_SMTP_URL would send its password to the server unencrypted.",
            "Write smtp:// or smtps://, or leave user and password out.",
        )
    return parts
