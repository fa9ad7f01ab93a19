"""A real server of SMTP, which can be told to misbehave towards some addresses or altogether."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANGS, HANGS_UP = "hangs", "hangs up"


@dataclass
class Server:
    """What it took, in its order, and the lines it came in; it answers to an address or a content as it is told to."""

    port: int = 0
    took: list[EmailMessage] = field(default_factory=list)
    lines: list[list[bytes]] = field(default_factory=list)
    to_address: dict[str, str] = field(default_factory=dict)
    to_content: dict[str, str] = field(default_factory=dict)
    to_sender: str = ""
    connections: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    def to(self, address: str) -> list[EmailMessage]:
        return [each for each in self.took if each["To"] == address]

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.to_sender:
            return self.to_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = await self.answer(server, self.to_address.get(address, "250 OK"))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        answer = await self.answer(server, self.to_content.get(envelope.rcpt_tos[0], "250 OK"))
        if answer.startswith("250"):
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.took.append(message)
            self.lines.append(envelope.content.split(b"\r\n"))
        return answer

    async def answer(self, server: SMTP, answer: str) -> str:
        self.asked.set()
        if answer == HANGS:
            await self.goes_on.wait()
            return "250 OK"
        if answer == HANGS_UP:
            assert server.transport
            server.transport.close()
        return answer


@asynccontextmanager
async def serving(handler: Server, *, port: int = 0, **options: Any) -> AsyncIterator[Server]:
    """As long as it lasts the server answers, on a port of its own."""
    loop = asyncio.get_running_loop()
    wrap = options.pop("wrapped_in", None)
    server = await loop.create_server(lambda: SMTP(handler, loop=loop, **options), "127.0.0.1", port, ssl=wrap)
    handler.port = server.sockets[0].getsockname()[1]
    try:
        yield handler
    finally:
        handler.goes_on.set()
        server.close()
        await server.wait_closed()


def let_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    """Let in who knows the word."""
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"orderway", b"p@ss word")
    return AuthResult(success=known, handled=False)


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of 127.0.0.1 that nobody trusts who is not told of its file, and a server's side with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file, key_file = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key_file)
    return file, context
