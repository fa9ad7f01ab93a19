"""What can happen next, as buttons and forms: the machine's own answers, with who can help where it says no."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from orderway.order.available import Available
from orderway.order.leading import leads_on
from orderway.order.shape import Interest, Life
from orderway.sale.payments.context import PAID_BY
from orderway.statechart import Reason
from orderway.ui.forms import Field, Known, Offered, fields_of
from orderway.ui.language import t, tr
from orderway.ui.order.reasons import Remedy, Why, remedies, why
from orderway.ui.order.refunding import beginning
from orderway.ui.order.telling import Telling
from orderway.ui.words import money
from orderway.workflow.errors import Invalid

Choices = Mapping[UUID, Offered]
"""What there is to choose from, for each fulfillment."""

GRAVE = frozenset({"bad", "ended"})
"""Tones of the states to which an action leads that is marked as grave."""

ELSEWHERE: Mapping[tuple[str, str], str] = {("quotation", "EDIT"): "/quotations/{order}/edit"}
"""Events that have a page of their own."""

DECIDED = frozenset({("payment", "CONFIRM"), ("override_request", "APPROVE")})
"""What leads an order on besides the events of its own machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something the viewer may do: now, after filling in its fields, or not yet, for these reasons.

    `name` and `instance` tell it from the others of the page. `carried` is sent along. Without `url` it can only be
    read; where it is a `link`, the form is on another page.
    """

    name: str
    instance: UUID
    label: str
    url: str
    permission: str
    about: str = ""
    carried: Mapping[str, str] = field(default_factory=dict)
    look: str = ""
    fields: tuple[Field, ...] = ()
    against: tuple[Reason, ...] = ()
    reasons: tuple[Why, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    problem: str = ""
    leads: bool = False
    settled: bool = False
    """It is about a payment that nobody waits for any longer."""
    link: bool = False

    @property
    def id(self) -> str:
        """Its place on the page."""
        return f"do-{self.name.lower()}-{self.instance.hex[-6:]}"

    @property
    def asked(self) -> list[Field]:
        """The fields that are filled in."""
        return [field for field in self.fields if field.kind != "hidden"]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What is sent along: what the viewer read."""
        return [*self.carried.items(), *((each.name, each.value) for each in self.fields if each.kind == "hidden")]

    @property
    def open(self) -> bool:
        """Whether it was tried, and has to be mended."""
        return bool(self.problem) or any(field.problem for field in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was posted and not done: it is shown again, with what stood against it."""

    name: str
    instance: UUID
    posted: Mapping[str, str]
    error: Exception

    @property
    def wrong(self) -> str:
        """The field that it names."""
        return self.error.field.removeprefix("delivery.") if isinstance(self.error, Invalid) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """What is known of the viewer and of the order when its actions are told.

    `helpers` names who holds a permission, `may` are the viewer's own on the order (None for all), `key` makes a form
    that is sent twice one.
    """

    helpers: Mapping[str, str]
    offered: Choices
    may: Collection[str] | None
    key: str
    tried: Tried | None = None


def deeds(telling: Telling, available: Sequence[Available], eyes: Eyes, *, begun: Iterable[Deed] = ()) -> list[Deed]:
    """The viewer's own actions, first what leads the order on; the first that can be done stands out.

    `begun` are those that are no events of a machine. What nobody could fill in now is left to `others`.
    """
    lives = {life.id: life for life in telling.order.lives}
    made = [
        _deed(telling, each, life=life, eyes=eyes)
        for each in available
        if (life := lives.get(each.id)) and (each.choice.is_enabled or not telling.is_moot(life))
    ]
    events, births = ([again(each, eyes.tried) for each in some if each] for some in (made, begun))
    found = [*events, *births]
    # What is begun is a way out before any event is.
    ways = {
        each.permission: Remedy(f"#{each.id}", tr(each.label))
        for each in (*reversed(found), *births)
        if not each.against
    }
    found = [_explained(each, ways, eyes) if each.against else each for each in found]
    here = telling.current().id
    found.sort(key=lambda deed: (bool(deed.against), not deed.leads, deed.look == "grave", deed.instance != here))
    if found and found[0].leads and not found[0].against:
        found[0] = replace(found[0], look="main")
    return found


def _deed(telling: Telling, each: Available, *, life: Life[Any], eyes: Eyes) -> Deed | None:
    chart, choice, order = telling.chart(life), each.choice, telling.order
    event: Any = chart.events[choice.event]
    elsewhere = ELSEWHERE.get((life.machine, choice.event), "")
    known = Known(
        currency=order.currency, context=life.context, offered=eyes.offered.get(life.id, {}),
        start=beginning(telling, event, life),
    )  # fmt: skip
    fields = () if elsewhere else fields_of(event, known)
    if fields is None:
        return None
    tones = {chart.node(state).tone for state in choice.to}
    is_now = telling.state(life).tone == "waiting" or life is telling.current()
    leads = choice.event in leads_on(chart, life.state) or (life.machine, choice.event) in DECIDED
    is_theirs = bool(event.words.own) and order.sees_notes  # the buyer's to do, whoever else may do it for them
    return Deed(
        name=choice.event,
        instance=life.id,
        label=choice.label,
        about=_about(telling, life),
        url=elsewhere.format(order=order.id) or f"/orders/{order.id}/{life.machine}/{life.id}/{choice.event.lower()}",
        permission=event.words.permission,
        carried={"seen": str(each.step), "key": eyes.key},
        look="grave" if tones and tones <= GRAVE else "",
        fields=fields,
        against=choice.reasons,
        leads=leads and is_now and not is_theirs,
        settled=life.machine == "payment" and telling.state(life).tone != "waiting",
        link=bool(elsewhere),
    )


def _explained(deed: Deed, ways: Mapping[str, Remedy], eyes: Eyes) -> Deed:
    """With its reasons in words, and the ways out; none leads back to it."""
    return replace(
        deed,
        reasons=tuple(why(reason, eyes.helpers, may=eyes.may) for reason in deed.against),
        remedies=remedies(deed.against, ways, may=eyes.may),
    )


def again(deed: Deed, tried: Tried | None) -> Deed:
    """The deed with what was tried of it: the problem beside its field, or above all of them."""
    if tried is None or (tried.name, tried.instance) != (deed.name, deed.instance):
        return deed
    said = str(tried.error)
    fields = tuple(field.again(tried.posted, wrong=tried.wrong, problem=said) for field in deed.fields)
    return replace(deed, fields=fields, problem="" if any(field.problem for field in fields) else said)


def _about(telling: Telling, life: Life[Any]) -> str:
    """Which of several it is: a payment by its way and amount, an offer by its rider, a fulfillment by its number."""
    if life.machine == "payment":
        amount = money(life.context.amount, telling.order.currency)
        return t("{way}, {amount}", way=tr(PAID_BY[life.context.method]), amount=amount)
    return life.rider.name if isinstance(life, Interest) else telling.part(life)
