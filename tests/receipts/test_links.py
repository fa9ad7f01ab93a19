"""Looking at a receipt: by links that end, made for who may see the payment; what is wrong shows nothing."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import httpx
import pytest
from tests.graphql.office import QUICK
from tests.graphql.orders import released
from tests.receipts.counter import Counter
from tests.receipts.samples import JPEG, KINDS, PDF, PNG
from tests.receipts.weed import BUCKET, KEY, Weed
from tests.receipts.weed import SECRET as KEY_OF_THE_BUCKET
from tests.secret import SECRET

from orderway.http import make_http
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.people.viewer import find_viewer
from orderway.receipts.desk import open_receipts
from orderway.receipts.links import make_links
from orderway.receipts.reads import load_receipt
from orderway.secret import Secret

only_folder = pytest.mark.parametrize("place", ["folder"], indirect=True)
only_s3 = pytest.mark.parametrize("place", ["s3"], indirect=True)

ALL = "receiptBucket receiptKey receiptUrl receipts { id contentType size sha256 uploadedBy uploadedAt url }"


async def link_of(counter: Counter, content: bytes = PNG) -> str:
    return str((await counter.hand_in("biller", content)).json()["receiptUrl"])


async def opened(counter: Counter, link: str, **headers: str) -> httpx.Response:
    """What stands at a link, for somebody whom nobody knows."""
    if link.startswith("https://orderway.test/"):
        async with httpx.AsyncClient(transport=counter.api.client._transport) as stranger:
            return await stranger.get(link, headers=headers)
    async with httpx.AsyncClient() as stranger:
        return await stranger.get(link, headers=headers)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_link_shows_the_receipt_to_whoever_has_it(counter: Counter, kind: str):
    link = await link_of(counter, KINDS[kind])
    answer = await opened(counter, link)
    assert (answer.status_code, answer.content) == (200, KINDS[kind])
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"].startswith("private")
    way, ending = {
        "image/png": ("inline", "png"),
        "image/jpeg": ("inline", "jpg"),
        "image/webp": ("inline", "webp"),
        "application/pdf": ("attachment", "pdf"),
    }[kind]
    name = f"receipt-{hashlib.sha256(KINDS[kind]).hexdigest()[:12]}.{ending}"
    assert answer.headers["content-disposition"] == f'{way}; filename="{name}"'


async def test_a_part_of_it_can_be_read(counter: Counter):
    answer = await opened(counter, await link_of(counter), Range="bytes=1-3")
    assert (answer.status_code, answer.content) == (206, b"PNG")
    assert answer.headers["content-range"] == "bytes 1-3/111"


@only_folder
async def test_what_somebody_uploaded_can_do_nothing_in_our_name(counter: Counter):
    answer = await opened(counter, await link_of(counter))
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"


@only_folder
async def test_a_link_of_ours_ends(counter: Counter):
    link = await link_of(counter)
    expires = int(parse_qs(urlsplit(link).query)["expires"][0])
    assert expires == int((counter.api.office.now + timedelta(minutes=5)).timestamp())
    counter.api.office.later(minutes=5)
    assert (await opened(counter, link)).status_code == 200
    counter.api.office.later(seconds=1)
    answer = await opened(counter, link)
    assert answer.status_code == 404
    assert "There is no such receipt, or the link to it has ended." in answer.text


@only_folder
async def test_whatever_is_wrong_with_a_link_of_ours_it_shows_nothing(counter: Counter):
    link, other = await link_of(counter), await link_of(counter, JPEG)
    place, query = link.split("?")
    expires, signature = (parse_qs(query)[name][0] for name in ("expires", "signature"))
    base, id = place.rsplit("/", 1)
    changed = "0" if signature[0] != "0" else "1"
    wrong = [
        place,
        f"{place}?expires={expires}",
        f"{place}?signature={signature}",
        f"{place}?expires={int(expires) + 1}&signature={signature}",
        f"{place}?expires={expires}0&signature={signature}",
        f"{place}?expires=+{expires}&signature={signature}",
        f"{place}?expires=never&signature={signature}",
        f"{place}?expires={expires}&signature={changed}{signature[1:]}",
        f"{place}?expires={expires}&signature={signature[:-1]}",
        f"{place}?expires={expires}&signature={signature}0",
        f"{place}?expires={expires}&signature=%F0%9F%98%80",
        f"{place}?expires={expires}&signature=",
        f"{other.split('?')[0]}?{query}",
        f"{base}/{id[:-1]}?{query}",
        f"{base}/01a21428-b84a-75af-b01c-e79ac0e66ef2?{query}",
        f"{base}/..%2f..%2fetc%2fpasswd?{query}",
    ]
    answers = [await opened(counter, each) for each in wrong]
    assert [answer.status_code for answer in answers] == [404] * len(wrong)
    assert (await opened(counter, link)).status_code == 200
    async with httpx.AsyncClient(transport=counter.api.client._transport) as stranger:
        assert (await stranger.delete(link)).status_code == 404
        assert (await stranger.head(link)).headers["content-length"] == "111"


@only_folder
async def test_another_secret_ends_every_link_at_once(counter: Counter):
    link = await link_of(counter)
    runner = counter.receipts.runner
    sessions = Sessions(runner.pool, passwords=Passwords(QUICK), clock=runner.clock)
    another = make_http(runner, sessions, secret=Secret("another secret of the tests, as long as it has to be"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(another)) as stranger:
        assert (await stranger.get(link)).status_code == 404
    assert (await opened(counter, link)).status_code == 200


@only_folder
async def test_a_file_that_is_gone_is_not_found(counter: Counter):
    answer = await counter.hand_in("biller", PNG)
    counter.receipts.storage.folder.path(answer.json()["receiptKey"]).unlink()
    assert (await opened(counter, answer.json()["receiptUrl"])).status_code == 404


@only_s3
async def test_a_bucket_is_never_public(counter: Counter, weed: Weed):
    key = (await counter.hand_in("biller", PNG)).json()["receiptKey"]
    for address in (f"{weed.endpoint}/{BUCKET}/{key}", f"{weed.endpoint}/{BUCKET}"):
        assert (await opened(counter, address)).status_code == 403


@only_s3
async def test_a_link_to_the_bucket_is_for_one_receipt_and_ends(counter: Counter, weed: Weed):
    answer = (await counter.hand_in("biller", PNG)).json()
    link, key = answer["receiptUrl"], answer["receiptKey"]
    other = (await counter.hand_in("biller", JPEG)).json()["receiptKey"]
    assert link.startswith(f"{weed.endpoint}/{BUCKET}/{key}?")
    assert parse_qs(urlsplit(link).query)["X-Amz-Expires"] == ["300"]
    changed = "0" if link[-1] != "0" else "1"
    for wrong in (
        link[:-1] + changed,
        link.replace("X-Amz-Expires=300", "X-Amz-Expires=301"),
        link.replace(key, other),
    ):
        assert (await opened(counter, wrong)).status_code == 403
    now = datetime.now(UTC)
    assert (await opened(counter, presigned(weed, key, now - timedelta(seconds=200)))).content == PNG
    assert (await opened(counter, presigned(weed, key, now - timedelta(seconds=400)))).status_code == 403


def presigned(weed: Weed, key: str, at: datetime) -> str:
    """A link of 300 seconds as it was made at another time; signature version 4 of S3."""
    day, host, path = f"{at:%Y%m%d}", weed.endpoint.removeprefix("http://"), f"/{BUCKET}/{quote(key)}"
    scope = f"{day}/us-east-1/s3/aws4_request"
    query = urlencode(
        {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{KEY}/{scope}",
            "X-Amz-Date": f"{at:%Y%m%dT%H%M%SZ}",
            "X-Amz-Expires": "300",
            "X-Amz-SignedHeaders": "host",
        }
    )
    asked = f"GET\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    hashed = hashlib.sha256(asked.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{at:%Y%m%dT%H%M%SZ}\n{scope}\n{hashed}"
    secret = f"AWS4{KEY_OF_THE_BUCKET}".encode()
    for part in (day, "us-east-1", "s3", "aws4_request"):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    return (
        f"{weed.endpoint}{path}?{query}&X-Amz-Signature={hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()}"
    )


async def test_the_api_tells_of_the_newest_and_of_all(counter: Counter):
    assert await counter.fields("biller", ALL) == [
        {"receiptBucket": None, "receiptKey": None, "receiptUrl": None, "receipts": []}
    ]
    first = (await counter.hand_in("biller", PNG)).json()
    counter.api.office.later(minutes=1)
    second = (await counter.hand_in("accountant", PDF)).json()
    (payment,) = await counter.fields("customer", ALL)
    assert payment["receiptBucket"] == second["receiptBucket"]
    assert payment["receiptKey"] == second["receiptKey"]
    assert (await opened(counter, payment["receiptUrl"])).content == PDF
    assert [(await opened(counter, each.pop("url"))).content for each in payment["receipts"]] == [PDF, PNG]
    assert payment["receipts"] == [
        {
            "id": second["id"],
            "contentType": "application/pdf",
            "size": len(PDF),
            "sha256": hashlib.sha256(PDF).hexdigest(),
            "uploadedBy": "Accountant",
            "uploadedAt": "2026-03-02T12:01:00Z",
        },
        {
            "id": first["id"],
            "contentType": "image/png",
            "size": 111,
            "sha256": hashlib.sha256(PNG).hexdigest(),
            "uploadedBy": "Biller",
            "uploadedAt": "2026-03-02T12:00:00Z",
        },
    ]


async def test_a_rider_who_sees_the_order_sees_none_of_its_receipts(counter: Counter):
    made = await released(counter.api)
    answer = await counter.hand_in("biller", PNG, payment=made.ids["payment"])
    assert answer.status_code == 201
    assert await counter.api.order("rider", made.order, "number payments { receiptUrl }") == {
        "number": "LAG-000002", "payments": [],
    }  # fmt: skip
    for who, status in (("rider", 404), ("customer", 303)):
        page = await (await counter.browser(who)).get(f"/receipts/{answer.json()['id']}")
        assert page.status_code == status


async def test_a_receipt_stays_readable_after_the_place_for_new_ones_is_changed(
    counter: Counter, weed: Weed, monkeypatch: pytest.MonkeyPatch
):
    await link_of(counter)
    monkeypatch.delenv("ORDERWAY_RECEIPTS", raising=False)
    for name, value in weed.environment("elsewhere").items():
        if counter.receipts.storage.bucket != BUCKET or name != "ORDERWAY_RECEIPTS":
            monkeypatch.setenv(name, value)
    moved = open_receipts(counter.receipts.runner, SECRET)
    assert moved.storage.bucket != counter.receipts.storage.bucket
    (payment,) = await counter.fields("biller", "receipts { id }")
    async with moved.pool.acquire() as connection:
        viewer = await find_viewer(connection, counter.api.office.ids["biller"])
        assert viewer
        receipt = await load_receipt(connection, viewer, payment["receipts"][0]["id"])
    (link,) = await make_links(moved, [receipt], "https://orderway.test")
    assert (await opened(counter, link)).content == PNG
