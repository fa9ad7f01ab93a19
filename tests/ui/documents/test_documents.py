import asyncio
import re
import threading
from datetime import UTC, datetime

import msgspec
import pytest
import typst
from tests.ui.conftest import Shop, SignIn, words

from orderway.ui.documents.paper import Column, Good, Pair, Paper
from orderway.ui.documents.pdf import layout, letters, pdf_of, printed

AT = datetime(2026, 3, 11, 12, 30, 15, 250, tzinfo=UTC)


async def of(shop: Shop, machine: str, state: str) -> str:
    """The address of the documents of an order in Lagos with a customer who signs in, or any."""
    found = await shop.pool.fetchval(
        f"SELECT m.order_id FROM {machine} m JOIN store s ON s.id = m.store_id"
        " WHERE m.state = $1 AND s.code = 'LOS' ORDER BY m.id LIMIT 1",
        state,
    )
    assert found, f"no {machine} rests in {state}"
    return f"/orders/{found}/documents"


def paper(**changed: object) -> Paper:
    standing: dict[str, object] = {
        "title": "Quotation", "number": "LOS-000123", "seller": "Lagos store", "facts": (Pair("Date", "3 March 2026"),),
        "parties": (("For", ("Ọ̀ṣọ́gbo Café ɓɗƙ", "+234 803 123 4567")),),
        "columns": (Column("Item", wide=True), Column("Amount")),
        "goods": (Good("Kettle", "KETTLE-1", ("NGN 1,284,500.00",)),), "sums": (Pair("Total", "NGN 1,284,500.00"),),
        "notes": (), "language": "en", "file": "x",
    }  # fmt: skip
    return msgspec.convert(msgspec.to_builtins({**standing, **changed}), Paper)


async def test_documents_are_set_one_after_the_other_however_many_are_asked_for_at_once():
    made = await asyncio.gather(*(printed(paper(number=f"LOS-00012{n}"), AT) for n in range(4)))
    assert all(each.startswith(b"%PDF-") for each in made)
    assert len(set(made)) == 4
    assert [each.name for each in threading.enumerate() if each.name.startswith("press")] == ["press_0"]


async def test_an_invoice_tells_what_was_bought_taxed_and_paid(sign_in: SignIn, shop: Shop):
    accountant = await sign_in("accountant")
    url = await of(shop, "sale", "COMPLETED")
    said = words((await accountant.get(f"{url}/invoice")).text)
    total = await shop.pool.fetchval(
        "SELECT (context ->> 'grand_total')::bigint FROM sale WHERE order_id = $1", url.split("/")[2]
    )
    assert f"Total NGN {total / 100:,.2f} Paid -NGN {total / 100:,.2f} Still to pay NGN 0.00" in said
    assert re.search(r"7\.5 % tax on NGN [\d,.]+: NGN [\d,.]+\.", said)
    answer = await accountant.get(f"{url}/invoice.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert re.fullmatch(r'inline; filename="LOS-\d{6}-invoice\.pdf"', answer.headers["content-disposition"])
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")


async def test_what_does_not_exist_yet_is_not_there(sign_in: SignIn, shop: Shop):
    manager = await sign_in("manager.lagos")
    url = await of(shop, "quotation", "DRAFT")
    assert (await manager.get(f"{url}/quotation")).status_code == 200
    for name in ("invoice", "invoice.pdf", "packing-slip", "receipt", "quotation.docx", "packing-slip?part=7"):
        assert (await manager.get(f"{url}/{name}")).status_code == 404
    assert (await manager.get("/orders/x/documents/invoice")).status_code == 404


async def test_a_rider_packs_without_prices(sign_in: SignIn, shop: Shop):
    row = await shop.pool.fetchrow(
        "SELECT f.order_id, p.email FROM fulfillment f JOIN person p ON p.id = f.rider_id"
        " WHERE f.state = 'RIDER_ASSIGNED' ORDER BY f.id LIMIT 1"
    )
    assert row
    rider = await sign_in(row["email"].partition("@")[0])
    url = f"/orders/{row['order_id']}/documents"
    page = await rider.get(f"{url}/packing-slip")
    assert page.status_code == 200
    assert "NGN" not in words(page.text)
    assert "Pieces in all" in words(page.text)
    assert (await rider.get(f"{url}/packing-slip.pdf")).content.startswith(b"%PDF-")
    for name in ("invoice", "quotation", "invoice.pdf"):
        assert (await rider.get(f"{url}/{name}")).status_code == 404


async def test_nobody_reads_the_papers_of_others(sign_in: SignIn, shop: Shop):
    url = await of(shop, "sale", "COMPLETED")
    stranger = await sign_in("customer.abuja")
    for name in ("invoice", "invoice.pdf", "quotation.pdf", "packing-slip"):
        assert (await stranger.get(f"{url}/{name}")).status_code == 404
    unknown = await shop.visitor.get(f"{url}/invoice.pdf")
    assert (unknown.status_code, unknown.headers["location"].partition("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize(
    "text", ["#panic()", "*bold* $x$ @label <a> \\ `", '"] #read("/etc/passwd")', "العربية עברית Привет"]
)
def test_whatever_stands_on_it_is_text(text: str):
    odd = paper(seller=text, goods=(Good(text, text, (text,)),), notes=(text,), facts=(Pair(text, text),))
    assert pdf_of(odd, AT).startswith(b"%PDF-")


def test_letters_of_many_languages_are_there_and_it_can_be_read_out():
    """PDF/UA refuses a text that has no letters, and a document without a title or structure."""
    written = paper(notes=("Ọ̀ṣọ́ ẹ̀kọ́ ɓɗƙ ₦ € çœ łőşğ · Привет · Ελληνικά",))
    data = {"paper": msgspec.json.encode(written).decode()}
    made = typst.compile(
        layout(), font_paths=letters(), sys_inputs=data, pdf_standards="ua-1", timestamp=AT.replace(microsecond=0)
    )
    assert isinstance(made, bytes)


def test_the_same_paper_is_the_same_file():
    assert pdf_of(paper(), AT) == pdf_of(paper(), AT)


def test_a_table_goes_on_over_pages():
    many = paper(goods=tuple(Good(f"Kettle {n}", "", ("NGN 1.00",)) for n in range(120)))
    data = {"paper": msgspec.json.encode(many).decode()}
    pages = typst.compile(layout(), font_paths=letters(), sys_inputs=data, format="svg")
    assert isinstance(pages, list)
    assert len(pages) > 2
