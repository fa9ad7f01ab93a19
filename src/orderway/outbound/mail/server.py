"""Handing e-mails to a server of SMTP: one connection for many, and what a refusal means for the e-mail or for all."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from orderway.outbound.carrying import Away, NotTaken
from orderway.outbound.mail import sentences
from orderway.outbound.mail.office import Office

PATIENCE = 10.0
"""Seconds in which the server is to answer each step."""

WHOLE = 20.0
"""Seconds in which a connection is to be there, and an e-mail to be taken, however many steps that has."""

CLOSING = 421
"""The answer of a server that takes nothing more now (RFC 5321, 3.8)."""
LASTS = 500
"""Answers from here on last: the same e-mail is not to be tried again (RFC 5321, 4.2.1)."""


class Refused(Exception):
    """The server takes this e-mail neither now nor later; the sentence says why."""


def encryption() -> ssl.SSLContext:
    """Whom the system trusts, or SSL_CERT_FILE says."""
    return ssl.create_default_context()


@asynccontextmanager
async def connected(office: Office) -> AsyncIterator[SMTP]:
    """A connection to the server, encrypted and signed in as it is to be. Raises Away."""
    server = SMTP(
        hostname=office.host,
        port=office.port,
        timeout=PATIENCE,
        use_tls=office.encryption == "from the start",
        start_tls=office.encryption == "by STARTTLS",
        tls_context=None if office.encryption == "none" else encryption(),
        username=office.user,
        password=office.password,
        local_hostname=office.domain,
    )
    try:
        async with asyncio.timeout(WHOLE):
            await server.connect()
    except (SMTPException, OSError, ValueError) as error:
        server.close()
        raise Away(sentences.NOT_USED.format(place=office, fault=_why(error))) from error
    try:
        yield server
    finally:
        with suppress(SMTPException, OSError):
            await server.quit(timeout=1)
        server.close()


async def hand_in(server: SMTP, message: EmailMessage) -> None:
    """Hand an e-mail in. Raises NotTaken, Refused, and Away where the server takes none now."""
    try:
        async with asyncio.timeout(WHOLE):
            await server.send_message(message)
    except SMTPRecipientsRefused as error:
        _raise(error.recipients[0])
    except SMTPResponseException as error:
        _raise(error)
    except SMTPServerDisconnected as error:
        raise NotTaken(sentences.HUNG_UP) from error
    except SMTPTimeoutError as error:
        raise NotTaken(sentences.SLOW.format(seconds=f"{PATIENCE:.0f}")) from error
    except TimeoutError as error:
        raise NotTaken(sentences.TOO_LONG.format(seconds=f"{WHOLE:.0f}")) from error
    except SMTPNotSupported as error:
        raise Refused(sentences.STRANGE) from error
    except OSError as error:
        raise NotTaken(sentences.BROKE) from error


def _raise(error: SMTPResponseException) -> None:
    """What an answer means: for this e-mail, or for all."""
    answer = _said(error)
    if error.code == CLOSING:
        raise Away(sentences.NOTHING_NOW.format(answer=answer)) from error
    if isinstance(error, SMTPSenderRefused):
        raise Away(sentences.NOT_FROM.format(sender=error.sender, answer=answer)) from error
    of_address = isinstance(error, SMTPRecipientRefused)
    if error.code >= LASTS:
        said = sentences.NO_ADDRESS if of_address else sentences.NO_MAIL
        raise Refused(said.format(answer=answer)) from error
    said = sentences.NO_ADDRESS_NOW if of_address else sentences.NO_MAIL_NOW
    raise NotTaken(said.format(answer=answer)) from error


def _said(error: SMTPResponseException) -> str:
    """The answer of a server, in one line."""
    return f"{error.code} {' '.join(error.message.split())}".strip()


def _why(error: Exception) -> str:
    """Why there is no connection, in a sentence that shows no password."""
    match error.__cause__ or error.__context__ or error:
        case ssl.SSLCertVerificationError(verify_message=said):
            return sentences.UNTRUSTED.format(fault=said)
        case ssl.SSLError():
            return sentences.NO_ENCRYPTION
        case OSError(errno=int(number)) if number > 0:
            said = os.strerror(number)
            return f"{said[0].lower()}{said[1:]}."
    match error:
        case SMTPResponseException():
            return sentences.ANSWERED.format(answer=_said(error))
        case TimeoutError():
            slow = (
                (sentences.NO_ANSWER, PATIENCE) if isinstance(error, SMTPTimeoutError) else (sentences.NOT_READY, WHOLE)
            )
            return slow[0].format(seconds=f"{slow[1]:.0f}")
    return f"{str(error).rstrip('.')}."
