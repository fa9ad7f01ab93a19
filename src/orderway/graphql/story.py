"""What happened to an order and what can happen next, as types of the API: `transitionLog` and `availableEvents`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from orderway.graphql.asking import Info
from orderway.graphql.charts import Tone
from orderway.graphql.forms import Slot, input_type
from orderway.graphql.names import mutation_name
from orderway.graphql.paging import After, First, Page, connection_of
from orderway.graphql.reasons import Reason, reasons_of
from orderway.machines import CHARTS
from orderway.order.available import Available
from orderway.order.reads import load_order
from orderway.order.shape import Life, Order
from orderway.order.timeline import Entry, by_person, count_timeline, load_timeline
from orderway.workflow.errors import Invalid
from orderway.workflow.history import ALL_OF_IT, PAGE, Wanted
from orderway.workflow.kinds import Connection, Workflow
from orderway.workflow.versions import OF_THE_DOOR

LARGEST = 100


@strawberry.type(name="Transition", description="One row of the log: who moved what, when, and why.")
class Transition:
    number: int = strawberry.field(description="Rises with everything that happens to the order.")
    machine: str
    instance: UUID = strawberry.field(description="Which of the machine's things moved.")
    step: int
    event: str
    phrase: str = strawberry.field(description='Continues the name of who did it: "cancelled the sale".')
    from_state: str | None
    from_label: str | None
    to_state: str
    to_label: str
    tone: str = strawberry.field(graphql_type=Tone)
    who: str
    on_behalf_of: str | None
    reason: str | None
    at: datetime


TransitionConnection = connection_of(Transition)
TransitionFilter = input_type(
    "TransitionFilter",
    [
        Slot("machines", list[str] | None, strawberry.UNSET, "Any of these: sale, fulfillment, …"),
        Slot("events", list[str] | None, strawberry.UNSET, "Any of these, by the names that machines give them."),
        Slot("person", UUID | None, strawberry.UNSET, "Who did it, or for whom the system or another did."),
        Slot("since", datetime | None, strawberry.UNSET, "The first moment."),
        Slot("until", datetime | None, strawberry.UNSET, "The first moment that does not count any more."),
    ],
    description="What a row of the log has to fulfill to be shown: all of it.",
)


@strawberry.type(
    name="AvailableEvent", description="Something that the viewer can do, or could if nothing stood against it."
)
class AvailableEvent:
    machine: str
    id: UUID = strawberry.field(description="Which of the machine's things it would move.")
    step: int = strawberry.field(description="The step at which it was judged; send it as `seen`.")
    event: str
    label: str
    mutation: str
    enabled: bool
    yours: bool = strawberry.field(description="Whether you have the permission; if not, the reasons say who has.")
    reasons: list[Reason] = strawberry.field(description="Everything that stands against it.")
    leads_to: list[str] = strawberry.field(description="The states that it may lead to, by their labels.")


async def transition_log(
    root: strawberry.Parent[Order],
    info: Info,
    *,
    first: First = PAGE,
    after: After = None,
    filter: Any = None,  # noqa: A002  (the API's word for it)
) -> Page[Transition]:
    return await _log(root, info, wanted=read_filter(root, filter), first=first, after=after)


async def available_events(root: strawberry.Parent[Order], info: Info) -> list[AvailableEvent]:
    return await _available(root, info)


async def life_log(
    root: strawberry.Parent[Life[Any]],
    info: Info,
    *,
    first: First = PAGE,
    after: After = None,
    filter: Any = None,  # noqa: A002  (the API's word for it)
) -> Page[Transition]:
    async with info.context.connection() as connection:
        order = await load_order(connection, info.context.signed_in, root.order_id)
    wanted = read_filter(order, filter)
    return await _log(order, info, instances=[root.id], wanted=wanted, first=first, after=after)


async def life_events(root: strawberry.Parent[Life[Any]], info: Info) -> list[AvailableEvent]:
    return await _available(root, info)


for resolver in (transition_log, life_log):
    resolver.__annotations__["filter"] = TransitionFilter | None


def read_filter(order: Order, given: Any) -> Wanted:
    """What is wanted of the log. Raises Invalid for a machine that there is none of, or an event that none knows."""
    if given is None or given is strawberry.UNSET:
        return ALL_OF_IT
    machines, events = tuple(given.machines or ()), tuple(given.events or ())
    known = {name for chart in CHARTS.values() for name in (*OF_THE_DOOR, *chart.every_event)}
    for field, names, there in (("machines", machines, set(CHARTS)), ("events", events, known)):
        for name in names:
            if name not in there:
                raise Invalid(
                    f"There is no {field[:-1]} {name!r}.", "The query `machines` tells which there are.", field
                )
    wanted = by_person(order, given.person) if given.person else ALL_OF_IT
    return replace(wanted, machines=machines, events=events, since=given.since or None, until=given.until or None)


async def _log(
    order: Order, info: Info, *, wanted: Wanted, first: int, after: str | None, instances: Collection[UUID] = ()
) -> Page[Transition]:
    info.context.look()
    if not 1 <= first <= LARGEST:
        raise Invalid(
            f"A page of the log holds 1 to {LARGEST} entries.", "Ask for fewer, and then for the next page.", "first"
        )
    workflow = info.context.desk.runner.workflow
    async with info.context.connection() as connection:
        page = await load_timeline(
            connection, workflow, order, instances=instances, wanted=wanted, before=read_number(after), limit=first
        )

    async def count(connection: Connection) -> int:
        return await count_timeline(connection, order, instances=instances, wanted=wanted)

    return Page(
        nodes=[transition_of(entry) for entry in page.entries],
        has_more=page.older is not None,
        cursor=lambda node: str(node.number),
        count=count,
        after=after,
    )


def read_number(cursor: str | None) -> int | None:
    """Read the cursor of a log; None for none. Raises Invalid."""
    if not cursor:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise Invalid("This is no place in the log.", "Send the cursor of a page as it was given.", "after")
    return int(cursor)


def transition_of(entry: Entry) -> Transition:
    """An entry of the timeline as the API tells it."""
    what = entry.what
    return Transition(
        number=what.number,
        machine=what.machine,
        instance=what.instance_id,
        step=what.step,
        event=what.event,
        phrase=what.phrase,
        from_state=what.from_state,
        from_label=what.from_label,
        to_state=what.to_state,
        to_label=what.to_label,
        tone=what.tone,
        who=entry.who,
        on_behalf_of=entry.on_behalf_of,
        reason=entry.reason,
        at=what.at,
    )


async def _available(root: Order | Life[Any], info: Info) -> list[AvailableEvent]:
    info.context.look()
    workflow = info.context.desk.runner.workflow
    return [shown_event(workflow, each) for each in await info.context.available.load(root)]


def shown_event(workflow: Workflow, each: Available) -> AvailableEvent:
    chart = workflow.kind(each.machine).newest
    return AvailableEvent(
        machine=each.machine,
        id=each.id,
        step=each.step,
        event=each.choice.event,
        label=each.choice.label,
        mutation=mutation_name(each.machine, each.choice.event),
        enabled=each.choice.is_enabled,
        yours=each.is_theirs,
        reasons=reasons_of(each.choice.reasons),
        leads_to=[chart.node(state).label for state in each.choice.to],
    )
