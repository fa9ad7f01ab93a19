"""Whether what Orderway reaches over the network beside its database answers, as far as the environment names it."""

import asyncio
import os
import socket
from datetime import UTC, datetime
from urllib.parse import urlsplit

from orderway.archive.shelf import VARIABLE, open_shelf
from orderway.doctor.finding import Wrong
from orderway.errors import why_unread
from orderway.flags.live import opened, origin_of
from orderway.oidc.configuration import read_client
from orderway.oidc.provider import Provider, ProviderAway
from orderway.outbound.broker.place import read_place
from orderway.outbound.mail.office import mails, read_office
from orderway.receipts.desk import open_storage
from orderway.storage.place import StorageUnavailable
from orderway.storage.storage import THE_FOLDER
from orderway.tracing import ENDPOINT, collector_in, is_on

PATIENCE = 5.0
"""Seconds that each place is given to take a connection."""

PORT_OF_NATS = 4222


def receipts() -> str:
    """Where they are kept in a bucket, put a small file there and delete it."""
    storage = open_storage()
    try:
        asyncio.run(storage.check())
    except StorageUnavailable as away:
        raise Wrong(
            f"Receipts can not be kept. {away.message}",
            "Mend that place, or correct ORDERWAY_RECEIPTS, ORDERWAY_S3_ENDPOINT and the variables AWS_….",
        ) from away
    place = f"folder {storage.folder.root}" if storage.bucket == THE_FOLDER else f"bucket {storage.bucket}"
    return f"Receipts can be put into the {place}."


def archive() -> str:
    """Where archived orders are kept in a bucket, put a small file there and delete it."""
    shelf = open_shelf()
    try:
        asyncio.run(shelf.check())
    except StorageUnavailable as away:
        raise Wrong(
            f"Orders can not be archived. {away.message}",
            f"Mend that place, or correct {VARIABLE}, ORDERWAY_S3_ENDPOINT and the variables AWS_….",
        ) from away
    place = f"folder {shelf.folder.root}" if shelf.bucket == THE_FOLDER else f"bucket {shelf.bucket}"
    return f"Orders can be archived into the {place}."


def signing_in() -> str:
    """Where people sign in by a provider of identities, ask it what it publishes of itself."""
    client = read_client(os.environ)
    if client is None:
        return "Nobody signs in by another provider."
    try:
        asyncio.run(Provider(client, clock=lambda: datetime.now(UTC)).published())
    except ProviderAway as away:
        raise Wrong(
            f"{client.name} does not answer as a provider at {client.issuer}: nobody can sign in by it.",
            "See that its /.well-known/openid-configuration is reached from here, or correct ORDERWAY_OIDC_ISSUER.",
        ) from away
    return f"People can sign in by {client.name}: it answers at {client.issuer}."


def flags() -> str:
    """Read them, and where flagd says them, ask it."""
    if origin_of(os.environ) == "default":
        return "No flag is set: every slice of an order's life is Orderway's."
    return asyncio.run(_flags())


async def _flags() -> str:
    async with opened(None, os.environ) as follower:
        return f"Flags are read from {follower.flags.where}, and make sense."


def mail() -> str:
    office = read_office(os.environ)
    if office:
        _reach("The mail server", office.host, office.port, remedy="Start it, or correct ORDERWAY_SMTP_URL.")
    return mails()


def broker() -> str:
    place = read_place(os.environ)
    if place is None:
        return "Events go to no broker."
    for each in map(urlsplit, place.servers):
        port = each.port or PORT_OF_NATS
        _reach("The broker", each.hostname or "", port, remedy="Start it, or correct ORDERWAY_NATS_URL.")
    return f"Events go to the broker at {place}; it takes connections."


def traces() -> str:
    """Where they go to a collector, send it a message without any."""
    if not is_on(os.environ):
        is_named = bool(os.environ.get(ENDPOINT))
        return f"No traces are sent{': OTEL_SDK_DISABLED is true' if is_named else ''}."
    from orderway.exporting import is_taken  # noqa: PLC0415  (it takes a while to load, and most go without)

    address = collector_in(os.environ)
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    _reach("The collector of traces", host, port, remedy=f"Start it, or correct {ENDPOINT}.")
    if not is_taken(address, patience=PATIENCE):
        raise Wrong(
            f"Something listens at {host}:{port}, and takes no traces.",
            f"Name a collector's port for OTLP over HTTP in {ENDPOINT}, which is 4318 and not 4317; what it asks for "
            "besides goes into OTEL_EXPORTER_OTLP_HEADERS.",
        )
    return f"Traces go to the collector at {host}:{port}, which takes them."


def _reach(what: str, host: str, port: int, *, remedy: str) -> None:
    """Raises Wrong unless somebody takes a connection there."""
    try:
        socket.create_connection((host, port), timeout=PATIENCE).close()
    except OSError as error:
        raise Wrong(f"{what} at {host}:{port} can not be reached: {why_unread(error)}.", remedy) from error
