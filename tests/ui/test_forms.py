from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import pytest

from orderway.fulfillment.interests.machine import Register
from orderway.quotation.events import BuyerApproves, Decline, Edit, Share
from orderway.statechart import event
from orderway.ui.forms import Choice, Field, fields_of, read_event
from orderway.workflow.errors import Invalid

DIGITS = "Write digits, with a point before the decimals and no other separators, for example 12400.50."
RIDER = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


@dataclass(frozen=True)
class Context:
    version: int = 3
    eta_minutes: int = 9


@event(label="Offer", log="offered", method="Way to pay")
class Offer:
    method: Literal["CARD", "PURCHASE_ORDER"]
    rider: UUID
    cost: int
    at: datetime
    carrier: str = "Own rider"
    note: str | None = None


def fields(of: type) -> tuple[Field, ...]:
    found = fields_of(of, context=Context(), currency="NGN", offered={"rider": [Choice(str(RIDER), "Rider 1")]})
    assert found is not None
    return found


def test_an_empty_payload_needs_no_field():
    assert fields(Share) == ()


def test_a_reason_is_asked_for_by_its_label():
    assert fields(Decline) == (Field(name="reason", label="Reason", kind="text", required=True),)


def test_the_version_that_was_read_is_sent_along():
    assert fields(BuyerApproves) == (Field(name="version", label="Version", kind="hidden", required=True, value="3"),)


def test_a_field_begins_with_the_value_that_the_context_has():
    assert fields(Register)[1] == (
        Field(
            name="eta_minutes", label="Minutes until you are there", kind="number", required=True, value="9", step="1"
        )
    )


def test_a_payload_with_lists_is_no_plain_form():
    assert fields_of(Edit, context=Context(), currency="NGN", offered={}) is None


def test_an_id_without_anything_to_choose_from_is_no_plain_form():
    assert fields_of(Offer, context=Context(), currency="NGN", offered={}) is None


def test_each_type_has_its_input_and_no_choice_is_a_code():
    assert fields(Offer) == (
        Field(
            name="method", label="Way to pay", kind="", required=True,
            choices=(Choice("CARD", "Card"), Choice("PURCHASE_ORDER", "Purchase order")),
        ),
        Field(name="rider", label="Rider", kind="", required=True, choices=[Choice(str(RIDER), "Rider 1")]),
        Field(name="cost", label="Cost (NGN)", kind="number", required=True, step="0.01"),
        Field(name="at", label="At (UTC)", kind="datetime-local", required=True),
        Field(name="carrier", label="Carrier", kind="short", required=False),
        Field(name="note", label="Note", kind="text", required=False),
    )  # fmt: skip


def test_what_was_posted_becomes_the_event_with_money_in_minor_units_and_times_in_utc():
    posted = {"method": "CARD", "rider": str(RIDER), "cost": "1200.50", "at": "2026-03-01T09:30", "carrier": " Kite "}
    assert read_event(Offer, posted, currency="NGN") == Offer(
        "CARD", RIDER, 120_050, datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "Kite"
    )


def test_what_may_be_left_out_keeps_its_default():
    posted = {"method": "CARD", "rider": str(RIDER), "cost": "1", "at": "2026-03-01T10:30+01:00", "carrier": ""}
    made = read_event(Offer, posted, currency="UGX")
    assert (made.carrier, made.note, made.cost) == ("Own rider", None, 1)
    assert made.at == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"method": ""}, "Way to pay is missing. Fill it in and try again."),
        ({"method": "BARTER"}, "Way to pay can not be read. Choose one of those offered."),
        ({"rider": "7"}, "Rider can not be read. It must be one of the choices."),
        ({"cost": "half"}, f"Cost: “half” is not an amount. {DIGITS}"),
        ({"at": "soon"}, "At can not be read. It must be a date and time, like 2026-03-01T09:30."),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_said_by_the_label_of_the_field(posted: dict[str, str], sentence: str):
    whole = {"method": "CARD", "rider": str(RIDER), "cost": "1", "at": "2026-03-01T09:30"}
    with pytest.raises(Invalid) as caught:
        read_event(Offer, whole | posted, currency="NGN")
    assert str(caught.value) == sentence
