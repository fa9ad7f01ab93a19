"""What Orderway is made of: its machines, who reads their facts, who performs their effects, and its laws."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from orderway import cashflow, coordinator, endings
from orderway.archive.laws import LAWS as ARCHIVE_LAWS
from orderway.catalogue.laws import LAWS as CATALOGUE_LAWS
from orderway.delivery.laws import LAWS as DELIVERY_LAWS
from orderway.flags.flags import ALL_ON, Flags
from orderway.fulfillment import effects as of_fulfillment
from orderway.fulfillment import goods, parts, pins, riders
from orderway.fulfillment.facts import FulfillmentReader
from orderway.fulfillment.interests import machine as of_interest
from orderway.fulfillment.interests.facts import InterestReader
from orderway.fulfillment.interests.laws import LAWS as INTEREST_LAWS
from orderway.fulfillment.laws import LAWS as FULFILLMENT_LAWS
from orderway.fulfillment.payouts import ledger
from orderway.fulfillment.payouts.laws import LAWS as PAYOUT_LAWS
from orderway.fulfillment.returns import records as returns
from orderway.fulfillment.returns.prices import is_all_returned
from orderway.fulfillment.rows import fulfillment, rider_interest
from orderway.insight.laws import LAWS as INSIGHT_LAWS
from orderway.machines import VERSIONS, migrations_of, opening
from orderway.outbound.laws import LAWS as DELIVERED_LAWS
from orderway.people.customers.laws import LAWS as CUSTOMER_LAWS
from orderway.people.laws import LAWS as PEOPLE_LAWS
from orderway.people.names import name_of
from orderway.providers.laws import LAWS as PROVIDER_LAWS
from orderway.quotation.context import OpenSale, ReplaceLines
from orderway.quotation.facts import QuotationReader
from orderway.quotation.lines import replace_lines
from orderway.quotation.rows import quotation
from orderway.sale import credit, payable
from orderway.sale import effects as of_sale
from orderway.sale.account_credit import ledger as account_credit
from orderway.sale.facts import SaleReader, read_payment
from orderway.sale.laws import LAWS as SALE_LAWS
from orderway.sale.overrides import machine as of_override
from orderway.sale.overrides.facts import OverrideReader
from orderway.sale.payments import events as of_payment
from orderway.sale.reconciliation.laws import LAWS as RECONCILIATION_LAWS
from orderway.sale.rows import override_request, payment, sale
from orderway.settings import Settings
from orderway.stock.laws import LAWS as STOCK_LAWS
from orderway.stock.transfer_laws import TRANSFER_LAWS
from orderway.workflow.kinds import Facts, Kind, Performer, Workflow, nobody, rider_of
from orderway.workflow.verify import Law

PERFORMERS: Mapping[type, Performer] = {
    ReplaceLines: replace_lines,
    OpenSale: coordinator.open_sale,
    of_sale.ReleaseStock: coordinator.release_stock,
    of_sale.StartFulfillment: coordinator.start_fulfillment,
    of_sale.HoldFulfillment: coordinator.hold_fulfillment,
    of_sale.CancelFulfillment: coordinator.cancel_fulfillment,
    of_sale.OpenOverride: coordinator.open_override,
    of_sale.CancelOverrides: coordinator.cancel_overrides,
    of_sale.OweOnCredit: credit.owe_on_credit,
    of_sale.RecordEarned: credit.record_earned,
    of_sale.OweBuyer: payable.owe_buyer,
    of_override.Granted: coordinator.hear_granted,
    of_override.Denied: coordinator.hear_denied,
    of_override.Revoked: coordinator.hear_revoked,
    of_payment.Captured: cashflow.hear_captured,
    of_payment.Failed: cashflow.hear_failed,
    of_payment.PaidOut: cashflow.hear_paid_out,
    of_payment.Spent: account_credit.spend,
    of_payment.Credited: account_credit.credit,
    of_payment.Reversed: cashflow.hear_reversed,
    of_payment.Restored: cashflow.hear_restored,
    of_payment.DisputeLost: cashflow.hear_dispute_lost,
    of_fulfillment.AllocateStock: goods.allocate,
    of_fulfillment.SplitOff: parts.split_off,
    of_fulfillment.CommitStock: goods.commit_stock,
    of_fulfillment.ReleaseStock: goods.release_stock,
    of_fulfillment.TakeBackStock: goods.take_back_stock,
    of_fulfillment.Restock: goods.restock_goods,
    of_fulfillment.TellRiders: riders.tell_riders,
    of_fulfillment.AssignInterest: riders.assign_interest,
    of_fulfillment.CloseInterests: riders.close_interests,
    of_fulfillment.ReleaseRider: riders.release_rider,
    of_fulfillment.Earn: ledger.earn,
    of_interest.OfferGone: riders.hear_gone,
    of_interest.OfferTurnedDown: riders.hear_turned_down,
    of_fulfillment.SendPin: pins.send_pin,
    of_fulfillment.OpenReturn: returns.open_return,
    of_fulfillment.AcceptReturn: returns.accept_return,
    of_fulfillment.ReceiveReturn: returns.receive_return,
    of_fulfillment.RejectReturn: returns.reject_return,
    of_fulfillment.SettleReturn: returns.settle_return,
    of_fulfillment.PayBack: cashflow.pay_back,
    of_fulfillment.TellSale: endings.hear_fulfillment,
}
"""Who does what an effect says."""


def make_workflow(settings: Settings | None = None, flags: Flags = ALL_ON) -> Workflow:
    """The machines of an order, ready for the door; without `settings` those of the environment hold.

    Without `flags` everything is on: there is no former system.
    """
    settings = settings or Settings(os.environ)
    sale_reader = SaleReader(settings, coordinator.is_dispatched, is_all_returned)
    override_reader = OverrideReader(settings, coordinator.is_dispatched)
    fulfillment_reader = FulfillmentReader(settings, coordinator.is_cleared, coordinator.is_over, coordinator.unpaid_of)
    kinds = (
        make_kind("quotation", quotation, QuotationReader(settings)),
        make_kind("sale", sale, sale_reader),
        make_kind("payment", payment, read_payment),
        make_kind("override_request", override_request, override_reader, topic="override"),
        make_kind("fulfillment", fulfillment, fulfillment_reader, rider=rider_of),
        make_kind("rider_interest", rider_interest, InterestReader(settings), rider=rider_of),
    )
    return Workflow({kind.name: kind for kind in kinds}, PERFORMERS, name_of, settings, flags)


def make_kind(
    name: str, table: Table, facts: Facts, *, topic: str = "", rider: Callable[[Any], UUID | None] = nobody
) -> Kind:
    """A machine with every version of it that there is, and the way from each to the next."""
    charts = {version: chart for (machine, version), chart in VERSIONS.items() if machine == name}
    return Kind(charts, table, facts, topic, rider, migrations=migrations_of(name), opens=opening(name))


def the_laws() -> tuple[Law, ...]:
    """What must hold between the tables, beside what the log proves."""
    slices = (
        CATALOGUE_LAWS, DELIVERY_LAWS, STOCK_LAWS, TRANSFER_LAWS, SALE_LAWS, RECONCILIATION_LAWS, PROVIDER_LAWS,
        FULFILLMENT_LAWS, INTEREST_LAWS, PAYOUT_LAWS, PEOPLE_LAWS, CUSTOMER_LAWS,
        DELIVERED_LAWS, INSIGHT_LAWS, ARCHIVE_LAWS,
    )  # fmt: skip
    return tuple(law for laws in slices for law in laws)
