"""Laws of the schema: everything that can happen has its mutation, and nothing secret has a field."""

from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
)

from orderway.graphql.causes import CAUSES
from orderway.graphql.names import camel, mutation_name, words
from orderway.graphql.schema import mutations, printed
from orderway.machines import CHARTS
from orderway.statechart import SYSTEM, Chart

KEPT = Path(__file__).resolve().parents[2] / "schema.graphql"
EVENTS = [(machine, name, event) for machine, chart in CHARTS.items() for name, event in chart.events.items()]
OURS = {"id", "seen", "reason", "idempotencyKey"}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(printed())


def test_the_schema_that_is_kept_is_the_one_that_is_served():
    assert KEPT.read_text() == printed(), "Run `make docs`, and review what changed."


@pytest.mark.parametrize(("machine", "name", "event"), EVENTS, ids=[f"{each[0]}-{each[1]}" for each in EVENTS])
def test_each_event_has_a_mutation_with_the_fields_of_its_payload(
    machine: str, name: str, event: Any, schema: GraphQLSchema
):
    assert schema.mutation_type
    field = schema.mutation_type.fields[mutation_name(machine, name)]
    assert field.description
    assert field.description.startswith(event.words.label)
    assert str(field.type) == "Answer!"
    [(argument, taken)] = field.args.items()
    assert argument == "input"
    assert isinstance(taken.type, GraphQLNonNull)
    form = taken.type.of_type
    assert isinstance(form, GraphQLInputObjectType)
    payload = {camel(words(each.name)): each for each in fields(event)}
    assert set(form.fields) == set(payload) | OURS
    hints = get_type_hints(event)
    for key, each in payload.items():
        required = each.default is MISSING and type(None) not in get_args(hints[each.name])
        assert is_required(form, key) is required, key
    assert is_required(form, "id")


def is_required(form: GraphQLInputObjectType, name: str) -> bool:
    return bool(form.fields[name].type.__class__ is GraphQLNonNull and form.fields[name].default is None)


def test_no_two_mutations_share_a_name(schema: GraphQLSchema):
    assert schema.mutation_type
    assert {mutation_name(machine, name) for machine, name, _ in EVENTS} <= set(schema.mutation_type.fields)
    made = mutations()
    assert len(made) == len(schema.mutation_type.fields), "one of two with the same name is lost"


def test_no_mutation_says_the_machines_name_twice():
    assert mutation_name("fulfillment", "FULFILLMENT_STARTED") == "fulfillmentStarted"
    assert mutation_name("sale", "CANCEL_REQUESTED") == "saleCancelRequested"
    assert mutation_name("rider_interest", "WITHDRAW") == "riderInterestWithdraw"


@pytest.mark.parametrize("chart", CHARTS.values(), ids=list(CHARTS))
def test_each_state_stands_in_an_enum_with_its_label(chart: Chart, schema: GraphQLSchema):
    kind = schema.type_map["".join(part.capitalize() for part in chart.name.split("_")) + "State"]
    assert isinstance(kind, GraphQLEnumType)
    told = {name: value.description for name, value in kind.values.items()}
    assert told == {name: chart.node(name).label for name in chart.leaves}


def permission(event: Any) -> str:
    return str(event.words.permission)


def test_each_event_of_the_system_tells_what_makes_it_so():
    of_system = {(machine, name) for machine, name, event in EVENTS if permission(event) == SYSTEM}
    assert set(CAUSES) == of_system


def test_no_type_has_a_field_for_a_secret(schema: GraphQLSchema):
    shown = {
        f"{kind.name}.{name}"
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        and not kind.name.startswith("__")
        and kind is not schema.mutation_type
        for name in kind.fields
    }
    secret = {each for each in shown if any(word in each.lower() for word in ("hash", "password", "token", ".pin"))}
    handed_over = {"SignedIn.accessToken", "SignedIn.refreshToken"}
    assert secret == handed_over | {"FulfillmentContext.pinTries"}


def test_the_types_that_clients_know_are_there(schema: GraphQLSchema):
    known = {
        "SaleOrder", "Quotation", "Sale", "Fulfillment", "OverrideRequest", "ConsumerPayment", "ResellerPayment",
        "FulfillmentRiderInterest", "RiderCoverageArea", "CustomerCreditProfile", "CustomerSalesAgg",
    }  # fmt: skip
    assert known <= set(schema.type_map)
    for name in ("SaleOrder", "Fulfillment"):
        kind = schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        assert {"workflowState", "workflowContext", "transitionLog", "availableEvents"} <= set(kind.fields)


def test_every_answer_is_one_of_five(schema: GraphQLSchema):
    union = schema.type_map["Answer"]
    assert isinstance(union, GraphQLUnionType)
    assert {kind.name for kind in union.types} == {"Moved", "Refused", "Conflict", "NotFound", "Invalid"}
