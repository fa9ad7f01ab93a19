"""What is told to the world, described: as it is, whole, and never so that who reads it stumbles."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from orderway.app import make_workflow
from orderway.outbound.asyncapi import SchemaBroken, document, printed, require_readable
from orderway.outbound.payloads import types_of
from orderway.outbound.schemas import breaks
from orderway.settings import Settings

KEPT = Path(__file__).parents[2] / "asyncapi.json"
KINDS = make_workflow(Settings({})).kinds
DOCUMENT: Any = document(KINDS)
TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def test_the_document_is_as_the_machines_are():
    assert printed(KINDS, KEPT) == KEPT.read_text(), "Renew it: make docs"


def test_every_type_of_event_has_its_subject_its_words_and_its_data():
    types = types_of(KINDS)
    assert len(types) > 100
    assert DOCUMENT["channels"].keys() == DOCUMENT["operations"].keys() == types.keys()
    assert DOCUMENT["channels"]["order.sale.payment_captured"] == {
        "address": "orderway.order.sale.payment_captured",
        "summary": "Captured a payment.",
        "messages": {"order.sale.payment_captured.1": {"$ref": "#/components/messages/order.sale.payment_captured.1"}},
    }
    for each in DOCUMENT["channels"].values():
        assert each["summary"][0].isupper()
        assert each["summary"].endswith(".")
    data = DOCUMENT["components"]["schemas"]["order.sale.payment_captured.1"]
    assert data["allOf"] == [
        {"$ref": "#/components/schemas/move.sale.1"},
        {"properties": {"event": {"const": "PAYMENT_CAPTURED"}}},
    ]
    moves = DOCUMENT["components"]["schemas"]["move.sale.1"]["properties"]
    assert moves["machine"]["const"] == "sale"
    assert "CLEARED_FOR_FULFILLMENT" in moves["to_state"]["examples"]
    assert DOCUMENT["components"]["schemas"]["order.fulfillment.pin_made.1"]["properties"].keys() == {"fulfillment"}


def test_whatever_the_document_refers_to_is_there():
    found = list(referred(DOCUMENT))
    assert len(found) > 300
    for each in found:
        at = DOCUMENT
        for name in each.removeprefix("#/").split("/"):
            at = at[name]
        assert at


def referred(part: Any) -> Iterator[str]:
    match part:
        case {"$ref": str(name)}:
            yield name
        case dict():
            for each in part.values():
                yield from referred(each)
        case list():
            for each in part:
                yield from referred(each)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({"a": TEXT}, {"a": {**TEXT, "description": "Said better."}}, []),
        ({"a": TEXT}, {"a": TEXT, "b": {**NUMBER, "default": 0}}, []),
        ({"a": TEXT}, {"a": NUMBER}, ["a is something else."]),
        ({"a": TEXT}, {"a": {"anyOf": [TEXT, {"type": "null"}]}}, ["a is something else."]),
        ({"a": TEXT, "b": TEXT}, {"a": TEXT}, ["b is gone."]),
        ({"a": TEXT}, {"a": {**TEXT, "default": ""}}, ["a may be missing."]),
        ({"a": TEXT}, {"a": TEXT, "b": NUMBER}, ["b has no default, and is in no row of before."]),
    ],
)
def test_a_field_may_be_added_and_nothing_else(old: dict[str, Any], new: dict[str, Any], found: list[str]):
    assert list(breaks(shape(old), shape(new))) == found
    within = [{"type": "object", "properties": {"l": {"type": "array", "items": shape(each)}}} for each in (old, new)]
    assert list(breaks(*within)) == [f"l.{sentence}" for sentence in found]


def shape(fields: dict[str, Any]) -> dict[str, Any]:
    required = [name for name, each in fields.items() if "default" not in each]
    return {"type": "object", "properties": fields, "required": required}


def test_a_document_that_its_readers_could_not_read_is_not_written(tmp_path: Path):
    before = deepcopy(DOCUMENT)
    schemas = before["components"]["schemas"]
    schemas["order.sale.cleared.1"]["properties"]["total"] = NUMBER
    schemas["order.sale.forgotten.1"] = shape({})
    file = tmp_path / "before.json"
    file.write_text(json.dumps(before))
    with pytest.raises(SchemaBroken) as refused:
        printed(KINDS, file)
    assert refused.value.message == (
        "Who reads events would not know them again: order.sale.cleared.1: total is gone."
        " order.sale.forgotten.1 is gone."
    )
    require_readable(DOCUMENT, before | {"components": {"schemas": schemas}})
