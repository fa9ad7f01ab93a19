"""An Olist order on its road: how it is drafted, how its payments are registered, and what was found wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from orderway.delivery.address import Delivery
from orderway.legacy.olist.findings import Finding
from orderway.legacy.olist.ground import SOURCE, Ground
from orderway.legacy.olist.moves import IMPORTER, AnyMove, DraftQuotation, Line, RegisterPayment
from orderway.legacy.olist.plan import Plan
from orderway.legacy.road import Astray, Road
from orderway.quotation.context import PricedLine
from orderway.quotation.opening import NewOrder, place
from orderway.sale.payments.opening import NewPayment

REPORT = """
INSERT INTO import_finding (store_id, order_id, kind, sentence, amount)
SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::bigint[])
"""


@dataclass(slots=True)
class OlistRoad(Road[Ground]):
    """An Olist order under way in one transaction."""

    importer: ClassVar[str] = IMPORTER
    goods_note: ClassVar[str] = "From the seller"

    async def go(self, plan: Plan) -> None:
        """Make every move, and keep what was found wrong. Raises Refused, Invalid, NotFound or Astray."""
        await self.drive(plan.moves)
        await self.report(plan.findings)
        ended = await self.ends()
        if ended != plan.ends:
            raise Astray(f"It ended with its {ended.in_words}; its facts say {plan.ends.in_words}.")

    async def make(self, move: AnyMove) -> None:
        match move:
            case DraftQuotation():
                await self.draft(move)
            case RegisterPayment():
                await self.register(
                    NewPayment(
                        amount=move.amount,
                        currency=move.currency,
                        method=move.method,
                        provider=move.provider,
                        reference=move.reference,
                    )
                )
            case _:
                await Road.make(self, move)

    async def draft(self, move: DraftQuotation) -> None:
        buyer = move.customer
        order = NewOrder(
            store_id=self.ground.store_id,
            customer_id=self.ground.customers[buyer.id],
            currency=move.currency,
            fulfillment_type="DELIVERY",
            lines=tuple(self.line(each) for each in move.lines),
            delivery=Delivery(
                receiver=buyer.name,
                city=buyer.city,
                region=buyer.state,
                postcode=buyer.postcode,
                country="Brazil",
                promised_at=move.promised_at,
            ),
            valid_until=move.valid_until,
            source=SOURCE,
            source_ref=move.order_id,
        )
        await place(self.tx, order)
        await self.remember(move.status)

    def line(self, line: Line) -> PricedLine:
        return PricedLine(
            variant=self.ground.variants[line.product_id],
            description=f"{line.description} (seller {line.seller})",
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount=0,
            tax=0,
            freight=line.freight,
            total=line.total,
        )

    async def report(self, findings: Sequence[Finding]) -> None:
        if findings:
            await self.tx.connection.execute(
                REPORT, self.tx.store_id, self.tx.order_id, [each.kind.name for each in findings],
                [each.text for each in findings], [each.amount for each in findings],
            )  # fmt: skip
