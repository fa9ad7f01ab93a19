"""The secret of an installation: there is no default, it is long, and it shows itself nowhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.commands import running

from orderway.demo.secret import own_secret
from orderway.doctor import environment
from orderway.errors import OrderwayError
from orderway.secret import Secret, SecretUnusable, read_secret

LONG = "0123456789abcdef0123456789abcdef"


def test_a_key_is_what_rfc_5869_makes_of_the_secret_and_the_purpose():
    # As `openssl kdf` says it: -kdfopt digest:SHA256 key:LONG salt:orderway info:receipts, 32 octets.
    made = "c0e1302c724facdf6540e3909c8f2af6a22f637afe12ccb9bcb2ce1e44f33c28"
    assert Secret(LONG).key("receipts").hex() == made
    assert Secret(LONG).key("oidc").hex() != made
    assert Secret(LONG + "x").key("receipts").hex() != made


def test_it_shows_nothing_of_itself():
    secret = Secret(LONG)
    assert (repr(secret), str(secret), f"{secret}") == ("Secret()", "Secret()", "Secret()")


def test_a_file_holds_it_as_well(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text(f"{LONG}\n")
    assert read_secret({"ORDERWAY_SECRET_FILE": str(file)}).key("a") == Secret(LONG).key("a")
    assert read_secret({"ORDERWAY_SECRET": f" {LONG} "}).key("a") == Secret(LONG).key("a")


NONE = (
    "ORDERWAY_SECRET is not set, and there is no default. "
    "Make one by `orderway secret`, and give it as ORDERWAY_SECRET or in a file that ORDERWAY_SECRET_FILE names."
)
SHORT = "The secret of this installation has fewer than 32 characters. Make a longer one by: orderway secret"


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, NONE),
        ({"ORDERWAY_SECRET": "", "ORDERWAY_SECRET_FILE": ""}, NONE),
        ({"ORDERWAY_SECRET": "   "}, NONE),
        ({"ORDERWAY_SECRET": LONG[:31]}, SHORT),
        ({"ORDERWAY_SECRET": LONG[:31] + " "}, SHORT),
        ({"ORDERWAY_SECRET_FILE": "/dev/null"}, SHORT),
        (
            {"ORDERWAY_SECRET": LONG, "ORDERWAY_SECRET_FILE": "/dev/null"},
            "ORDERWAY_SECRET and ORDERWAY_SECRET_FILE are both set. Unset one of them.",
        ),
        (
            {"ORDERWAY_SECRET_FILE": "/dev/null/secret"},
            (
                "The file /dev/null/secret of ORDERWAY_SECRET_FILE can not be read: Not a directory. "
                "Correct its name or who may read it."
            ),
        ),
    ],
)
def test_what_is_wrong_with_it_is_one_sentence_without_it(environment: dict[str, str], sentence: str):
    with pytest.raises(SecretUnusable) as wrong:
        read_secret(environment)
    assert str(wrong.value) == sentence


def test_a_server_without_one_does_not_start(database_url: str):
    with running("serve", "--port", "0", DATABASE_URL=database_url, ORDERWAY_SECRET="") as command:
        _, said = command.process.communicate(timeout=60)
    assert (command.process.returncode, said) == (1, f"orderway: {NONE}\n")


def test_the_command_makes_one_that_serves():
    orderway = [sys.executable, "-c", "from orderway.cli import main; main()", "secret"]
    one, two = (subprocess.run(orderway, capture_output=True, text=True, check=True).stdout for _ in range(2))
    assert one != two
    assert len(one.strip()) == 64
    assert read_secret({"ORDERWAY_SECRET": one}).key("a") == Secret(one.strip()).key("a")


def test_the_demo_makes_its_own_and_keeps_it_to_itself(tmp_path: Path):
    made = own_secret(tmp_path, {})
    file = tmp_path / "secrets" / "secret"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert own_secret(tmp_path, {}).key("a") == made.key("a") == Secret(file.read_text().strip()).key("a")
    assert own_secret(tmp_path, {"ORDERWAY_SECRET": LONG}).key("a") == Secret(LONG).key("a")
    with pytest.raises(SecretUnusable, match="fewer than 32"):
        own_secret(tmp_path, {"ORDERWAY_SECRET": "short"})


def test_the_doctor_says_who_can_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert environment.secret() == "The secret of ORDERWAY_SECRET is long enough, and nobody else can read it."
    file = tmp_path / "secret"
    file.write_text(LONG)
    file.chmod(0o640)
    monkeypatch.delenv("ORDERWAY_SECRET")
    monkeypatch.setenv("ORDERWAY_SECRET_FILE", str(file))
    with pytest.raises(OrderwayError) as wrong:
        environment.secret()
    assert str(wrong.value) == f"The secret in {file} can be read by other users. Close it to them: chmod 600 {file}"
    file.chmod(0o600)
    assert environment.secret() == "The secret of ORDERWAY_SECRET_FILE is long enough, and nobody else can read it."


def test_the_doctor_says_that_there_is_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ORDERWAY_SECRET")
    with pytest.raises(SecretUnusable, match="no default"):
        environment.secret()
