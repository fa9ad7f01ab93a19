"""The shadow in the API: how far the former system is followed, and where the two say something else of an order."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from orderway.changeover.divergences import CLASSES, DIVERGENCES, Divergence, count_divergences
from orderway.changeover.evidence import Evidence
from orderway.changeover.listing import SEES
from orderway.changeover.shadow import read_standing
from orderway.graphql.asking import Info
from orderway.graphql.forms import Slot, enum_of, enum_type, input_type
from orderway.graphql.listing import EvidenceType, page_of
from orderway.graphql.paging import After, First, Page, connection_of

ClassName = enum_of(tuple(CLASSES), "ShadowClass")
StatusName = enum_type("ShadowStatus", {"open": "They differ", "closed": "They agree again, or it is left out"})


@strawberry.type(name="ShadowDivergence", description="One thing in which the former system and this one differ.")
class ShadowDivergence:
    order_id: UUID
    number: str
    customer: str
    store: str
    kind: str
    kind_label: str
    class_: str = strawberry.field(name="class", graphql_type=ClassName)
    class_label: str
    sentence: str = strawberry.field(description="Why: what a guard of ours refused, or what the rows there say.")
    evidence: Evidence = strawberry.field(
        graphql_type=EvidenceType, description="What the former system says, and where it rests here, side by side."
    )
    opened_at: datetime
    closed_at: datetime | None = strawberry.field(description="Since when they agree again, or it is left out.")


@strawberry.type(name="ShadowCount", description="How many divergences are open of a class, where the viewer sees.")
class ShadowCount:
    class_: str = strawberry.field(name="class", graphql_type=ClassName)
    label: str
    open: int


@strawberry.type(name="ShadowStanding", description="How far the former system is followed.")
class ShadowStanding:
    source: str = strawberry.field(description="Its database, without user and password.")
    seen_until: datetime = strawberry.field(description="What was committed there before is judged here.")
    lag_seconds: float | None = strawberry.field(description="Null where nothing follows now.")
    began_at: datetime
    ended_at: datetime | None
    trouble: str | None = strawberry.field(description="Why its database can not be read at the moment.")
    followed_today: int = strawberry.field(description="Changes of orders, each as often as it changed. Days are UTC.")
    not_in: int = strawberry.field(description="Orders that could not be brought over at all.")
    left_out: int = strawberry.field(
        description="Orders with which people have gone on here, where their store is switched on."
    )
    counts: list[ShadowCount]


DivergenceFilter = input_type(
    "ShadowDivergenceFilter",
    [
        Slot("status", StatusName | None, strawberry.UNSET, "Without one: those in which they differ."),
        Slot("class_", ClassName | None, strawberry.UNSET),
        Slot("kind", str | None, strawberry.UNSET),
        Slot("order", UUID | None, strawberry.UNSET),
    ],
    description="What a divergence has to fulfill to be listed: all of it.",
)


async def shadow_divergences(
    info: Info,
    *,
    first: First = 20,
    after: After = None,
    filter: Any = None,  # noqa: A002  (the API's word for it)
) -> Page[Divergence]:
    """One statement, however much of each is asked for."""
    return await page_of(info, DIVERGENCES, first=first, after=after, given=filter)


async def shadow_standing(info: Info) -> ShadowStanding | None:
    """Three statements at most."""
    viewer, now = info.context.signed_in, info.context.desk.runner.clock()
    if SEES not in viewer.permissions:
        return None
    async with info.context.connection() as connection:
        standing = await read_standing(connection, now=now)
        if standing is None:
            return None
        counts = await count_divergences(connection, viewer)
    return ShadowStanding(
        source=standing.source,
        seen_until=standing.seen_until,
        lag_seconds=standing.lag(now),
        began_at=standing.began_at,
        ended_at=standing.ended_at,
        trouble=standing.trouble,
        followed_today=standing.followed,
        not_in=standing.not_in,
        left_out=standing.left_out,
        counts=[ShadowCount(class_=each, label=CLASSES[each], open=count) for each, count in counts.items()],
    )


def shadowed() -> list[StrawberryField]:
    """The queries of the shadow."""
    shadow_divergences.__annotations__["filter"] = DivergenceFilter | None
    return [
        strawberry.field(
            resolver=shadow_divergences,
            graphql_type=connection_of(ShadowDivergence),
            description="In what the former system and this one differ, or did; what was found or settled last first.",
        ),
        strawberry.field(
            resolver=shadow_standing,
            description="How far the former system is followed; null where none was, or for who sees no operations.",
        ),
    ]
