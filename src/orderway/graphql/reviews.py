"""The review list in the API: orders of the former system that a person has to look at, and deciding on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.changeover.deciding import Verdict, decide
from orderway.changeover.evidence import Evidence
from orderway.changeover.reviews import DECISIONS, KINDS, REVIEWS, Decision, Place, Review, load_review, names_in
from orderway.graphql.answers import NOES, Conflict, Invalid, NotFound, Refused, denied
from orderway.graphql.asking import Info
from orderway.graphql.changing import done_once
from orderway.graphql.expose import INPUTS, KEY, key_of
from orderway.graphql.forms import Slot, enum_of, enum_type, input_type, payload_of
from orderway.graphql.listing import EvidenceType, page_of
from orderway.graphql.paging import After, First, Page, connection_of
from orderway.workflow.transaction import Transaction

DecisionName = enum_of(tuple(DECISIONS), "ReviewDecision")
StatusName = enum_type("ImportReviewStatus", {"open": "Waits for a decision", "decided": "Was decided"})


@strawberry.type(name="ImportReview", description="One reason why a person has to look at an order brought over.")
class ImportReview:
    order_id: UUID
    number: str
    customer: str
    store: str
    kind: str
    kind_label: str
    sentence: str = strawberry.field(description="What was found, and what became of it.")
    evidence: Evidence = strawberry.field(
        graphql_type=EvidenceType, description="What the former system said, side by side."
    )
    opened_at: datetime
    may_decide: bool
    decision: str | None = strawberry.field(graphql_type=DecisionName | None)
    decision_label: str | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None = strawberry.field(description="Why it was decided so.")


def shown(review: Review, names: Mapping[str, str]) -> ImportReview:
    """The review as the API shows it."""
    return ImportReview(
        order_id=review.order_id,
        number=review.number,
        customer=review.customer,
        store=review.store,
        kind=review.kind,
        kind_label=KINDS.get(review.kind, "It could not be decided"),
        sentence=review.sentence,
        evidence=review.evidence,
        opened_at=review.opened_at,
        may_decide=review.may_decide and review.decided_at is None,
        decision=review.decision,
        decision_label=DECISIONS[review.decision] if review.decision else None,
        decided_at=review.decided_at,
        decided_by=names.get(f"person:{review.decided_by}"),
        reason=review.reason if review.decided_at else None,
    )


ReviewFilter = input_type(
    "ImportReviewFilter",
    [
        Slot("status", StatusName | None, strawberry.UNSET, "Without one: those that wait."),
        Slot("kind", str | None, strawberry.UNSET),
        Slot("order", UUID | None, strawberry.UNSET),
    ],
    description="What a review has to fulfill to be listed: all of it.",
)


async def import_reviews(
    info: Info,
    *,
    first: First = 20,
    after: After = None,
    filter: Any = None,  # noqa: A002  (the API's word for it)
) -> Page[ImportReview]:
    """Two statements at most, however much of each review is asked for."""
    page = await page_of(info, REVIEWS, first=first, after=after, given=filter)
    async with info.context.connection() as connection:
        names = await names_in(connection, page.nodes)
    return Page(
        nodes=[shown(each, names) for each in page.nodes],
        has_more=page.has_more,
        cursor=REVIEWS.cursor,
        count=page.count,
        after=after,
    )


@dataclass(frozen=True, slots=True)
class Decide:
    """How it is decided, and why: the reason stays with the review. It moves nothing of the order."""

    order: UUID
    kind: str
    decision: Decision
    reason: str


@strawberry.type(name="ImportReviewDecided", description="It is decided, and committed.")
class Decided:
    review: ImportReview


DecidingAnswer = Annotated[
    Decided | Refused | Conflict | NotFound | Invalid,
    strawberry.union("ImportReviewAnswer", description="What deciding on a review comes to."),
]


def reviewed() -> list[StrawberryField]:
    """The query of the list."""
    import_reviews.__annotations__["filter"] = ReviewFilter | None
    return [
        strawberry.field(
            resolver=import_reviews,
            graphql_type=connection_of(ImportReview),
            description="Orders brought over that wait for a decision, longest first; or were decided, newest first.",
        )
    ]


def reviewing() -> Iterator[StrawberryField]:
    """The mutation that decides."""
    form = INPUTS.of(Decide, machine="review", name="DecideImportReviewInput", extras=(KEY,))

    async def resolve(info: Info, input: Any) -> DecidingAnswer:  # noqa: A002  (the API's word for it)
        viewer, given = info.context.signed_in, payload_of(Decide, input)
        verdict = Verdict(place=Place(given.order, given.kind), decision=given.decision, reason=given.reason)

        async def work(tx: Transaction) -> None:
            await decide(tx, viewer, verdict)

        try:
            await done_once(info.context, work, wanted=verdict, key=key_of(input))
            async with info.context.connection() as connection:
                review = await load_review(connection, viewer, verdict.place)
                return Decided(review=shown(review, await names_in(connection, [review])))
        except NOES as no:
            return denied(info.context.desk.runner.workflow, no)

    resolve.__name__ = "decideImportReview"
    resolve.__annotations__ = {"info": Info, "input": form, "return": DecidingAnswer}
    yield strawberry.mutation(
        resolver=resolve, name="decideImportReview", description="Decide on an order of the review list, once."
    )
