"""The reconciliation inbox in the API: what waits there with its evidence, what can be done with it, and doing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.graphql.asking import Info
from orderway.graphql.charts import STATES
from orderway.graphql.filters import listed
from orderway.graphql.forms import Slot, enum_of, enum_type, input_type, value_of
from orderway.graphql.lives import OUTPUTS
from orderway.graphql.paging import After, First, Page, connection_of, read_id
from orderway.graphql.reasons import Reason, reasons_of
from orderway.graphql.scalars import Int64
from orderway.machines import CHARTS
from orderway.sale.reconciliation import standing
from orderway.sale.reconciliation.inbox import (
    EVERYTHING,
    Filters,
    count_items,
    list_items,
    load_item,
    names_in,
)
from orderway.sale.reconciliation.parking import KINDS, RESOLUTIONS
from orderway.sale.reconciliation.rules import ACTIONS, Action, Tolerance, choices
from orderway.sale.reconciliation.standing import Standing
from orderway.sale.reconciliation.suggesting import suggestion
from orderway.settings import SHORT_PAYMENT_TOLERANCE_PERCENT

ItemKind = enum_of(tuple(KINDS), "ReconciliationKind")
ItemStatus = enum_type("ReconciliationStatus", {"open": "Waits for a decision", "resolved": "Is settled"})
ActionName = enum_of(tuple(ACTIONS), "ReconciliationAction")
ResolutionName = enum_of(tuple(RESOLUTIONS), "ReconciliationResolution")

MUTATIONS: Mapping[Action, str] = {
    "attach": "attachParkedMoney",
    "refund": "refundParkedMoney",
    "return": "returnParkedMoney",
    "accept_short": "acceptShortPayment",
    "accept_over": "acceptOverPayment",
    "dismiss": "dismissParkedItem",
}
"""The mutation of each action."""

ReportType = OUTPUTS.of(standing.Report, machine="reconciliation", name="ReconciliationReport")
OrderType = OUTPUTS.of(standing.OrderNamed, machine="reconciliation", name="ReconciliationOrder")


@strawberry.type(name="ReconciliationPayment", description="A payment as far as the inbox needs it.")
class PaymentNamed:
    id: UUID
    state: str = strawberry.field(graphql_type=STATES["payment"])
    state_label: str
    reference: str
    amount: int = strawberry.field(graphql_type=Int64)
    left: int | None = strawberry.field(
        graphql_type=Int64 | None, description="What of it has neither been paid nor taken back."
    )


@strawberry.type(
    name="ReconciliationCandidate",
    description="A payment that the money may be meant for, or may be a second time: with its reference or its amount.",
)
class CandidateType:
    payment: PaymentNamed
    order: standing.OrderNamed = strawberry.field(graphql_type=OrderType)
    has_same: str = strawberry.field(description="What of it is the same: reference or amount.")


@strawberry.type(name="AvailableAction", description="Something to do with an item, or what stands against it.")
class AvailableAction:
    action: str = strawberry.field(graphql_type=ActionName)
    label: str
    mutation: str
    enabled: bool
    reasons: list[Reason] = strawberry.field(description="Everything that stands against it.")


@strawberry.type(name="ReconciliationSuggestion", description="What is safe to do: nothing is lost by it.")
class SuggestionType:
    action: str = strawberry.field(graphql_type=ActionName)
    label: str
    order: standing.OrderNamed | None = strawberry.field(
        graphql_type=OrderType | None, description="The order to attach it to, where that is what is suggested."
    )


@strawberry.type(name="ReconciliationItem", description="Money that nobody could say by rule what it is for.")
class ReconciliationItem:
    id: UUID
    kind: str = strawberry.field(graphql_type=ItemKind)
    kind_label: str
    why: str = strawberry.field(description="Why it is here, as a sentence.")
    provider: str
    transaction: str | None = strawberry.field(description="The provider's own name of the movement of money.")
    reference: str | None = strawberry.field(description="The reference of the payment, as the provider told it.")
    amount: int = strawberry.field(graphql_type=Int64, description="In minor units; below nothing where it went out.")
    currency: str
    holds: bool = strawberry.field(description="Whether the money is in no payment.")
    usable: int = strawberry.field(graphql_type=Int64, description="What of it can be placed or sent back now.")
    parked_at: datetime
    report: standing.Report | None = strawberry.field(graphql_type=ReportType | None, description="What told of it.")
    order: standing.OrderNamed | None = strawberry.field(
        graphql_type=OrderType | None, description="The order that it seems to belong to."
    )
    sale_state: str | None = strawberry.field(graphql_type=STATES["sale"] | None)
    sale_state_label: str | None
    payment: PaymentNamed | None = strawberry.field(description="The payment that it is about.")
    candidates: list[CandidateType]
    available_actions: list[AvailableAction]
    suggestion: SuggestionType | None = strawberry.field(description="Null where somebody has to look closer.")
    resolution: str | None = strawberry.field(graphql_type=ResolutionName | None)
    resolution_label: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    reason: str | None = strawberry.field(description="Why it was settled so.")
    sent_reference: str | None = strawberry.field(description="The transfer by which the money was sent back.")
    to_order: standing.OrderNamed | None = strawberry.field(
        graphql_type=OrderType | None, description="The order that has the money now."
    )
    to_payment: UUID | None


def label_of(machine: str, state: str) -> str:
    return CHARTS[machine].node(state).label


def shown(item: Standing, names: Mapping[str, str], tolerance: Tolerance) -> ReconciliationItem:
    """The item as the API shows it."""
    money, sale, payment = item.money, item.sale, item.payment
    return ReconciliationItem(
        id=money.id,
        kind=money.kind,
        kind_label=KINDS[money.kind],
        why=money.why,
        provider=money.provider,
        transaction=money.transaction,
        reference=money.reference,
        amount=money.amount,
        currency=money.currency,
        holds=money.holds,
        usable=item.usable if money.resolution is None else 0,
        parked_at=money.parked_at,
        report=item.report,
        order=item.order,
        sale_state=sale.state if sale else None,
        sale_state_label=label_of("sale", sale.state) if sale else None,
        payment=payment_of(payment) if payment else None,
        candidates=[candidate_of(each) for each in item.candidates],
        available_actions=actions_of(item, tolerance),
        suggestion=suggested(item, tolerance),
        resolution=money.resolution,
        resolution_label=RESOLUTIONS[money.resolution] if money.resolution else None,
        resolved_at=money.resolved_at,
        resolved_by=names.get(money.resolved_by or ""),
        reason=money.reason,
        sent_reference=money.sent_reference,
        to_order=item.to_order,
        to_payment=money.to_payment_id,
    )


def payment_of(payment: standing.PaymentStanding) -> PaymentNamed:
    context = payment.context
    return PaymentNamed(
        id=payment.id,
        state=payment.state,
        state_label=label_of("payment", payment.state),
        reference=context.reference,
        amount=context.amount,
        left=context.left,
    )


def candidate_of(candidate: standing.Candidate) -> CandidateType:
    payment = PaymentNamed(
        id=candidate.id,
        state=candidate.state,
        state_label=label_of("payment", candidate.state),
        reference=candidate.reference,
        amount=candidate.amount,
        left=None,
    )
    return CandidateType(payment=payment, order=candidate.order, has_same=candidate.same)


def actions_of(item: Standing, tolerance: Tolerance) -> list[AvailableAction]:
    return [
        AvailableAction(
            action=choice.action,
            label=ACTIONS[choice.action],
            mutation=MUTATIONS[choice.action],
            enabled=not choice.reasons,
            reasons=reasons_of(choice.reasons),
        )
        for choice in choices(item, tolerance)
    ]


def suggested(item: Standing, tolerance: Tolerance) -> SuggestionType | None:
    found = suggestion(item, tolerance)
    return SuggestionType(action=found.action, label=ACTIONS[found.action], order=found.order) if found else None


def tolerance_of(info: Info) -> Tolerance:
    return Tolerance(info.context.desk.runner.workflow.settings[SHORT_PAYMENT_TOLERANCE_PERCENT])


ItemFilter = input_type(
    "ReconciliationFilter",
    [
        Slot("kinds", listed(ItemKind), strawberry.UNSET, "Any of these."),
        Slot("status", ItemStatus | None, strawberry.UNSET),
        Slot("order", UUID | None, strawberry.UNSET, "What seems to belong to this order."),
    ],
    description="What an item has to fulfill to be listed: all of it.",
)


async def reconciliation_items(
    info: Info,
    *,
    first: First = 20,
    after: After = None,
    filter: Any = None,  # noqa: A002  (the API's word for it)
) -> Page[ReconciliationItem]:
    """Two statements at most, however much of each item is asked for."""
    viewer, filters, behind = info.context.signed_in, read_filters(filter), read_id(after, "items")
    async with info.context.connection() as connection:
        page = await list_items(connection, viewer, filters=filters, after=behind, limit=first)
        names = await names_in(connection, page.items)
    return Page(
        nodes=[shown(item, names, tolerance_of(info)) for item in page.items],
        has_more=page.has_more,
        cursor=lambda each: str(each.id),
        count=partial(count_items, viewer=viewer, filters=filters),
        after=after,
    )


def read_filters(given: Any) -> Filters:
    if given is None or given is strawberry.UNSET:
        return EVERYTHING
    kinds = value_of(tuple[str, ...], given.kinds)
    return Filters(
        kinds=kinds or (),  # type: ignore[arg-type]  # the enum's values are the kinds
        status=value_of(str, given.status),  # type: ignore[arg-type]  # the same
        order_id=value_of(UUID, given.order),  # type: ignore[arg-type]  # the same
    )


async def reconciliation_item(info: Info, id: UUID) -> ReconciliationItem:
    """An item that the viewer may not see is not found."""
    async with info.context.connection() as connection:
        item = await load_item(connection, info.context.signed_in, id)
        names = await names_in(connection, [item])
    return shown(item, names, tolerance_of(info))


def looked_into() -> list[StrawberryField]:
    """The queries of the inbox."""
    reconciliation_items.__annotations__["filter"] = ItemFilter | None
    return [
        strawberry.field(
            resolver=reconciliation_items,
            graphql_type=connection_of(ReconciliationItem),
            description="What waits in the inbox, or did; newest first.",
        ),
        strawberry.field(resolver=reconciliation_item, description=reconciliation_item.__doc__),
    ]
