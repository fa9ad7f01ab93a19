"""An input for every mutation: the ids of what is walked, and of the rest as much as the schema asks for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    get_named_type,
)
from tests.graphql.office import PASSWORD, SHOES
from tests.graphql.walk.company import ABUJA

from orderway.graphql.schema import printed

THINGS = {
    "quotation": "quotation", "sale": "sale", "fulfillment": "fulfillment", "riderInterest": "rider_interest",
    "overrideRequest": "override_request", "payment": "payment", "confirm": "payment",
    "withdraw": "rider_interest", "assign": "fulfillment", "end": "session", "revoke": "key",
    "removeView": "quotation",  # there is no view: any id will do
}  # fmt: skip
"""What the `id` of a mutation is of, by how its name begins."""

MEANT = {
    "order", "fulfillment", "customer", "webhook",
    "store", "variant", "product", "priceList", "item", "application", "user",
    "biller", "transfer", "payment", "line",
}  # fmt: skip
"""Fields that are named as what is walked; the others are here with what they mean."""
NAMED = {"interest": "rider_interest", "request": "override_request", "fromStore": "store", "rider": "rider"}

GIVEN: Mapping[str, Any] = {
    "toStore": str(ABUJA), "currency": "NGN", "email": "new@example.com", "password": PASSWORD, "newPassword": PASSWORD,
    "oldPassword": PASSWORD, "roles": ["BILLER"], "permissions": ["scope.store"], "version": 2, "tier": "BRONZE",
    "stores": [], "code": "NEW", "timezone": "Africa/Lagos", "ids": [], "lines": [],
    "sink": "notifications",
}  # fmt: skip
OF: Mapping[str, Mapping[str, Any]] = {
    "decideImportReview": {"kind": "ADDRESS"},
    "createPriceList": {"tier": "SILVER"}, "createVariant": {"sku": "HAT"}, "setCreditTier": {"name": "BRONZE"},
    "removeCreditTier": {"name": "BRONZE"}, "changeSetting": {"name": "RETURN_WINDOW_DAYS", "value": "20"},
    "resetSetting": {"name": "RETURN_WINDOW_DAYS"}, "createRole": {"name": "EXTRA", "label": "extra"},
    "changeRole": {"role": "SPARE", "label": "rare"}, "deleteRole": {"role": "SPARE"},
    "setOverrideCap": {"role": "MANAGER"}, "removeOverrideCap": {"role": "MANAGER"},
    "adjustStock": {"by": 1}, "setListPrice": {"variant": str(SHOES)}, "changeUser": {"name": "Another"},
    "createWebhook": {"url": "https://hooks.example/"}, "changeWebhook": {"url": "https://hooks.example/"},
    "changeStore": {"name": "Lagos Island"}, "createApiKey": {"permissions": ["money.see"]},
    "changeCreditTerms": {"policy": "FIXED", "customLimit": 1}, "refreshToken": {"refreshToken": "none"},
}  # fmt: skip
"""What a single mutation takes otherwise."""

WHOSE = {"setRiderProfile", "payFulfillmentRider", "correctRiderEarning"}
"""Mutations whose optional `rider` is sent."""


@cache
def schema() -> GraphQLSchema:
    return build_schema(printed())


def mutations() -> list[str]:
    assert schema().mutation_type
    return list(schema().mutation_type.fields)  # type: ignore[union-attr]  # asserted just now


def form(mutation: str) -> GraphQLInputObjectType | None:
    """The type of its input; None for one that takes none."""
    arguments = schema().mutation_type.fields[mutation].args  # type: ignore[union-attr]  # there is one
    return cast("GraphQLInputObjectType", get_named_type(arguments["input"].type)) if arguments else None


def filled(mutation: str, ids: Mapping[str, str]) -> dict[str, Any]:
    """An input that can be read, about the things with these ids."""
    taken = form(mutation)
    return fields(taken, mutation, ids) if taken else {}


def fields(taken: GraphQLInputObjectType, mutation: str, ids: Mapping[str, str]) -> dict[str, Any]:
    own = OF.get(mutation, {})
    return {
        name: own.get(name, value(name, each.type, mutation, ids))
        for name, each in taken.fields.items()
        if name in own or is_required(each) or (name == "rider" and mutation in WHOSE)
    }


def is_required(field: GraphQLInputField) -> bool:
    return isinstance(field.type, GraphQLNonNull) and field.default_value.__class__.__name__ == "UndefinedType"


def value(name: str, kind: GraphQLInputType, mutation: str, ids: Mapping[str, str]) -> Any:
    if name == "id":
        return ids[next(thing for begin, thing in THINGS.items() if mutation.startswith(begin))]
    if name in MEANT or name in NAMED:
        return ids[NAMED.get(name, name)]
    return GIVEN[name] if name in GIVEN else plain(kind, mutation, ids)


def plain(kind: GraphQLInputType, mutation: str, ids: Mapping[str, str]) -> Any:
    """Some value of a type."""
    match kind:
        case GraphQLNonNull():
            return plain(kind.of_type, mutation, ids)
        case GraphQLList():
            return [plain(kind.of_type, mutation, ids)]
        case GraphQLEnumType():
            return next(iter(kind.values))
        case GraphQLInputObjectType():
            return fields(kind, mutation, ids)
        case GraphQLScalarType():
            return {"UUID": ids["line"], "DateTime": "2026-03-03T12:00:00Z", "Int": 1, "Int64": 1, "Float": 1.0,
                    "Boolean": True}.get(kind.name, "Text")  # fmt: skip
    raise TypeError(kind)
