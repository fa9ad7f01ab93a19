"""Who brought what to another version of its workflow, as the audit tells it."""

import re
from datetime import timedelta

from tests.company import NOW
from tests.ui.conftest import Shop, SignIn, words
from tests.versions.runs import brought

BEGAN = NOW - timedelta(hours=4)
PAYMENT = (
    "Payment, older versions to 3 Not ended yet ada (command line) · 2 h ago · 2 of 9 so far · 1 stays where it stood"
    " The third is here 1 × Waiting for confirmation Not now."
)
BACK = (
    "Sale, version 2 back to 1 Some stayed ada (command line) · 3 h ago · 2 taken back · took under a minute"
    " · 3 had moved since, and stay Too early"
)
SALE = (
    "Sale, version 1 to 2 Some stayed ada (command line) · 4 h ago · 5 brought over · took 3 min"
    " · 2 taken back since · 3 stay where they stood It is here"
    " 2 × Delivered, balance due What is delivered is settled by the rules that it was sold by."
    " 1 × GONE Version 2 has no place for GONE."
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
    lines = [words(each) for each in re.findall(r"<li><p><b>.*?</li>", page, re.DOTALL)]
    assert [re.sub(r"\d+ March 2026, [\d:]+ UTC ", "", each) for each in lines] == [PAYMENT, BACK, SALE]
    french = words((await admin.get("/audit/versions", headers={"accept-language": "fr"})).text)
    assert "Vente, de la version 1 à la version 2 Certains sont restés ada (ligne de commande)" in french
    assert "La version 2 n’a pas de place pour GONE." in french
    only = (await admin.get("/audit/versions?machine=sale&after=nowhere")).text
    assert "“nowhere” is no place in the list" in words(only)
    assert "older versions to 3" not in only
    assert "data-live" not in only.partition('id="runs"')[2].partition(">")[0], "nothing of it is under way"
    assert "No run fits" in words((await admin.get("/audit/versions?machine=quotation")).text)
