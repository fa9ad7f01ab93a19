"""Who brought what to another version of its workflow, as the audit tells it."""

import re
from datetime import timedelta

from tests.company import NOW
from tests.ui.conftest import Shop, SignIn, words
from tests.versions.runs import brought

BEGAN = NOW - timedelta(hours=4)
PAYMENT = (
    "Payment, older versions to 3 ada (command line) · The third is here 1 stays where it stood"
    " 1 · Waiting for confirmation Not now. Not ended yet 2 h ago 2 of 9"
)
BACK = (
    "Sale, version 2 back to 1 ada (command line) · Too early 3 had moved since, and stay"
    " Some stayed 3 h ago under a minute 2"
)
SALE = (
    "Sale, version 1 to 2 ada (command line) · It is here 2 were taken back since 3 stay where they stood"
    " 2 · Delivered, balance due What is delivered is settled by the rules that it was sold by."
    " 1 · GONE Version 2 has no place for GONE. Some stayed 4 h ago 3 min 5"
)


async def test_the_audit_tells_who_brought_what_to_which_version_and_why_something_stayed(sign_in: SignIn, shop: Shop):
    manager, admin = await sign_in("manager.lagos"), await sign_in("admin")
    assert (await manager.get("/audit/versions")).status_code == 404
    assert "/audit/versions" not in (await manager.get("/workflows/sale")).text
    assert 'href="/audit/versions?machine=sale"' in (await admin.get("/workflows/sale")).text
    assert 'href="/audit/versions"' in (await admin.get("/audit")).text
    assert "Nothing was brought over yet" in words((await admin.get("/audit/versions")).text)
    await brought(shop.pool, BEGAN)
    page = (await admin.get("/audit/versions")).text
    assert 'id="runs" data-live="orders"' in page, "what is under way goes on as one looks"
    rows = [words(row) for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)][1:]
    assert [re.sub(r"\d+ March 2026, [\d:]+ UTC ", "", row) for row in rows] == [PAYMENT, BACK, SALE]
    only = (await admin.get("/audit/versions?machine=sale&after=nowhere")).text
    assert "“nowhere” is no place in the list" in words(only)
    assert "older versions to 3" not in only
    assert "data-live" not in only.partition('id="runs"')[2].partition(">")[0], "nothing of it is under way"
    assert "No run fits" in words((await admin.get("/audit/versions?machine=quotation")).text)
