"""Whatever arrives, a request is taken or refused with a typed error: nothing else ever comes out."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.providers.bodies import OF, Json
from tests.providers.test_body import paths, read, whole

from orderway.providers.provider import BodyBroken, WebhookRefused
from orderway.providers.registry import PROVIDERS

SIGNING = {name for provider in PROVIDERS.values() for name in provider.evidence} | {"verif-hash"}

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
texts = st.text() | st.from_regex(r"t=[0-9]{1,12},v1=[0-9a-f]*|v1,[A-Za-z0-9+/=]*|[0-9]{1,12}", fullmatch=True)
moments = st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001

every_reader = pytest.mark.parametrize("name", OF)


@pytest.mark.parametrize("name", PROVIDERS)
@given(
    body=st.binary(),
    headers=st.dictionaries(st.sampled_from(sorted(SIGNING)), texts),
    secrets=st.lists(texts),
    now=moments,
)
def test_any_request_is_verified_or_refused(
    name: str, body: bytes, headers: dict[str, str], secrets: list[str], now: datetime
):
    try:
        PROVIDERS[name].verify(body, headers, secrets=secrets, now=now)
    except WebhookRefused:
        return
    assert name == "flutterwave"  # whose word of version 3 may be guessed by chance; no signature can be
    assert headers["verif-hash"] in secrets


@every_reader
@given(body=st.binary())
def test_any_bytes_are_read_or_refused(name: str, body: bytes):
    try:
        whole(read(name, body))
    except BodyBroken:
        return


@every_reader
@given(value=values)
def test_any_json_is_read_or_refused(name: str, value: object):
    try:
        whole(read(name, json.dumps(value).encode()))
    except BodyBroken:
        return


@st.composite
def spoiled(draw: st.DrawFn, name: str) -> bytes:
    """A body of the provider in which up to three fields are anything else, or gone."""
    body: Json = json.loads(json.dumps(draw(st.sampled_from(OF[name]))))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(paths(body))))
        place = body
        for step in path[:-1]:
            place = place[step]
        if draw(st.booleans()):
            place[path[-1]] = draw(values)
        elif len(body) > 1:
            del place[path[-1]]
    return json.dumps(body).encode()


@every_reader
@settings(max_examples=200)
@given(data=st.data())
def test_any_spoiled_body_is_read_or_refused(name: str, data: st.DataObject):
    try:
        whole(read(name, data.draw(spoiled(name))))
    except BodyBroken:
        return
