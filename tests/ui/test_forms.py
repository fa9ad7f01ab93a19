from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import pytest

from orderway.fulfillment.events import Returned, ReturnReceived, ReturnRequested, ReturnWanted
from orderway.fulfillment.interests.machine import Register
from orderway.quotation.events import BuyerApproves, Decline, Edit, Share
from orderway.statechart import event
from orderway.ui.forms import Choice, Field, Known, Row, fields_of, read_event
from orderway.workflow.errors import Invalid

DIGITS = "Write digits, with a point before the decimals and no other separators, for example 12400.50."
OTHER = UUID("01890a5d-ac96-774b-bcce-b302099a8058")
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
    known = Known(context=Context(), currency="NGN", offered={"rider": [Choice(str(RIDER), "Rider 1")]})
    found = fields_of(of, known)
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


def test_goods_are_a_row_each_and_pieces_of_none_are_left_out():
    offered = {"lines": [Choice(str(RIDER), "Gift set", 3)]}
    (lines, reason) = fields_of(ReturnRequested, Known(currency="NGN", offered=offered)) or ()
    pieces = Field(name=f"lines.{RIDER}", label="Pieces", kind="number", required=False, step="1", most="3")
    assert lines.rows == (Row("Gift set", "of 3 pieces", (pieces,)),)
    assert reason.name == "reason"
    posted = {f"lines.{RIDER}": "2", f"lines.{OTHER}": "0", "reason": "Broken"}
    assert read_event(ReturnRequested, posted, currency="NGN") == ReturnRequested((ReturnWanted(RIDER, 2),), "Broken")


def test_goods_that_came_back_are_counted_by_their_condition():
    offered = {"lines": [Choice(str(RIDER), "Gift set", 3)]}
    (lines,) = fields_of(ReturnReceived, Known(currency="NGN", offered=offered)) or ()
    assert [(each.label, each.value) for each in lines.rows[0].inputs] == [("Can be sold again", "3"), ("Damaged", "")]
    posted = {f"lines.{RIDER}.SELLABLE": "1", f"lines.{RIDER}.DAMAGED": "2"}
    assert read_event(ReturnReceived, posted, currency="NGN") == ReturnReceived(
        (Returned(RIDER, 1, "SELLABLE"), Returned(RIDER, 2, "DAMAGED"))
    )


@pytest.mark.parametrize(
    ("posted", "field", "sentence"),
    [
        ({}, "lines", "Goods is missing. Fill it in and try again."),
        ({f"lines.{RIDER}": "0"}, "lines", "Goods is missing. Fill it in and try again."),
        ({f"lines.{RIDER}": "two"}, f"lines.{RIDER}", "Goods: “two” is no number of pieces. Write digits alone."),
        ({"lines.7": "2"}, "lines.7", "Goods: “2” is no number of pieces. Write digits alone."),
    ],
)
def test_goods_that_can_not_be_read_name_their_place(posted: dict[str, str], field: str, sentence: str):
    with pytest.raises(Invalid) as caught:
        read_event(ReturnRequested, {**posted, "reason": "Broken"}, currency="NGN")
    assert (caught.value.field, str(caught.value)) == (field, sentence)


def test_a_field_that_was_wrong_comes_again_with_what_was_typed():
    (_, eta, _) = fields(Register)
    mended = eta.again({"eta_minutes": "soon"}, wrong="eta_minutes", problem="It must be a whole number.")
    assert (mended.value, mended.problem) == ("soon", "It must be a whole number.")
    assert eta.again({"eta_minutes": "5"}, wrong="proposed_cost", problem="It is too much.").problem == ""


def test_a_payload_with_lists_is_no_plain_form():
    assert fields_of(Edit, Known(context=Context(), currency="NGN")) is None


def test_an_id_without_anything_to_choose_from_is_no_plain_form():
    assert fields_of(Offer, Known(context=Context(), currency="NGN")) is None


def test_each_type_has_its_input_and_no_choice_is_a_code():
    assert fields(Offer) == (
        Field(
            name="method", label="Way to pay", kind="", required=True,
            choices=(Choice("CARD", "Card"), Choice("PURCHASE_ORDER", "Purchase order")),
        ),
        Field(name="rider", label="Rider", kind="", required=True, choices=[Choice(str(RIDER), "Rider 1")]),
        Field(name="cost", label="Cost", unit="NGN", kind="number", required=True, step="0.01"),
        Field(name="at", label="At", unit="UTC", kind="datetime-local", required=True),
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
        ({"cost": "half"}, f"“half” is not an amount. {DIGITS}"),
        ({"at": "soon"}, "At can not be read. It must be a date and time, like 2026-03-01T09:30."),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_said_by_the_label_of_the_field(posted: dict[str, str], sentence: str):
    whole = {"method": "CARD", "rider": str(RIDER), "cost": "1", "at": "2026-03-01T09:30"}
    with pytest.raises(Invalid) as caught:
        read_event(Offer, whole | posted, currency="NGN")
    assert str(caught.value) == sentence
