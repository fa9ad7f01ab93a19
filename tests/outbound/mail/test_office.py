"""Where e-mails are handed in is read once; what can not be is refused by a sentence that shows no password."""

from pathlib import Path

import pytest

from orderway.outbound.mail.office import MailInvalid, Office, mails, read_office

FROM = {"ORDERWAY_MAIL_FROM": "Lagos shop <orders@shop.example>", "ORDERWAY_SITE": "https://orders.shop.example/"}


def read(url: str, **changed: str) -> Office | None:
    return read_office({"ORDERWAY_SMTP_URL": url, **FROM, **changed})


def test_without_a_server_no_e_mail_is_sent(monkeypatch: pytest.MonkeyPatch):
    assert read_office({}) is None
    assert read("") is None
    monkeypatch.delenv("ORDERWAY_SMTP_URL", raising=False)
    assert mails() == "No e-mails are sent."
    for name, value in {**FROM, "ORDERWAY_SMTP_URL": "smtps://orders:secret-word@mail.example"}.items():
        monkeypatch.setenv(name, value)
    assert mails() == "E-mails from orders@shop.example are handed in at mail.example:465."


@pytest.mark.parametrize(
    ("url", "host", "port", "encryption"),
    [
        ("smtps://mail.example", "mail.example", 465, "from the start"),
        ("smtp://mail.example", "mail.example", 587, "by STARTTLS"),
        ("smtp+plain://localhost", "localhost", 25, "none"),
        ("smtp://[::1]:2525", "::1", 2525, "by STARTTLS"),
    ],
)
def test_an_address_says_how_it_is_encrypted(url: str, host: str, port: int, encryption: str):
    found = read(url)
    assert found
    assert (found.host, found.port, found.encryption, found.user, found.password) == (
        host,
        port,
        encryption,
        None,
        None,
    )
    assert (found.sender, found.name, found.domain) == ("orders@shop.example", "Lagos shop", "shop.example")
    assert found.site == "https://orders.shop.example"


def test_a_password_comes_out_of_a_file_and_is_shown_nowhere(tmp_path: Path):
    (tmp_path / "url").write_text("smtp://orders%40shop.example:p%40ss@mail.example\n")
    found = read_office({"ORDERWAY_SMTP_URL_FILE": str(tmp_path / "url"), **FROM})
    assert found
    assert (found.user, found.password) == ("orders@shop.example", "p@ss")
    assert "p@ss" not in f"{found!r} {found}"


@pytest.mark.parametrize(
    "url",
    [
        "mail.example", "http://mail.example", "smtp://", "smtp://mail.example:0", "smtp://mail.example:99999",
        "smtp://mail.example/box", "smtp://mail.example?tls=no", "smtp://secret-word@mail.example",
        "smtp+plain://orders:secret-word@mail.example", "smtp://[::1",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_server_is_refused(url: str):
    with pytest.raises(MailInvalid, match="ORDERWAY_SMTP_URL") as refused:
        read(url)
    assert "secret-word" not in f"{refused.value.message} {refused.value.remedy}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ORDERWAY_MAIL_FROM", ""), ("ORDERWAY_MAIL_FROM", "Lagos shop"), ("ORDERWAY_MAIL_FROM", "orders@shop example"),
        ("ORDERWAY_MAIL_FROM", "Shop\nBcc: all <orders@shop.example>"), ("ORDERWAY_SITE", ""),
        ("ORDERWAY_SITE", "orders.shop.example"), ("ORDERWAY_SITE", "https://orders.shop.example/path"),
    ],
)  # fmt: skip
def test_a_sender_and_a_site_are_needed(name: str, value: str):
    with pytest.raises(MailInvalid, match=name):
        read("smtp://mail.example", **{name: value})


def test_a_file_that_can_not_be_read_is_told(tmp_path: Path):
    with pytest.raises(MailInvalid, match="which can not be read"):
        read_office({"ORDERWAY_SMTP_URL_FILE": str(tmp_path / "none"), **FROM})
