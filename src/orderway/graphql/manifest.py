"""Trusted documents: a list of the operations that an installation takes, each known by the sha256 of its text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from orderway.errors import OrderwayError, why_unread

Manifest = Mapping[str, str]
"""Texts by their ids: 64 hexadecimal digits."""

PREFIX = "sha256:"
"""What stands before an id in a request, after the appendix of GraphQL over HTTP on persisted documents."""

READ = msgspec.json.Decoder(dict[str, str])


class ManifestInvalid(OrderwayError):
    """The list of trusted documents is none."""


def id_of(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def manifest_of(texts: Iterable[str]) -> Manifest:
    return {id_of(text): text for text in texts}


def read_manifest(path: Path) -> Manifest:
    """The list as `orderway documents` writes it. Raises ManifestInvalid."""
    try:
        found = READ.decode(path.read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ManifestInvalid(
            f"The trusted documents of {path} can not be read: {why_unread(error)}.",
            "Write them by `orderway documents`, or unset ORDERWAY_DOCUMENTS.",
        ) from None
    for key, text in found.items():
        if key != id_of(text):
            raise ManifestInvalid(
                f"A document in {path} has not the sha256 that it stands under: {key[:80]}.",
                "Write the list anew by `orderway documents`.",
            )
    return found


def write_manifest(manifest: Manifest, path: Path) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(dict(sorted(manifest.items()))), indent=2) + b"\n")


def find(manifest: Manifest, *, document_id: str | None, text: str) -> str | None:
    """The trusted text that is asked for, by its id or by the text itself; None where there is none."""
    return manifest.get(document_id.removeprefix(PREFIX) if document_id else id_of(text))
