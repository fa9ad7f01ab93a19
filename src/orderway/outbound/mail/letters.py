"""An e-mail as it is sent: in the language of whom it is for, as plain text and as a page, with a way to end them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address, BaseHeader, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from functools import cache
from typing import cast
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from orderway.languages import ENGLISH, catalogue, languages
from orderway.notifications.mails.groups import GROUPS, Topic
from orderway.notifications.mails.writing import PIN
from orderway.outbound.mail.office import Office

LONGEST_TITLE = 200
"""Characters of a subject: names of customers may be long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """An e-mail that was taken up. `to` is the address of whom it is for (`person_id`, where they sign in), `language`
    (ISO 639) what they chose; `why_not` is the reason why it is to be left out after all. `pin` stands in no row of
    e-mails.
    """

    id: UUID
    store_id: UUID
    order_id: UUID
    event_number: int
    person_id: UUID | None
    topic: str
    title: str
    text: str
    at: datetime
    tries: int
    to: str | None
    language: str | None
    token: str | None = field(repr=False)
    pin: str | None = field(repr=False)
    why_not: str | None


class Whole(UnstructuredHeader, BaseHeader):
    """A header that stands in one line as it is, however long: who reads an address there takes no encoded word."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def compose(mail: Mail, office: Office) -> EmailMessage:
    """Write it. The same e-mail has the same name (Message-ID) each time, and those of an order belong together."""
    language = mail.language if mail.language in languages() else ENGLISH
    words = catalogue(language)
    title = words.said(" ".join(mail.title.splitlines()))
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(office.name, addr_spec=office.sender)
    message["To"] = Address(addr_spec=mail.to or "")
    message["Subject"] = title[:LONGEST_TITLE]
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.id}@{office.domain}>"
    message["References"] = Whole("References", f"<order-{mail.order_id}@{office.domain}>")
    message["Auto-Submitted"] = "auto-generated"
    leave = f"{office.site}/unsubscribe/{mail.token}" if mail.topic != PIN and mail.token else ""
    if leave:
        message["List-Unsubscribe"] = Whole("List-Unsubscribe", f"<{leave}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    said = {
        "language": language,
        "title": title,
        "text": words.said(mail.text) if mail.text else "",
        "pin": mail.pin,
        "order": f"{office.site}/orders/{mail.order_id}",
        "group": words.said(GROUPS[cast("Topic", mail.topic)].label) if leave else "",
        "leave": leave,
        "choices": f"{office.site}/profile/notifications",
        "sender": office.name,
    }
    message.set_content(_written("letter.txt", said))
    message.add_alternative(_written("letter.html", said), subtype="html")
    message["Content-Language"] = language
    return message


def _written(name: str, said: dict[str, str | None]) -> str:
    """A template, filled in; texts of the template are said in the letter's language."""
    words = catalogue(said["language"] or ENGLISH).words

    def say(text: str, **values: object) -> str:
        return words.gettext(text).format_map(values)

    return _templates().get_template(name).render(said, _=say)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("orderway.outbound.mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
