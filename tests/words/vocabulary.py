"""The words that stand beside their definitions: of machines, permissions, roles, settings and what the logs say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderway.catalogue.changes import WORDS as CATALOGUE
from orderway.changeover.divergences import CLASSES as WRONG
from orderway.changeover.divergences import KINDS as DIVERGENCES
from orderway.changeover.reviews import KINDS as REVIEWS
from orderway.changeover.summaries import TITLE as SHADOW
from orderway.flags.slices import SLICES
from orderway.fulfillment.effects import TURNED_DOWN
from orderway.fulfillment.riding.coverage import CHANGES as COVERAGE
from orderway.graphql.forms import LABELLED
from orderway.insight.reads import STAGES
from orderway.languages import sentences
from orderway.legacy.olist import moves as of_olist
from orderway.legacy.olist.drive import OlistRoad
from orderway.legacy.predecessor import moves as of_predecessor
from orderway.legacy.predecessor.ground_applicants import DECLINED
from orderway.legacy.predecessor.ground_prices import WHY as LISTED_PRICES
from orderway.legacy.predecessor.ground_shelves import FEWER, MORE
from orderway.legacy.predecessor.ground_shelves import NOTE as OPENING_COUNT
from orderway.legacy.predecessor.laying import CHANGED as CHANGED_THERE
from orderway.legacy.predecessor.laying import REASON as BROUGHT_OVER
from orderway.machines import CHARTS, MIGRATIONS
from orderway.notifications.mails.groups import GROUPS
from orderway.notifications.mails.writing import PIN_TITLE
from orderway.order.differences import AMOUNTS
from orderway.order.questions import BOXES
from orderway.outbound.broker import sentences as of_broker
from orderway.outbound.mail import sentences as of_mail
from orderway.outbound.notices import NOTICES
from orderway.outbound.panel.whys import FAULT
from orderway.outbound.webhooks import sentences as of_webhooks
from orderway.outbound.webhooks.subscriptions import PHRASES as WEBHOOK_CHANGES
from orderway.people import record
from orderway.people.customers import applications, door
from orderway.people.customers import record as of_customers
from orderway.people.names import SYSTEM_NAME, called
from orderway.people.permissions import BUILT_IN, LABELS
from orderway.people.sessions import SignInRefused
from orderway.sale.accounts import WHYS
from orderway.sale.reconciliation import hooks
from orderway.schedules.known import SCHEDULES
from orderway.settings import SETTINGS
from orderway.statechart import Chart, Guard
from orderway.statechart.explain import lower
from orderway.statechart.migration import Stays
from orderway.ui.order import births
from orderway.ui.reviews.former import WORDS as FORMER
from orderway.ui.shell import PLACES
from orderway.workflow.versions import BETWEEN_VERSIONS, phrase, unmoved

PHRASES: tuple[Mapping[Any, str], ...] = (
    CATALOGUE,
    COVERAGE,
    AMOUNTS,
    BOXES,
    record.PHRASES,
    applications.PHRASES,
    of_customers.PHRASES,
    LABELS,
    WHYS,
    hooks.WHY,
    REVIEWS,
    DIVERGENCES,
    {SHADOW: SHADOW},
    {each: f"{label}." for each, label in (*WRONG.items(), *DIVERGENCES.items())},
    WEBHOOK_CHANGES,
    {each.name: each.label for each in SCHEDULES.values()},
    {each.name: each.failing for each in SCHEDULES.values() if each.failing},
)
REFUSALS = (
    "Either:", "Or:", "{asked} is refused while the {thing} is {state}.", "The {thing} knows no event {asked}.",
    "{asked} can not be done: the {thing} is {state}, and that is its end.",
    "{asked} can not be done while the {thing} is {state}.", "What can happen now: {labels}.",
    "Nothing can be done to it now.", "This has changed since you looked: {who} {what} at {when} UTC.",
    "Check the new state and try again.", "You may not do this: {label}.",
    "This {thing} runs under version {version} of its workflow, which this release does not know.",
    "Bring this server to the release that the others run.",
    "The sale is “{label}”.", "Leave the override: it has done its part.",
    "the default database", "the local socket",
    "after", "By itself", "its states and what leads from one to another",
)  # fmt: skip
"""What is said of any machine."""
UNMAPPED = (
    "Version {version} has no place for {state}.", "The migration to version {version} fails on it: {why}",
    "{who} (command line)",
)  # fmt: skip
"""What is said of a run that brings a machine to another version."""
DOORS = (door.SIGN_UP, door.APPLY)
PARKED = (hooks.LEFT_ELSEWHERE, hooks.DISPUTE_OVER, hooks.BY_ITSELF)
"""What is said of money that waits in the inbox."""
KEPT_OUT = (
    SignInRefused().message, SignInRefused().remedy, "Too many attempts to sign in have failed.",
    "Too many have tried to sign in from here within a minute.", "Wait {time}, then try again.",
    "1 second", "{count} seconds", "1 minute", "{count} minutes",
)  # fmt: skip
"""What is said to who may not sign in, or not yet."""
COMING = (door.ASK_THE_STORE, *(text for way in DOORS for text in (way.closed, *sentences(way.thanks))))
"""What is said to who comes by themselves."""
IMPORTS = (
    *(called(actor, None) for actor in (of_olist.IMPORTER, of_olist.SOURCE)),
    *(called(actor, None) for actor in (of_predecessor.IMPORTER, of_predecessor.DECIDER)),
    OlistRoad.goods_note, BROUGHT_OVER, CHANGED_THERE, DECLINED, FEWER, LISTED_PRICES, MORE, OPENING_COUNT,
)  # fmt: skip
"""What imports are called in histories, and why something is as it is that came along beside the orders."""
RESTING = ("quotation", "sale", "fulfillment")
"""The machines of which a sentence says where an order that was brought over rests."""


def vocabulary() -> Iterator[tuple[str, str]]:
    """Each text with what it is of."""
    yield from of_machines()
    for each in SLICES:
        yield from ((f"the slice {each.name}", text) for text in (each.label, each.help, each.off, each.elsewhere))
    for setting in SETTINGS.values():
        for text in (setting.label, setting.help, setting.unit, setting.expects):
            yield f"the setting {setting.name}", text
    for role in BUILT_IN:
        yield f"the role {role.name}", role.label
        yield f"the role {role.name}", role.label.capitalize()
    for labels in (*PHRASES, *LABELLED.values()):
        yield from (("a list of words", label) for label in labels.values())
    for birth in (births.RegisterPayment, births.PayFromCredit, births.ChangePlace, births.ChangeWay):
        yield from (("what begins on an order", text) for text in of_event(birth))
    for place in PLACES:
        yield from (("the rail", text) for text in (place.label, place.group))
    yield from (("the funnel", stage.label) for stage in STAGES)
    for notices in NOTICES.values():
        for notice in notices:
            yield from (("a notification", text) for text in (notice.title, notice.text))
    yield from (("what became of a webhook", text) for text in of_webhooks.ALL)
    yield from (("why something did not arrive", text) for text in (*of_mail.ALL, *of_broker.ALL, FAULT))
    yield from (("a group of notifications", group.label) for group in GROUPS.values())
    yield "an e-mail", PIN_TITLE
    yield from (("why an offer came to nothing", text) for text in TURNED_DOWN)
    yield from (("an import", text) for text in (*IMPORTS, *FORMER))
    yield from (("a way to another version", text) for text in (*UNMAPPED, *of_ways()))
    yield from (("a refusal", text) for text in (*REFUSALS, *PARKED, *KEPT_OUT, *COMING, SYSTEM_NAME))


def of_ways() -> Iterator[str]:
    """Why something goes on by the version of its machine that it has."""
    yield from (each.why for way in MIGRATIONS for each in way.states.values() if isinstance(each, Stays))


def of_machines() -> Iterator[tuple[str, str]]:
    """Of every machine, in every version that there is."""
    for name, newest in CHARTS.items():
        for chart in newest.versions():
            yield from ((f"the machine {name}", text) for text in of_machine(chart))


def of_machine(chart: Chart) -> Iterator[str]:
    """Its states, events and reasons; and labels as they stand inside a sentence."""
    for text in (
        chart.label,
        chart.born,
        *(chart.node(state).label for state in chart.leaves if chart.name in RESTING),
    ):
        yield from (text, lower(text))
    for move in BETWEEN_VERSIONS:
        told = phrase(chart, move, before="", after="").removesuffix(str(chart.version))
        yield from (unmoved(chart, move), f"{told}{{version}}")
    for node in chart.root.walk():
        yield from (node.label, node.lane)
        for transition in [*(each for row in node.on.values() for each in row), *node.always]:
            if transition.guard:
                yield from of_guard(transition.guard)
    for event in chart.events.values():
        yield from of_event(event)


def of_event(event: Any) -> Iterator[str]:
    words = event.words
    yield from (words.label, words.own, lower(words.label), words.log, words.missed, *words.fields.values())


def of_guard(guard: Guard) -> Iterator[str]:
    yield from (guard.sentence, guard.detail, guard.remedy)
    for part in guard.parts:
        yield from of_guard(part)
