"""Every request of the shared data is taken as its description says, and refused once anything of it is altered."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orderway.providers.provider import NoSecret, SignatureRefused, TimestampRefused
from orderway.providers.registry import PROVIDERS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("ORDERWAY_DATA", ROOT.parent / "shared" / "data")) / "webhooks"
DESCRIBED = sorted(FOLDER.glob("*/*.meta.json"))
MISSING = f"The requests are not there: {FOLDER}. Set ORDERWAY_DATA to the folder that holds webhooks/."

pytestmark = pytest.mark.skipif(not DESCRIBED, reason=MISSING)

KINDS = {
    "PAYMENT_CAPTURED": "captured",
    "PAYMENT_CAPTURED after GET /v3/transactions/{id}/verify": "captured",
    "PAYMENT_FAILED": "failed",
    "PAYMENT_INITIATED": "pending",
    "PAYMENT_INITIATED (authorised)": "authorized",
    "REFUND_ISSUED": "refunded",
    "dispute hold": "disputed",
    "ignored (unknown type)": "other",
    "n/a": "other",
}


@dataclass(frozen=True)
class Sample:
    """A request with its description."""

    path: Path
    meta: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.path.parent.name}/{self.meta['case']}"

    @property
    def provider(self):
        return PROVIDERS[{"standard_webhooks": "generic"}.get(self.meta["provider"], self.meta["provider"])]

    @property
    def body(self) -> bytes:
        return (self.path.parent / str(self.meta["body_file"])).read_bytes()

    @property
    def headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.meta["headers"].items()}

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.meta.get("freeze_clock_at", 1_767_225_600), UTC)

    @property
    def is_signed(self) -> bool:
        return "no MAC" not in self.meta["algorithm"]

    def verify(
        self,
        *,
        body: bytes | None = None,
        now: datetime | None = None,
        secret: str = "",
        headers: Mapping[str, str] | None = None,
    ):
        self.provider.verify(
            self.body if body is None else body,
            self.headers if headers is None else headers,
            secrets=(secret or self.meta["secret"],),
            now=now or self.now,
        )


SAMPLES = [Sample(path, json.loads(path.read_text())) for path in DESCRIBED]
SIGNED = [sample for sample in SAMPLES if sample.is_signed]
TIMED = [sample for sample in SAMPLES if "freeze_clock_at" in sample.meta]

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=str)
every_timed_sample = pytest.mark.parametrize("sample", TIMED, ids=str)


def test_there_is_a_request_of_each_way_to_sign():
    assert {(sample.provider.name, sample.is_signed, sample in TIMED) for sample in SAMPLES} == {
        ("paystack", True, False),
        ("stripe", True, True),
        ("flutterwave", True, False),
        ("flutterwave", False, False),
        ("generic", True, True),
    }


@every_sample
def test_it_is_taken_and_read_as_described(sample: Sample):
    sample.verify()
    news = sample.provider.read(sample.body, sample.headers)
    sign = -1 if news.kind == "refunded" else 1
    assert news.event_id == sample.meta["dedupe_key"]
    assert news.kind == KINDS[sample.meta["maps_to"]]
    assert (None if news.amount is None else sign * news.amount) == sample.meta["amount_minor"]
    assert news.currency == sample.meta["currency"]
    assert news.order_ref == sample.meta["order_ref"]
    assert news.needs_verification == ("after GET" in sample.meta["maps_to"])


@pytest.mark.parametrize("sample", SIGNED, ids=str)
def test_it_is_refused_when_any_byte_of_its_body_is_another(sample: Sample):
    body = sample.body
    for place in range(len(body)):
        altered = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(SignatureRefused):
            sample.verify(body=altered)


@pytest.mark.parametrize("sample", SIGNED, ids=str)
def test_it_is_refused_when_its_body_is_shorter_or_longer(sample: Sample):
    for altered in (b"", sample.body[:-1], sample.body + b" "):
        with pytest.raises(SignatureRefused):
            sample.verify(body=altered)


@every_sample
def test_it_is_refused_with_another_secret(sample: Sample):
    secret: str = sample.meta["secret"]
    last = "A" if secret[-1] != "A" else "B"
    with pytest.raises(SignatureRefused, match="no secret that is set here"):
        sample.verify(secret=secret[:-1] + last)


@every_sample
def test_it_is_refused_with_no_secret(sample: Sample):
    for none in ((), ("",)):
        with pytest.raises(NoSecret, match=f"Set ORDERWAY_WEBHOOK_SECRET_{sample.provider.name.upper()}"):
            sample.provider.verify(sample.body, sample.headers, secrets=none, now=sample.now)


@every_sample
def test_it_is_refused_without_its_header(sample: Sample):
    needed = [name for name in sample.headers if name != "content-type"]
    for name in needed:
        for headers in (sample.headers | {name: ""}, {k: v for k, v in sample.headers.items() if k != name}):
            with pytest.raises(SignatureRefused, match="has no"):
                sample.verify(headers=headers)


@every_sample
def test_it_is_refused_when_its_signature_is_another(sample: Sample):
    (name,) = [one for one in sample.headers if one.endswith(("signature", "hash"))]
    signature = sample.headers[name]
    for altered in (signature[:-2] + "AA", signature.swapcase(), signature + "0", "ä", "v1,", "t=1,v1=", "="):
        with pytest.raises(SignatureRefused):
            sample.verify(headers=sample.headers | {name: altered})


@every_timed_sample
def test_it_is_taken_five_minutes_before_and_after_and_no_second_more(sample: Sample):
    for away in (-300, 300):
        sample.verify(now=sample.now + timedelta(seconds=away))
    for away in (-301, 301, -86_400, 86_400):
        with pytest.raises(TimestampRefused, match=f"{abs(away)} seconds away from now; 300 are allowed"):
            sample.verify(now=sample.now + timedelta(seconds=away))


@every_timed_sample
def test_it_is_refused_when_its_timestamp_is_another(sample: Sample):
    signed_at = str(sample.meta["freeze_clock_at"])
    for altered in (str(int(signed_at) + 1), signed_at + "0", "", "now", "-1", "1e9", " " + signed_at):
        headers = {name: value.replace(signed_at, altered) for name, value in sample.headers.items()}
        with pytest.raises(SignatureRefused):
            sample.verify(headers=headers)


@every_sample
def test_two_secrets_are_taken_while_one_is_rotated(sample: Sample):
    other = "whsec_bmV3" if sample.provider.name == "generic" else "another secret"
    for secrets in ((sample.meta["secret"], other), (other, sample.meta["secret"])):
        sample.provider.verify(sample.body, sample.headers, secrets=secrets, now=sample.now)


def test_no_evidence_holds_a_secret():
    for sample in SAMPLES:
        kept = {sample.headers[name] for name in sample.provider.evidence if name in sample.headers}
        assert sample.meta["secret"] not in kept
