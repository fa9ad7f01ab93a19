"""A receiver of webhooks: a real server of HTTP, with TLS or without, that answers as it is told to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "hooks.example"
PLAIN = b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n%s\r\n%s"

Answering = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """What arrived; the names of headers in small letters."""

    line: str
    headers: dict[str, str]
    body: bytes


def answers(status: int, *headers: str, body: bytes = b"") -> Answering:
    """Answer so."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(PLAIN % (status, len(body), "".join(f"{each}\r\n" for each in headers).encode(), body))

    return answer


def sends(*parts: bytes) -> Answering:
    """Send these bytes, whatever they are, and hang up."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            for part in parts:
                writer.write(part)
                await writer.drain()
        writer.close()

    return answer


async def hangs(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


@dataclass
class Receiver:
    """It keeps all that arrives. `answer` is how it answers; where `script` has something left, so at first."""

    answer: Answering = field(default_factory=lambda: answers(204))
    script: list[Answering] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    def url(self, host: str = HOST, *, scheme: str = "https") -> str:
        return f"{scheme}://{host}:{self.port}/orders?from=lagos"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request after the other."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, *lines = head.decode().strip().split("\r\n")
                headers = {name.lower(): value for name, value in (each.split(": ", 1) for each in lines)}
                body = await reader.readexactly(int(headers["content-length"]))
                self.requests.append(Request(line, headers, body))
                self.came.set()
                await (self.script.pop(0) if self.script else self.answer)(writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver as long as it lasts."""
    receiver = Receiver()
    tasks: set[asyncio.Task[None]] = set()

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(receiver.serve(reader, writer)))

    server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def certify(folder: Path, *names: str, lasts: timedelta = timedelta(days=1)) -> tuple[ssl.SSLContext, Path]:
    """A certificate that signs itself, for these names and addresses: what serves by it, and what trusts it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectAlternativeName([*alternatives(names)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{names[0]}.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, file


def alternatives(names: Sequence[str]) -> list[x509.GeneralName]:
    def one(name: str) -> x509.GeneralName:
        try:
            return x509.IPAddress(ip_address(name))
        except ValueError:
            return x509.DNSName(name)

    return [one(name) for name in names]
