"""Why something can not be done yet, with who can help, and the ways out of it as links."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orderway.statechart import Amount, Reason
from orderway.statechart.explain import text
from orderway.statechart.numbers import plain
from orderway.ui.language import mark, t, tr
from orderway.ui.words import money

INSTEAD: Mapping[str, tuple[str, ...]] = {
    "payment.register": ("payment.register", "override.ask"),
    "override.decide": ("override.ask", "override.decide"),
}
"""Permissions by which one gets out of it, where that is more than the one that a reason names."""

PLACES: Mapping[str, tuple[str, str]] = {
    "stock.manage": ("/stock", mark("Go to the stock")),
    "rider.coverage": ("/riders", mark("Go to the riders")),
    "credit.manage": ("/credit", mark("Go to credit")),
    "settings.manage": ("/settings", mark("Go to the settings")),
}
"""Where the way out is on another page, by permission."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A way out: a form of this page, or another page."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Why:
    """A reason in words, who can help, and what the viewer can do about it themselves."""

    text: str
    who: str = ""
    remedies: tuple[Remedy, ...] = ()


def said(reason: Reason) -> str:
    """The reason alone, in the reader's words."""
    return tr(text(reason, in_words))


def why(reason: Reason, helpers: Mapping[str, str], *, may: Collection[str] | None) -> Why:
    """The reason in words, and who can help where the viewer (who `may` so much; None for all) can not."""
    helped = may is None or reason.help in may
    who = "" if helped else helpers.get(reason.help, "")
    return Why(said(reason), t("{who} can help.", who=tr(f"{who[:1].upper()}{who[1:]}")) if who else "")


def remedies(
    reasons: Sequence[Reason], ways: Mapping[str, Remedy], *, may: Collection[str] | None
) -> tuple[Remedy, ...]:
    """The ways out that are open to the viewer: forms of the page by the permission that they ask, and other pages.

    `may` are the viewer's permissions on the order; None for all of them.
    """
    asked = [each for reason in reasons for help in helps(reason) for each in INSTEAD.get(help, (help,))]
    found = []
    for permission in dict.fromkeys(asked):
        if permission in ways:
            found.append(ways[permission])
        elif permission in PLACES and (may is None or permission in may):
            url, label = PLACES[permission]
            found.append(Remedy(url, tr(label)))
    return tuple(found)


def helps(reason: Reason) -> Iterator[str]:
    """The permissions that a reason and its parts name."""
    if reason.help:
        yield reason.help
    for part in reason.parts:
        yield from helps(part)


def in_words(value: object) -> str:
    """A number inside a reason: money as everywhere on the pages."""
    return money(value.minor, value.currency) if isinstance(value, Amount) else plain(value)
