"""What if: a path of events tried on an order from its page, step by step; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from orderway.errors import OrderwayError
from orderway.machines import CHARTS
from orderway.money import Money
from orderway.order import whatif
from orderway.order.differences import Change
from orderway.order.reads import load_order
from orderway.order.riders import list_riders
from orderway.order.shape import Order
from orderway.order.whatif import LONGEST_PATH, Outcome, Wish
from orderway.people.permissions import RIDER_ASSIGN
from orderway.people.scope import actor_on
from orderway.sale.payments.context import Method
from orderway.statechart import SYSTEM, event
from orderway.statechart.explain import sentence
from orderway.ui.forms import Choice, Field, Known, fields_of, read_event
from orderway.ui.language import mark, t, tr
from orderway.ui.order.births import RegisterPayment, payable
from orderway.ui.order.choosing import choices
from orderway.ui.order.deeds import Choices
from orderway.ui.order.page import id_of
from orderway.ui.order.reasons import in_words
from orderway.ui.order.telling import Telling
from orderway.ui.problems import told
from orderway.ui.site import Visit
from orderway.ui.words import Shown, Told, ago
from orderway.workflow.errors import Invalid, NotFound, Refused
from orderway.workflow.kinds import encode


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of a path as its address holds it: an event of a machine, a payment, or a time until which to wait."""

    event: str = ""
    machine: str = ""
    payload: str = "{}"
    amount: int = 0
    method: Method = "CASH"
    until: datetime | None = None

    def wish(self) -> Wish:
        if self.until:
            return whatif.Wait(self.until)
        if self.amount:
            return whatif.Pay(self.amount, self.method)
        return whatif.Event(name=self.event, machine=self.machine, payload=self.payload)


@event(label=mark("Let time pass"), log="waited", until="Until")
class LetTimePass:
    until: datetime


OTHERS: Mapping[str, type] = {"payment": RegisterPayment, "time": LetTimePass}
"""What can be tried besides events."""


@dataclass(frozen=True, slots=True)
class Came:
    """What one step came to; `without` is the address of the path without it."""

    label: str
    at: Told
    problem: str
    happened: tuple[tuple[str, str, Shown], ...]
    changes: Sequence[Change]
    without: str = ""


async def what_if(visit: Visit) -> Response:
    """The path so far with what each step came to, and the form of one more."""
    anew = f"/orders/{visit.request.path_params['order']}/what-if"
    asked = visit.request.query_params
    try:
        path, next_one = read_path(asked.get("path", "")), asked.get("event", "")
        telling, known = await _read(visit, next_one)
        problem, what = "", kind_of(next_one)
        if what and asked.get("add"):
            try:
                path, what = [*path, step_of(next_one, what, asked, currency=known.currency)], None
            except Invalid as error:
                problem = str(error)
        wishes = [step.wish() for step in path]
        order, runner = telling.order, visit.site.runner
        outcomes = await whatif.simulate(runner, visit.viewer, order_id=order.id, path=wishes) if wishes else []
    except NotFound as error:
        return told(error)
    except OrderwayError as error:
        return told(error, (anew, t("Begin anew")))
    trying = _trying(next_one, what, known, asked) if what else None
    return visit.page(
        "order/what-if.html",
        status=422 if problem else 200,
        id=order.id,
        number=order.number,
        state=telling.state(telling.current()),
        path=write_path(path),
        steps=list(_steps(path, outcomes, order=order, now=telling.now)),
        full=len(path) >= LONGEST_PATH,
        groups=list(_groups(telling)),
        trying=trying,
        problem=problem or (t("There is nothing to choose from for this now.") if trying and not trying.can_be else ""),
    )


@dataclass(frozen=True, slots=True)
class Trying:
    """The step that is filled in; it can not be where a field has nothing to choose from."""

    event: str
    label: str
    fields: Sequence[Field]
    can_be: bool


def _trying(name: str, what: Any, known: Known, asked: Mapping[str, str]) -> Trying:
    fields = fields_of(what, known)
    return Trying(name, what.words.label, [field.again(asked) for field in fields or ()], fields is not None)


