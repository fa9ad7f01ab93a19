"""What an import or the shadow wrote is kept filled and in English: each language finds its words for it."""

import ast

import pytest
from tests.words.brought import brought
from tests.words.catalogues import names
from tests.words.gather import GAP, written

from orderway.languages import catalogue

SAID = {
    "Inferred (0.9) from the creation of its sale": (
        "Déduit d’après la création de sa vente (fiabilité\xa0: 0,9 sur 1)"
    ),
    "Inferred (0.4) from its delivery: no row says when it left": (
        "Déduit d’après sa livraison\xa0: aucune ligne ne dit quand elle est partie (fiabilité\xa0: 0,4 sur 1)"
    ),
    "Inferred: the data names no handover; its status is shipped.": (
        "Déduit\xa0: les données ne nomment pas la remise au transporteur\u202f; le statut est shipped."
    ),
    "Its goods have left all the same, so its sale stands. It was cancelled, and its fulfillment was not.": (
        "Sa marchandise est partie quand même\xa0: sa vente est donc maintenue."
        " Elle a été annulée, mais pas son exécution."
    ),
    "A payment of nothing or less did not come along: PSK-5-7 (-NGN\xa01,250.00, PENDING).": (
        "Un paiement nul ou négatif n’a pas été repris\xa0: PSK-5-7 (-1\u202f250,00\xa0NGN, «\xa0en attente\xa0»)."
    ),
    "NGN\xa0900.00 was paid for its delivery there and is not in the books here: it was cancelled.": (
        "900,00\xa0NGN ont été payés là-bas pour sa livraison et ne sont pas dans les comptes d’ici\xa0:"
        " elle a été annulée."
    ),
    "The former system tells another story than when it was brought over: which payments there were, and of how"
    " much, and what was paid back.": (
        "L’ancien système ne dit plus la même chose que lors de la reprise. Ce qui a changé\xa0: quels paiements"
        " il y a eu, et de combien, et ce qui a été remboursé."
    ),
    "Here it rests with its quotation agreed; sale waiting for payment; by what is known there it is quotation agreed;"
    " sale cleared; fulfillment on hold.": (
        "Ici, elle en est là\xa0: devis\xa0: convenu\u202f; vente\xa0: en attente de paiement. D’après les données de"
        " là-bas, elle devrait en être là\xa0: devis\xa0: convenu\u202f; vente\xa0: débloquée\u202f; exécution\xa0: en"
        " attente."
    ),
    "“Cancel the sale” is refused while the sale is “Cleared”. What can happen now: “Refund”, “Cancel the sale”.": (
        "«\xa0Annuler la vente\xa0» est refusé tant que l’état (vente) est «\xa0Débloquée\xa0». Ce qui peut se passer"
        " maintenant\xa0: «\xa0Refund\xa0», «\xa0Annuler la vente\xa0»."
    ),
    "2026-03-01:\n1,204 changes of orders were followed; none waited longer than 0.8 s.\n"
    "Unclear: 3 open, 2 new, 1 gone.\nOn order LOS-000017, with NGN\xa01,500.00 at stake:"
    " Orderway is wrong. It rests somewhere else here.": (
        "2026-03-01:\n1\u202f204 changements de commandes ont été suivis\u202f; aucun n’a attendu plus de 0,8 s.\n"
        "À éclaircir\xa0: ouverts 3, nouveaux 2, réglés 1.\n"
        "Commande LOS-000017, 1\u202f500,00\xa0NGN en jeu\xa0: Orderway a tort. Elle n’en est pas au même point ici."
    ),
}  # fmt: skip


@pytest.mark.parametrize("stored", sorted(SAID))
def test_what_was_stored_is_said_in_french(stored: str):
    assert catalogue("fr").said(stored) == SAID[stored]


@pytest.mark.parametrize("name", names())
def test_each_sentence_is_found_when_its_gaps_are_filled(name: str):
    words, odd = catalogue(name), {}
    for text in sorted({text for path in brought() for text in written(ast.parse(path.read_text()))}):
        if not any(map(str.isalpha, GAP.sub("", text))):
            continue
        filled = GAP.sub("XYZ-1", text)
        if words.said(filled) != GAP.sub("XYZ-1", words.words.gettext(text)):
            odd[text] = words.said(filled)
    assert odd == {}
