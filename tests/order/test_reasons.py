"""Whom the reason of an event is for: said beside each event, and read by nobody else."""

from __future__ import annotations

import pytest
from tests.company import NOW

from orderway.ids import new_id
from orderway.machines import CHARTS
from orderway.order.timeline import entry_of
from orderway.streams.changes import Eyes
from orderway.workflow.history import Happening

SELLERS = {
    "sale": {
        "BILLER_NAMED",
        "ACCEPT_SHORT", "OVERRIDE_REVOKED", "ADMIN_OVERRIDE_REQUESTED", "ADMIN_OVERRIDE_DENIED",
        "CREDIT_OVERRIDE_DENIED", "ADMIN_OVERRIDE_GRANTED", "CREDIT_OVERRIDE_GRANTED", "PAYMENT_REVERSED", "WRITE_OFF",
    },
    "override_request": {"DENY", "REVOKE"},
    "payment": {"DISPUTE", "REVERSE", "WIN_DISPUTE", "LOSE_DISPUTE"},
    "quotation": {"BILLER_NAMED"},
}  # fmt: skip
"""Why an override was given or not, and why money was let go or lost, is for the seller's people alone."""
EVENTS = [(machine, name) for machine, chart in CHARTS.items() for name in chart.events]


def entry(machine: str, name: str, eyes: Eyes) -> str | None:
    what = Happening(
        number=1, machine=machine, instance_id=new_id(), step=1, event=name, phrase="did it", from_state=None,
        from_label=None, to_state="X", to_label="X", tone="good", actor="system", actor_name=None, on_behalf_of=None,
        behind_name=None, reason="Between us.", at=NOW,
    )  # fmt: skip
    return entry_of(what, eyes).reason


@pytest.mark.parametrize(("machine", "name"), [*EVENTS, ("sale", "BORN"), ("sale", "FORGOTTEN")])
def test_a_buyer_reads_the_reasons_that_are_for_them_alone(machine: str, name: str):
    assert entry(machine, name, Eyes(customer="Buyer", sees_notes=True)) == "Between us."
    hidden = name in SELLERS.get(machine, ()) or name == "FORGOTTEN"
    assert entry(machine, name, Eyes(customer="Buyer", sees_notes=False)) == (None if hidden else "Between us.")
