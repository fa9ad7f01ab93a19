"""What the environment says of how an installation faces the world, and what it may not say."""

from pathlib import Path

import pytest

from orderway.deployment import Deployment, DeploymentInvalid, opening, read_deployment

TOKEN = "watched-by-the-monitor"


def refused(**environ: str) -> str:
    with pytest.raises(DeploymentInvalid) as no:
        read_deployment(environ)
    return str(no.value)


def test_without_a_word_everything_is_closed():
    found = read_deployment({})
    assert found == Deployment(
        environment="production", trusted_proxies=(), cors_origins=(), documents=None, metrics_token=""
    )
    assert not found.developing


def test_what_is_said_is_taken(tmp_path: Path):
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    found = read_deployment(
        {
            "ORDERWAY_ENV": "development",
            "ORDERWAY_TRUSTED_PROXIES": "192.0.2.7",
            "ORDERWAY_CORS_ORIGINS": "https://shop.example, http://localhost:3000/,",
            "ORDERWAY_DOCUMENTS": "operations.json",
            "ORDERWAY_METRICS_TOKEN_FILE": str(tmp_path / "token"),
        }
    )
    assert found.developing
    assert [str(each) for each in found.trusted_proxies] == ["192.0.2.7/32"]
    assert found.cors_origins == ("https://shop.example", "http://localhost:3000")
    assert found.documents == Path("operations.json")
    assert found.metrics_token == TOKEN
    assert TOKEN not in repr(found)


def test_an_environment_that_is_none_is_one_sentence():
    assert refused(ORDERWAY_ENV="staging") == (
        "ORDERWAY_ENV is 'staging'. Write development or production, or leave it out."
    )


def test_networks_that_webhooks_may_be_sent_to_are_read_and_what_is_none_is_one_sentence():
    found = read_deployment({"ORDERWAY_WEBHOOK_NETWORKS": "127.0.0.0/8, 10.1.2.0/24"})
    assert [str(each) for each in found.webhook_networks] == ["127.0.0.0/8", "10.1.2.0/24"]
    said = refused(ORDERWAY_WEBHOOK_NETWORKS="everything")
    assert said.startswith("ORDERWAY_WEBHOOK_NETWORKS is 'everything': ")
    assert said.endswith("Write addresses and networks with commas between, such as 127.0.0.0/8, 10.1.2.0/24.")


@pytest.mark.parametrize(
    "origin", ["*", "shop.example", "https://shop.example/api", "https://Shop.example", "null", "https://*.example"]
)
def test_a_site_is_named_wholly(origin: str):
    assert refused(ORDERWAY_CORS_ORIGINS=f"https://app.example, {origin}") == (
        f"ORDERWAY_CORS_ORIGINS holds '{origin}', which is no site."
        " Write each as https://host, in small letters, with commas between."
    )


def test_a_token_that_is_guessed_is_none(tmp_path: Path):
    sentence = "The token for /metrics has fewer than 16 plain characters. Make a longer one by: orderway secret"
    assert refused(ORDERWAY_METRICS_TOKEN="short") == sentence
    (tmp_path / "token").write_text("")
    assert refused(ORDERWAY_METRICS_TOKEN_FILE=str(tmp_path / "token")) == sentence
    (tmp_path / "picture").write_bytes(b"\x89\xff")
    assert refused(ORDERWAY_METRICS_TOKEN_FILE=str(tmp_path / "picture")) == (
        f"ORDERWAY_METRICS_TOKEN_FILE names {tmp_path / 'picture'}, which can not be read: it is no text."
        " Correct the path, or leave it out."
    )
    missing = tmp_path / "missing"
    assert refused(ORDERWAY_METRICS_TOKEN_FILE=str(missing)) == (
        f"ORDERWAY_METRICS_TOKEN_FILE names {missing}, which can not be read: No such file or directory."
        " Correct the path, or leave it out."
    )


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        (
            {},
            ["opens nothing more than pages and API;", "takes any operation;", "believed: none."],
        ),
        (
            {
                "ORDERWAY_ENV": "development",
                "ORDERWAY_CORS_ORIGINS": "https://shop.example, https://app.example",
                "ORDERWAY_METRICS_TOKEN": TOKEN,
                "ORDERWAY_DOCUMENTS": "list.json",
                "ORDERWAY_TRUSTED_PROXIES": "192.0.2.7, 10.0.0.0/8",
            },
            [
                "opens a page to try the API and faults as they are, ",
                "the API to pages of https://shop.example and https://app.example, /metrics to who has the token;",
                "takes the operations of list.json alone;",
                "believed: 192.0.2.7/32, 10.0.0.0/8.",
            ],
        ),
    ],
)
def test_what_it_opens_is_told_in_a_sentence(environ: dict[str, str], told: list[str], monkeypatch: pytest.MonkeyPatch):
    for name in ("ENV", "CORS_ORIGINS", "METRICS_TOKEN", "DOCUMENTS", "TRUSTED_PROXIES"):
        monkeypatch.delenv(f"ORDERWAY_{name}", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert [each for each in told if each not in opening()] == []
    assert TOKEN not in opening()
