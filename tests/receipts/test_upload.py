"""Handing in a receipt: what is kept, what is refused while it arrives, and that nothing is ever kept by half."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec
import pytest
from tests.graphql.office import RESELLER
from tests.graphql.orders import draft
from tests.receipts.conftest import LARGEST
from tests.receipts.counter import UPLOAD, Counter
from tests.receipts.samples import HTML, JPEG, KINDS, PDF, PNG, WEBP, padded
from tests.stalling import answered

from orderway.receipts import arriving

only_s3 = pytest.mark.parametrize("place", ["s3"], indirect=True)

MULTIPART = "multipart/form-data; boundary=edge"
NO_SUCH_PAYMENT = "There is no such payment. Check its id, or look for its order in the list of orders."
NOTHING_OF_OURS = "This file is no picture and no PDF, whatever it is called."
TOO_LARGE = "The file is larger than a receipt may be: 4 kB. Upload a smaller picture of it."


@pytest.mark.parametrize("kind", KINDS)
async def test_a_receipt_is_kept_as_it_came_and_known_by_its_content(counter: Counter, kind: str):
    answer = await counter.hand_in("biller", KINDS[kind], name="../../etc/passwd\0.exe")
    assert answer.status_code == 201
    told = answer.json()
    assert told["payment"] == counter.payment
    assert told["order"] == counter.order
    assert told["contentType"] == kind
    assert told["size"] == len(KINDS[kind])
    assert told["sha256"] == hashlib.sha256(KINDS[kind]).hexdigest()
    assert told["receiptBucket"] == counter.receipts.storage.bucket
    assert await counter.objects() == [told["receiptKey"]]
    assert await counter.content(told["receiptKey"]) == KINDS[kind]
    row = await counter.receipts.pool.fetchrow("SELECT * FROM payment_receipt")
    assert row
    assert str(row["id"]) == told["id"]
    assert row["uploaded_by"] == f"person:{counter.api.office.ids['biller']}"
    assert row["uploaded_at"] == counter.api.office.now
    assert await counter.receipts.pool.fetchval("SELECT count(*) FROM receipt_begun") == 0


async def test_its_key_is_of_chance_alone(counter: Counter):
    keys = [(await counter.hand_in("biller", each)).json()["receiptKey"].rpartition("/")[2] for each in (PNG, JPEG)]
    assert [len(key) for key in keys] == [48, 48]
    assert keys[0] != keys[1]
    assert hashlib.sha256(PNG).hexdigest()[:8] not in keys[0]


@only_s3
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (HTML, f"{NOTHING_OF_OURS} Upload a PNG, JPEG or WebP picture, or a PDF."),
        (PNG[:-4], "This PNG is cut off: its end is missing. Upload the whole file."),
        (JPEG[:-2], "This JPEG is cut off: its end is missing. Upload the whole file."),
        (WEBP[:-1], "This WebP is cut off: its end is missing. Upload the whole file."),
        (PDF[:-6], "This PDF is cut off: its end is missing. Upload the whole file."),
    ],
)  # fmt: skip
async def test_what_is_no_whole_receipt_is_refused_and_leaves_nothing(counter: Counter, content: bytes, sentence: str):
    await counter.api.token("biller")
    before = await counter.all_there_is()
    answer = await counter.hand_in("biller", content, name="receipt.png")
    assert (answer.status_code, answer.json()["message"]) == (422, sentence)
    assert await counter.all_there_is() == before


async def test_the_largest_is_taken_and_one_byte_more_is_not(counter: Counter):
    assert (await counter.hand_in("biller", padded(LARGEST))).status_code == 201
    before = await counter.all_there_is()
    answer = await counter.hand_in("biller", padded(LARGEST + 1))
    assert (answer.status_code, answer.json()["code"], answer.json()["message"]) == (413, "TOO_LARGE", TOO_LARGE)
    assert await counter.all_there_is() == before


async def test_what_is_too_large_is_refused_while_it_arrives(counter: Counter):
    """However much is behind it, no more of it is taken in than a receipt may hold."""
    sent = 0
    start = counter.form(("payment", counter.payment.encode()), ("file", PNG))[: -len("\r\n--edge--\r\n")]

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield start
        for _ in range(100_000):
            sent += 1000
            yield bytes(1000)

    await counter.api.token("biller")
    before = await counter.all_there_is()
    answer = await counter.post("biller", endless(), MULTIPART)
    assert (answer.status_code, answer.json()["message"]) == (413, TOO_LARGE)
    assert sent == 4000, "the file's 111 bytes, and then as much as makes it too large"
    assert await counter.all_there_is() == before


async def test_nothing_around_the_file_is_endless_either(counter: Counter):
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield counter.form(("payment", counter.payment.encode()), ("file", PNG))
        for _ in range(1000):
            sent += 10_000
            yield bytes(10_000)

    answer = await counter.post("biller", endless(), MULTIPART)
    assert answer.status_code == 413
    assert sent == 70_000


async def test_what_says_that_it_is_too_large_is_not_read_at_all(counter: Counter):
    body = counter.form(("payment", counter.payment.encode()), ("file", padded(LARGEST + 70_000)))
    told, read = await straight(counter, [body], await headers_of(counter, length=len(body)))
    assert (told["status"], read) == (413, 0)


async def test_a_connection_that_breaks_in_the_middle_leaves_nothing(counter: Counter):
    headers = await headers_of(counter)
    before = await counter.all_there_is()
    body = counter.form(("payment", counter.payment.encode()), ("file", PNG))
    for cut in range(0, len(body), 10):
        told, read = await straight(counter, [body[:cut]], headers)
        assert (told["status"], read) == (400, 1)
    assert await counter.all_there_is() == before


async def straight(counter: Counter, chunks: list[bytes], headers: list[tuple[bytes, bytes]]) -> tuple[Any, int]:
    """Send chunks as a server hands them on, then lose the connection: what was answered, and how many were read."""
    read, answers = 0, []

    async def receive() -> dict[str, object]:
        nonlocal read
        if read == len(chunks):
            return {"type": "http.disconnect"}
        read += 1
        return {"type": "http.request", "body": chunks[read - 1], "more_body": True}

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "https", "path": UPLOAD,
        "raw_path": UPLOAD.encode(), "root_path": "", "query_string": b"", "headers": headers,
        "server": ("orderway.test", 443), "client": ("192.0.2.1", 1), "state": {},
    }  # fmt: skip
    await counter.app(scope, receive, send)
    return answers[0], read


async def headers_of(counter: Counter, length: int | None = None) -> list[tuple[bytes, bytes]]:
    named = {
        "host": "orderway.test",
        "content-type": MULTIPART,
        "authorization": f"Bearer {await counter.api.token('biller')}",
    }
    if length is not None:
        named["content-length"] = str(length)
    return [(name.encode(), value.encode()) for name, value in named.items()]


@only_s3
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
async def test_it_does_not_matter_in_which_pieces_it_comes(counter: Counter, size: int):
    body = counter.form(("payment", counter.payment.encode()), ("file", PNG + b"\r\n--edg\r\n--edge" + b"x"))

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            yield body[start : start + size]

    answer = await counter.post("biller", pieces(), MULTIPART)
    assert answer.status_code == 201
    assert await counter.content(answer.json()["receiptKey"]) == PNG + b"\r\n--edg\r\n--edgex"


@only_s3
@pytest.mark.parametrize(
    ("parts", "status", "sentence"),
    [
        ([("payment", b"?")], 400, "There is no file in the form, or it is empty. Choose the receipt's file."),
        ([("payment", b"?"), ("file", b"")], 400,
         "There is no file in the form, or it is empty. Choose the receipt's file."),
        ([("payment", b"?"), ("file", PNG), ("file", PNG)], 400,
         "The form holds several files. Upload one receipt at a time."),
        ([("file", PNG), ("payment", b"?")], 404,
         "There is no such payment. Send its id as the field payment, before the file."),
        ([("payment", b"?"), ("payment", b"?"), ("file", PNG)], 400, "The field payment is there twice. Send it once."),
        ([("payment", b"?"), ("amount", b"1"), ("file", PNG)], 400,
         "The form has a field that it does not know. Send payment, then file."),
        ([("payment", b"?" * 9), ("file", PNG)], 400, "The field payment is too long. Send what the form holds."),
        ([("payment", b"7"), ("file", PNG)], 404,
         "There is no such payment. Send its id as the field payment, before the file."),
        ([("payment", b"01a21428-b84a-75af-b01c-e79ac0e66ef2"), ("file", PNG)], 404, NO_SUCH_PAYMENT),
    ],
)  # fmt: skip
async def test_a_form_that_is_none_of_ours_is_refused_and_leaves_nothing(
    counter: Counter, parts: list[tuple[str, bytes]], status: int, sentence: str
):
    await counter.api.token("biller")
    before = await counter.all_there_is()
    body = counter.form(*((name, content.replace(b"?", counter.payment.encode())) if name != "file" else (name, content)
                          for name, content in parts))  # fmt: skip
    answer = await counter.post("biller", body, MULTIPART)
    assert (answer.status_code, answer.json()["message"]) == (status, sentence)
    assert await counter.all_there_is() == before


@only_s3
@pytest.mark.parametrize(
    ("content_type", "status", "sentence"),
    [
        ("multipart/form-data; boundary=ledge", 400, "The form can not be read: "),
        ("multipart/form-data", 400, "The request names no boundary between its parts."),
        (f"multipart/form-data; boundary={'e' * 300}", 400, "The form can not be read: "),
        ("application/json", 415, "A receipt is uploaded as a form."),
        ("", 415, "A receipt is uploaded as a form."),
        ("image/png", 415, "A receipt is uploaded as a form."),
    ],
)
async def test_a_body_with_another_edge_or_of_another_kind_is_refused(
    counter: Counter, content_type: str, status: int, sentence: str
):
    await counter.api.token("biller")
    before = await counter.all_there_is()
    body = counter.form(("payment", counter.payment.encode()), ("file", PNG))
    answer = await counter.post("biller", body, content_type)
    assert answer.status_code == status
    assert answer.json()["message"].startswith(sentence)
    assert await counter.all_there_is() == before


async def test_a_body_that_ends_before_its_last_edge_was_cut_off(counter: Counter):
    await counter.api.token("biller")
    before = await counter.all_there_is()
    body = counter.form(("payment", counter.payment.encode()), ("file", PNG))
    for cut in range(len(body) - len("--edge--\r\n"), len(body) - 2):
        answer = await counter.post("biller", body[:cut], MULTIPART)
        assert (answer.status_code, answer.json()["message"]) == (
            400, "The form was cut off before its end. Send it again.",
        )  # fmt: skip
    assert await counter.all_there_is() == before


@only_s3
@pytest.mark.parametrize(
    ("who", "status", "sentence"),
    [
        ("manager", 201, ""),
        ("accountant", 201, ""),
        ("customer", 403, "You may not add receipts to this payment. Ask who may register payments."),
        ("reseller", 404, NO_SUCH_PAYMENT),
        ("rider", 404, NO_SUCH_PAYMENT),
        ("manager of kano", 404, NO_SUCH_PAYMENT),
    ],
)
async def test_receipts_are_added_by_who_sees_the_payment_and_may_register_some(
    counter: Counter, who: str, status: int, sentence: str
):
    await counter.api.token(who)
    before = await counter.all_there_is()
    answer = await counter.hand_in(who, PNG)
    assert (answer.status_code, answer.json().get("message", "")) == (status, sentence)
    assert (await counter.all_there_is() == before) == (status != 201)


async def test_a_reseller_adds_them_to_payments_of_their_own_order(counter: Counter):
    made = await draft(counter.api, "reseller", customer=RESELLER)
    api, quotation = counter.api, made.ids["quotation"]
    await api.move("manager", "quotationShare", id=quotation)
    await api.move("reseller", "quotationBuyerApproves", id=quotation, version=2)
    await api.move("manager", "quotationSellerApproves", id=quotation, version=2)
    counter.order = made.order
    paid = await api.move(
        "reseller",
        "registerPayment",
        order=made.order,
        amount=5,
        method="TRANSFER",
        provider="bank",
        reference="own",
    )
    answer = await counter.hand_in("reseller", PDF, payment=paid["id"])
    assert answer.status_code == 201
    assert await counter.fields("reseller", "__typename receiptKey") == [
        {"__typename": "ResellerPayment", "receiptKey": answer.json()["receiptKey"]}
    ]


async def test_nobody_adds_any_without_having_signed_in(counter: Counter):
    client, body = counter.api.client, counter.form(("payment", counter.payment.encode()), ("file", PNG))
    before = await counter.all_there_is()
    for headers in ({}, {"Authorization": "Bearer made-up"}, {"Authorization": "Basic Ym9iOmJvYg=="}):
        answer = await client.post(UPLOAD, content=body, headers={"Content-Type": MULTIPART, **headers})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.json()["code"] == "SIGNED_OUT"
    assert (await client.get(UPLOAD)).status_code == 405
    assert await counter.all_there_is() == before


async def test_the_same_file_for_the_same_payment_is_the_same_receipt(counter: Counter):
    first = await counter.hand_in("biller", PNG)
    before = await counter.all_there_is()
    again = await counter.hand_in("manager", PNG, name="another name.png")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    assert await counter.all_there_is() == before
    other = await counter.hand_in("biller", PNG, payment=await counter.another_payment())
    assert other.status_code == 201
    assert other.json()["id"] != first.json()["id"]
    assert len(await counter.objects()) == 2


async def test_the_same_file_ten_times_at_once_is_one_receipt(counter: Counter):
    await counter.api.token("biller")
    answers = await asyncio.gather(*(counter.hand_in("biller", PDF) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.json()["receiptKey"] for answer in answers}) == 1
    assert await counter.objects() == [answers[0].json()["receiptKey"]]
    pool = counter.receipts.pool
    assert await pool.fetchval("SELECT count(*) FROM payment_receipt") == 1
    assert await pool.fetchval("SELECT count(*) FROM receipt_begun") == 0


async def test_what_a_receipt_says_is_neither_changed_nor_deleted(counter: Counter):
    await counter.hand_in("biller", PNG)
    for change in ("UPDATE payment_receipt SET size = 1", "DELETE FROM payment_receipt", "TRUNCATE payment_receipt"):
        with pytest.raises(asyncpg.PostgresError, match="are only ever added"):
            await counter.receipts.pool.execute(change)


async def test_what_does_not_arrive_is_told_and_leaves_nothing(counter: Counter, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(arriving, "SLOWEST", 0.0)
    token = await counter.api.token("biller")
    before = await counter.all_there_is()
    pieces = [counter.form(("payment", counter.payment.encode()), ("file", PNG))[:-20]]
    status, headers, body = await answered(counter.app, UPLOAD, MULTIPART, pieces, token=token)
    assert (status, headers["connection"]) == (408, "close")
    told = msgspec.json.decode(body)
    assert told["message"] == "The request did not arrive within 0 seconds. Send it again, all at once."
    assert await counter.all_there_is() == before
