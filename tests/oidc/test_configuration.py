"""Which provider is trusted: said whole or not at all."""

from pathlib import Path

import pytest

from orderway.oidc.configuration import OidcInvalid, read_client

WHOLE = {
    "ORDERWAY_OIDC_ISSUER": "https://id.example/tenant",
    "ORDERWAY_OIDC_CLIENT_ID": "orderway",
    "ORDERWAY_OIDC_CLIENT_SECRET": "hush",
}


def test_without_a_word_there_is_none():
    assert read_client({"PATH": "/bin", "ORDERWAY_OIDC_ISSUER": " "}) is None


def test_it_is_called_by_its_host_unless_it_has_a_name():
    client = read_client(WHOLE)
    assert client is not None
    assert (client.issuer, client.id, client.secret, client.name) == (
        "https://id.example/tenant", "orderway", "hush", "id.example",
    )  # fmt: skip
    named = read_client({**WHOLE, "ORDERWAY_OIDC_NAME": "our directory"})
    assert named is not None
    assert named.name == "our directory"


def test_the_secret_may_lie_in_a_file(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text("hush hush\n")
    given = {**WHOLE, "ORDERWAY_OIDC_CLIENT_SECRET": "", "ORDERWAY_OIDC_CLIENT_SECRET_FILE": str(file)}
    client = read_client(given)
    assert client is not None
    assert client.secret == "hush hush"
    file.write_text(" \n")
    with pytest.raises(OidcInvalid, match="is empty"):
        read_client(given)
    file.unlink()
    with pytest.raises(OidcInvalid, match="can not be read"):
        read_client(given)


@pytest.mark.parametrize("name", WHOLE)
def test_half_of_it_is_refused(name: str):
    with pytest.raises(OidcInvalid) as no:
        read_client({**WHOLE, name: ""})
    assert no.value.message.startswith(f"A provider of identities is configured half: {name}")
    assert "hush" not in str(no.value)


def test_a_name_alone_is_half_of_it():
    with pytest.raises(OidcInvalid, match="ORDERWAY_OIDC_ISSUER, ORDERWAY_OIDC_CLIENT_ID, ORDERWAY_OIDC_CLIENT_SECRET"):
        read_client({"ORDERWAY_OIDC_NAME": "our directory"})


def test_two_secrets_are_one_too_many():
    with pytest.raises(OidcInvalid, match="are both set"):
        read_client({**WHOLE, "ORDERWAY_OIDC_CLIENT_SECRET_FILE": "/run/secret"})


@pytest.mark.parametrize("issuer", ["id.example", "http://id.example", "ftp://id.example", "https://", "https://[x"])
def test_an_address_that_is_not_encrypted_is_refused(issuer: str):
    with pytest.raises(OidcInvalid, match="must be an address that begins with https://"):
        read_client({**WHOLE, "ORDERWAY_OIDC_ISSUER": issuer})


@pytest.mark.parametrize("issuer", ["http://localhost:9400", "http://127.0.0.1:9400", "http://[::1]:9400"])
def test_on_this_machine_it_may_be(issuer: str):
    assert read_client({**WHOLE, "ORDERWAY_OIDC_ISSUER": issuer}) is not None
