"""Receipts on the order's page: looked at and added in a browser, without a line of script."""

from __future__ import annotations

import re

import httpx
import pytest
from tests.receipts.counter import UPLOAD, Counter, token_of
from tests.receipts.samples import HTML, JPEG, PDF, PNG

pytestmark = pytest.mark.parametrize("place", ["folder"], indirect=True)

FORM = '<form method="post" action="/payments/receipts" enctype="multipart/form-data">'


async def added(
    counter: Counter, browser: httpx.AsyncClient, content: bytes, headers: dict[str, str] | None = None, **fields: str
) -> httpx.Response:
    """Send the form as the order's page holds it, with an empty second field for a photo."""
    page = await browser.get(f"/orders/{counter.order}")
    form = {"csrf": token_of(page.text), "payment": counter.payment, **fields}
    files = [("file", ("receipt.pdf", content)), ("file", ("", b""))]
    return await browser.post(UPLOAD, data=form, files=files, headers=headers)


async def test_a_receipt_is_added_on_the_page_and_looked_at_from_it(counter: Counter):
    browser = await counter.browser("biller")
    answer = await added(counter, browser, PDF)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/orders/{counter.order}#payments")
    page = (await browser.get(f"/orders/{counter.order}")).text
    assert 'id="payments"' in page
    found = re.search(r'<a href="(/receipts/[0-9a-f-]{36})">PDF, 1 kB</a><span>from Biller, ', page)
    assert found
    lead = await browser.get(found[1])
    assert (lead.status_code, lead.headers["cache-control"]) == (303, "no-store")
    assert lead.headers["location"].startswith("/payments/receipts/")
    assert (await browser.get(lead.headers["location"])).content == PDF


async def test_a_page_that_stands_open_for_long_still_leads_to_the_receipt(counter: Counter):
    browser = await counter.browser("biller")
    await added(counter, browser, PNG)
    page = (await browser.get(f"/orders/{counter.order}")).text
    counter.api.office.later(hours=2)
    found = re.search(r"/receipts/[0-9a-f-]{36}", page)
    assert found
    assert (await browser.get(found[0], follow_redirects=True)).content == PNG


@pytest.mark.parametrize(("who", "may_add"), [("biller", True), ("accountant", True), ("customer", False)])
async def test_whoever_sees_the_payment_sees_its_receipts_and_some_may_add_one(
    counter: Counter, who: str, *, may_add: bool
):
    await counter.hand_in("biller", JPEG)
    browser = await counter.browser(who)
    page = (await browser.get(f"/orders/{counter.order}")).text
    found = re.search(r"/receipts/[0-9a-f-]{36}", page)
    assert found
    assert (await browser.get(found[0], follow_redirects=True)).content == JPEG
    assert (FORM in page) == may_add


@pytest.mark.parametrize("who", ["rider", "manager of kano", "reseller"])
async def test_for_everyone_else_there_is_none(counter: Counter, who: str):
    await counter.hand_in("biller", JPEG)
    receipt = await counter.receipts.pool.fetchval("SELECT id FROM payment_receipt")
    browser = await counter.browser(who)
    for address in (f"/receipts/{receipt}", f"/receipts/{counter.payment}", "/receipts/none"):
        answer = await browser.get(address)
        assert answer.status_code == 404
        assert "There is no such receipt." in answer.text


async def test_whoever_is_signed_out_is_led_to_the_sign_in_page_and_back(counter: Counter):
    await counter.hand_in("biller", JPEG)
    receipt = await counter.receipts.pool.fetchval("SELECT id FROM payment_receipt")
    answer = await counter.api.client.get(f"/receipts/{receipt}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next=%2Freceipts%2F{receipt}")


async def test_a_refusal_is_a_page_that_leads_back(counter: Counter):
    browser = await counter.browser("biller")
    before = await counter.all_there_is()
    answer = await added(counter, browser, HTML)
    assert answer.status_code == 422
    assert "This receipt was not added" in answer.text
    assert "This file is no picture and no PDF, whatever it is called." in answer.text
    assert f'href="/orders/{counter.order}"' in answer.text
    assert answer.headers["x-frame-options"] == "DENY"
    nothing = await added(counter, browser, b"")
    assert nothing.status_code == 400
    assert "There is no file in the form, or it is empty." in nothing.text
    missing = await added(counter, browser, PNG, payment="01a21428-b84a-75af-b01c-e79ac0e66ef2")
    assert missing.status_code == 404
    assert await counter.all_there_is() == before


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (HTML, 422, "Ce fichier n’est ni une image ni un PDF, quel que soit son nom."),
        (b"", 400, "Il n’y a pas de fichier dans le formulaire, ou il est vide."),
        (PNG + bytes(100_000), 413, "Le fichier est plus grand que ne peut l’être un justificatif"),
    ],
)
async def test_a_refusal_stands_in_the_shell_and_in_the_language_of_who_reads_it(
    counter: Counter, content: bytes, status: int, sentence: str
):
    browser = await counter.browser("biller")
    browser.headers["Accept-Language"] = "fr"
    answer = await added(counter, browser, content)
    assert answer.status_code == status
    assert '<html lang="fr"' in answer.text
    assert "<h1>Ce justificatif n’a pas été ajouté</h1>" in answer.text
    assert sentence in answer.text
    assert 'action="/sign-out"' in answer.text
    assert re.search(r'href="/payments"[^>]*>', answer.text), "the rail leads on"


@pytest.mark.parametrize("content", [b"", PNG + bytes(100_000)], ids=["empty", "huge"])
async def test_a_refusal_before_the_payment_is_known_leads_back_to_the_page_it_came_from(
    counter: Counter, content: bytes
):
    browser = await counter.browser("biller")
    address = f"/orders/{counter.order}"
    answer = await added(counter, browser, content, {"Referer": f"https://shop.example{address}?chart=sale"})
    assert answer.status_code == (413 if content else 400)
    assert f'href="{address}"' in answer.text
    elsewhere = await added(counter, browser, content, {"Referer": "https://[evil.example/orders/1"})
    assert 'href="/orders"' in elsewhere.text


@pytest.mark.parametrize(
    ("headers", "csrf"),
    [
        ({}, ""),
        ({}, "0" * 64),
        ({"Sec-Fetch-Site": "cross-site"}, None),
        ({"Origin": "https://evil.example"}, None),
    ],
)
async def test_a_form_of_another_site_adds_nothing(counter: Counter, headers: dict[str, str], csrf: str | None):
    browser = await counter.browser("biller")
    before = await counter.all_there_is()
    answer = await added(counter, browser, PNG, headers, **({} if csrf is None else {"csrf": csrf}))
    assert answer.status_code == 403
    assert "This form was not sent" in answer.text
    assert await counter.all_there_is() == before


async def test_a_token_behind_the_file_is_too_late(counter: Counter):
    browser = await counter.browser("biller")
    csrf = token_of((await browser.get(f"/orders/{counter.order}")).text)
    body = counter.form(("payment", counter.payment.encode()), ("file", PNG), ("csrf", csrf.encode()))
    answer = await browser.post(UPLOAD, content=body, headers={"Content-Type": "multipart/form-data; boundary=edge"})
    assert answer.status_code == 403
    assert await counter.objects() == []


async def test_a_session_that_is_over_leads_to_the_sign_in_page(counter: Counter):
    browser = await counter.browser("biller")
    page = await browser.get(f"/orders/{counter.order}")
    counter.api.office.later(days=2)
    form = {"csrf": token_of(page.text), "payment": counter.payment}
    answer = await browser.post(UPLOAD, data=form, files={"file": ("receipt.png", PNG)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert await counter.objects() == []
