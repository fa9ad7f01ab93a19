"""An event in the words of a notice, for one of those whom it concerns."""

from __future__ import annotations

from orderway.money import Money
from orderway.notifications.telling import Letter
from orderway.outbound.happenings import Happening
from orderway.outbound.recipients import Recipient
from orderway.sale.overrides.machine import KINDS
from orderway.statechart.numbers import plain

WISHES: dict[str, str] = dict(KINDS.items())


def letter(happening: Happening, recipient: Recipient) -> Letter:
    """Put an event into words; an amount is left out, with the text around it, where the person may not see it."""
    notice, words = recipient.notice, words_of(happening)
    names_amount = "{amount}" in notice.text
    return Letter(
        person=recipient.person,
        store_id=happening.store_id,
        order_id=happening.order_id,
        event_number=happening.number,
        type=happening.type,
        machine=happening.machine,
        instance_id=happening.instance_id,
        title=notice.title.format_map(words),
        text=notice.text.format_map(words) if recipient.sees_money or not names_amount else "",
        tells_money=names_amount and "rider" not in notice.to,
        at=happening.at,
    )


def words_of(happening: Happening) -> dict[str, str]:
    """The words that a notice may name."""
    return {
        "number": happening.order,
        "customer": happening.customer,
        "store": happening.store,
        "amount": str(Money(happening.amount or 0, happening.currency)),
        "reason": happening.reason or "none was given",
        "who": happening.asker_name or "Orderway",
        "rider": happening.rider_name or "A rider",
        "wish": WISHES.get(happening.wanted or "", ""),
        "at": plain(happening.planned_for),
    }