async def _read(visit: Visit, name: str) -> tuple[Telling, Known]:
    """The order as it stands, and what the form of a step is made with. Raises NotFound."""
    site = visit.site
    async with site.pool.acquire() as connection:
        order = await load_order(connection, visit.viewer, id_of(visit.request.path_params["order"]))
        actor = await actor_on(connection, visit.viewer, store_id=order.store_id, order_id=order.id)
        # Who assigns riders knows them; to others nobody is offered.
        riders = (
            await list_riders(connection, site.workflow.settings, store_id=order.store_id, order_id=order.id)
            if actor.may(RIDER_ASSIGN)
            else []
        )
    telling = Telling(order, site.workflow, site.now())
    return telling, _known(telling, name, choices(telling, riders))


def _known(telling: Telling, name: str, offered: Choices) -> Known:
    """What the form of the step begins with: as the order stands now."""
    machine = name.partition(":")[0]
    life = next((each for each in reversed(telling.order.lives) if each.machine == machine), None)
    rest = Money(payable(telling), telling.order.currency).digits()
    return Known(
        currency=telling.order.currency,
        context=life.context if life else None,
        start={"amount": rest, "provider": "counter"} if name == "payment" else {},
        offered=offered.get(life.id, {}) if life else {},
    )


def kind_of(name: str) -> type | None:
    """What a step is made of: "sale:CANCEL_REQUESTED", "payment" or "time"."""
    machine, _, event_name = name.partition(":")
    chart = CHARTS.get(machine)
    return OTHERS.get(name) or (chart.every_event.get(event_name) if chart else None)


def step_of(name: str, what: type, asked: Mapping[str, str], *, currency: str) -> Step:
    """The step that a form says. Raises Invalid."""
    made = read_event(what, asked, currency=currency)
    if isinstance(made, RegisterPayment):
        return Step(amount=made.amount, method=made.method)
    if isinstance(made, LetTimePass):
        return Step(until=made.until)
    machine, _, event_name = name.partition(":")
    return Step(event=event_name, machine=machine, payload=encode(made))


def read_path(text: str) -> list[Step]:
    """The path out of an address. Raises Invalid for what is none."""
    try:
        return msgspec.json.decode(text, type=list[Step]) if text else []
    except msgspec.MsgspecError:
        raise Invalid("This path can not be read.", "Begin anew.") from None


def write_path(path: Sequence[Step]) -> str:
    return msgspec.json.encode(path).decode() if path else ""


def _groups(telling: Telling) -> Iterator[tuple[str, list[Choice]]]:
    """What can be tried, by machine: what people do, wherever the order may stand by then."""
    yield mark("Besides"), [Choice(name, what.words.label) for name, what in OTHERS.items()]  # type: ignore[attr-defined]  # set by the event decorator
    for machine in dict.fromkeys(("quotation", "sale", "fulfillment", *(life.machine for life in telling.order.lives))):
        chart = CHARTS[machine]
        events: list[tuple[str, Any]] = list(chart.every_event.items())
        named = [(f"{machine}:{name}", each.words) for name, each in events if name != "EDIT"]
        yield chart.label, [Choice(name, words.label) for name, words in named if words.permission != SYSTEM]


def _steps(path: Sequence[Step], outcomes: Sequence[Outcome], *, order: Order, now: datetime) -> Iterator[Came]:
    """What the steps came to; what timers did stands under the step in which they went off."""
    said = set[int]()
    for each in outcomes:
        rest = [step for place, step in enumerate(path) if place != each.step]
        url = f"/orders/{order.id}/what-if?{urlencode({'path': write_path(rest)})}"
        yield Came(
            label=_label(each),
            at=ago(each.at, now),
            problem=_problem(each),
            happened=tuple(
                (entry.who, tr(entry.what.phrase), Shown(entry.what.to_label, entry.what.tone))
                for entry in each.happened
            ),
            changes=each.changes,
            without=url if each.step not in said else "",
        )  # fmt: skip
        said.add(each.step)


def _label(outcome: Outcome) -> str:
    chart = CHARTS.get(outcome.machine)
    found: Any = chart.every_event.get(outcome.event) if chart else None
    if found:
        return tr(found.words.label) if not outcome.by_itself else t("By itself: {what}", what=tr(found.words.label))
    return t("Register a payment") if outcome.machine else t("Time passes")


def _problem(outcome: Outcome) -> str:
    """Why it would not be done, in words."""
    problem, chart = outcome.problem, CHARTS.get(outcome.machine)
    if isinstance(problem, Refused) and chart and problem.refusal.state:
        return sentence(problem.refusal, chart, in_words)
    return str(problem) if problem else ""
