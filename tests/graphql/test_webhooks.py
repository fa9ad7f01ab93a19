"""Webhooks in the API: made with a secret that is shown once, tried, changed, and forgotten."""

from typing import Any

from tests.graphql.office import Api

MADE = """
mutation($input: CreateWebhookInput!) { answer: createWebhook(input: $input) {
    __typename ... on WebhookMade { secret webhook { id name url types stores createdBy step givenUp } }
    ... on Problem { sentence } } }
"""
ONE = """
query($id: UUID!) { webhook(id: $id) { name disabledAt step changes { what phrase who reason } }
    webhookDeliveries(webhook: $id, filter: {failed: true}) { totalCount nodes { kind } } }
"""
NEW = {"name": "Warehouse", "url": "https://hooks.example/orders", "types": ["order.sale.*"], "reason": "Asked for."}


async def made(api: Api, **given: Any) -> Any:
    return (await api.ask("admin", MADE, input={**NEW, **given}))["answer"]


async def done(api: Api, mutation: str, **given: Any) -> Any:
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation($input: {kind}!) {{ answer: {mutation}(input: $input) {{ __typename"
    query += " ... on Problem { sentence } } }"
    return (await api.ask("admin", query, input=given))["answer"]


async def test_a_webhook_is_made_tried_changed_and_forgotten(api: Api):
    answer = await made(api)
    assert answer["secret"].startswith("whsec_")
    hook = answer["webhook"]
    assert {**hook, "id": ""} == {
        "id": "", "name": "Warehouse", "url": NEW["url"], "types": ["order.sale.*"], "stores": None,
        "createdBy": "Admin", "step": 1, "givenUp": 0,
    }  # fmt: skip
    about = {"webhook": hook["id"], "reason": "It is so."}
    assert (await done(api, "sendWebhookTest", webhook=hook["id"]))["__typename"] == "WebhookAsked"
    assert (await done(api, "rotateWebhookSecret", **about, hours=1))["__typename"] == "WebhookMade"
    assert (await done(api, "disableWebhook", **about, seen=1))["__typename"] == "Conflict"
    key = {"idempotencyKey": "once"}
    for _ in range(2):
        assert (await done(api, "disableWebhook", **about, seen=2, **key))["__typename"] == "WebhookChanged"
    found = await api.ask("admin", ONE, id=hook["id"])
    assert found["webhook"]["disabledAt"]
    assert found["webhook"]["changes"] == [
        {"what": "DISABLED", "phrase": "switched it off", "who": "Admin", "reason": "It is so."},
        {"what": "ROTATED", "phrase": "gave it a new secret", "who": "Admin", "reason": "It is so."},
        {"what": "CREATED", "phrase": "made it", "who": "Admin", "reason": "Asked for."},
    ]
    assert found["webhookDeliveries"] == {"totalCount": 0, "nodes": []}
    assert (await done(api, "deleteWebhook", **about))["__typename"] == "WebhookChanged"
    assert (await api.ask("admin", "{ webhooks { id } }"))["webhooks"] == []


async def test_a_webhook_to_an_address_within_is_none(api: Api):
    answer = await made(api, url="https://169.254.169.254/latest/meta-data/")
    assert answer == {
        "__typename": "Invalid",
        "sentence": "This address is of no public network. Give one that the whole internet reaches.",
    }
