"""Pages speak the language that the browser asks for, or the one that somebody chose; what is said in it is whole."""

import re

import pytest
from tests.ui.conftest import Shop, SignIn, token, words

from orderway.languages import accepted, catalogue, gaps
from orderway.machines import CHARTS
from orderway.statechart import SYSTEM
from orderway.ui.language import number, speaking, t, tr, you
from orderway.ui.order.births import BEGINNINGS
from orderway.ui.words import money, weight


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("en-US,en;q=0.9,fr;q=0.8", "en"),
        ("de, fr;q=0.5", "fr"),
        ("de", "en"),
        ("fr;q=0", "en"),
        ("fr;q=much, en", "en"),
        ("", "en"),
        (";,;q=,*", "en"),
    ],
)
def test_a_browser_is_answered_in_what_it_asks_for(header: str, language: str):
    assert accepted(header) == language


def test_a_text_is_said_with_its_values():
    assert t("{n} of {m}", n=1200, m="many") == "1,200 of many"
    assert t("{minutes} min", minutes=5) == "5 min"
    assert (t("{rate} % tax", rate=7.5), t("{rate} % tax", rate=8.0)) == ("7.5 % tax", "8 % tax")
    with speaking("fr"):
        assert t("{span} ago", span="5 min") == "il y a 5 min"
        assert number(1204) == "1\u202f204"
        assert t("{rate} % tax", rate=7.5) == "7,5 % de taxe"
        assert t("{rate} % tax", rate=8.0) == "8 % de taxe"
        assert (weight(90), weight(10_485_760)) == ("1 ko", "10,5 Mo")
        assert money(128_450_000, "NGN") == "1\u202f284\u202f500,00\u00a0NGN"


def test_what_the_domain_said_is_said_in_another_language():
    with speaking("fr"):
        assert tr("Cancel the sale") == "Annuler la vente"
        assert tr("There is no tier GOLD. Choose one from the ladder.") == (
            "Il n’y a pas de palier GOLD. Choisissez-en un dans l’échelle."
        )
        assert tr("You may not cancel the sale.") == "Vous ne pouvez pas annuler la vente."
        assert tr("Order LOS-000017 looks for a rider") == "La commande LOS-000017 cherche un livreur"
        assert tr("A name that nobody has words for") == "A name that nobody has words for"
        assert tr("") == ""
    assert tr("Cancel the sale") == "Cancel the sale"


DONE = {
    spoken.phrase(before, "THERE")
    for event in (*(each for chart in CHARTS.values() for each in chart.events.values()), *BEGINNINGS)
    if (spoken := event.words).permission != SYSTEM  # type: ignore[attr-defined]  # set by the event decorator
    for before in ("THERE", "ELSEWHERE")
}
"""What the log says of all that a person can do."""


@pytest.mark.parametrize("did", sorted(DONE))
def test_who_did_something_is_told_so_as_their_language_speaks_to_them(did: str):
    assert you(did) == f"You {did}."
    with speaking("fr"):
        assert re.fullmatch("Vous avez [a-zé]+(é|i|is|it|çu) [^A-Z]*( PIN .*)?[.]", you(did)), you(did)


def test_a_buyer_who_accepts_is_told_just_that():
    did = CHARTS["quotation"].events["BUYER_APPROVES"].words.log  # type: ignore[attr-defined]  # as above
    assert you(did) == "You accepted the quotation."
    with speaking("fr"):
        assert you(did) == "Vous avez accepté le devis."


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("NGN\xa070,595.66 is to be paid.", "70\u202f595,66\xa0NGN est à payer."),
        ("NGN\xa070,595.66. Thank you.", "70\u202f595,66\xa0NGN. Merci."),
        ("-UGX\xa01,204", "-1\u202f204\xa0UGX"),
        ("ABC\xa01,204", "ABC\xa01,204"),
        (f"NGN\xa0{'9' * 40}", f"NGN\xa0{'9' * 40}"),
    ],
)
def test_an_amount_that_the_domain_told_is_written_as_the_reader_does(told: str, said: str):
    assert catalogue("fr").said(told) == said


def test_a_text_that_is_hardly_more_than_its_gaps_is_not_looked_for():
    assert gaps("{who}: {what}, {amount}") is None
    assert gaps("There is no tier {tier}.") is not None
    assert catalogue("fr").said("Somebody: x, y") == "Somebody: x, y"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Kept by " * 250, "Gardé par " * 4 + "Kept by " * 246),  # were more calls within calls than there may be
        ("Or: " * 500, "Ou\u00a0: " * 500),
        ("Added a. " * 220, "Added a. " * 220),
        ("“a” " * 500, "“a” " * 500),
        ("A. " * 660, "A. " * 660),
    ],
)
def test_what_somebody_typed_keeps_nobody_waiting(typed: str, said: str):
    assert catalogue("fr").said(typed.strip()) == said.strip()


async def test_the_sign_in_page_speaks_with_the_browser(shop: Shop):
    page = await shop.visitor.get("/sign-in", headers={"Accept-Language": "fr"})
    assert '<html lang="fr"' in page.text
    assert "Se connecter" in words(page.text)


async def test_who_is_signed_in_chooses_a_language_for_every_browser(sign_in: SignIn):
    client = await sign_in("manager.abuja")
    page = (await client.get("/workflows", headers={"Accept-Language": "en"})).text
    assert '<html lang="en"' in page
    form = {"csrf": token(page), "language": "fr", "next": "/workflows"}
    answer = await client.post("/language", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/workflows")
    page = (await client.get("/workflows", headers={"Accept-Language": "en"})).text
    assert '<html lang="fr"' in page
    assert re.search(r'lang="fr" aria-pressed="true">Français<', page)
    assert (await client.post("/language", data={**form, "language": "xx"})).status_code == 422
    assert (await client.post("/language", data={**form, "csrf": "f" * 64})).status_code == 403
    await client.post("/language", data={**form, "language": ""})
    assert '<html lang="en"' in (await client.get("/workflows", headers={"Accept-Language": "en"})).text
