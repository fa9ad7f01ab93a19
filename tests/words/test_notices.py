"""What people are told of stands filled in the list: each language has words for it there too."""

import pytest
from tests.words.catalogues import names

from orderway.languages import catalogue
from orderway.outbound.notices import NOTICES

FILLED = {
    "number": "LOS-000194", "customer": "Customer 6 in Yaba", "store": "Lagos store", "amount": "NGN\xa068,447.05",
    "reason": "A slip lies here.", "who": "Biller, Lagos store", "rider": "Rider 2, Lagos",
    "wish": "Go over the credit limit", "at": "27 Nov, 10:00 UTC",
}  # fmt: skip
TEXTS = sorted({text for notices in NOTICES.values() for notice in notices for text in (notice.title, notice.text)})


@pytest.mark.parametrize("name", names())
def test_what_is_told_is_said_whole_in_each_language(name: str):
    words = catalogue(name)
    fillings = {gap: words.said(value) for gap, value in FILLED.items()}
    odd = {
        text: said
        for text in TEXTS
        if (said := words.said(text.format_map(FILLED)))
        != (words.words.gettext(text) if text else "").format_map(fillings)
    }
    assert odd == {}


def test_what_says_more_by_itself_is_not_taken_for_less():
    assert catalogue("fr").said("No rider offers to deliver order LOS-000194 any more") == (
        "Plus aucun livreur ne propose de livrer la commande LOS-000194"
    )
    assert catalogue("fr").said("Asked by Biller, Lagos store: Go over the credit limit, NGN\xa05.00. Why not.") == (
        "Demandée par Biller, Lagos store\xa0: Dépasser la limite de crédit, 5,00\xa0NGN. Why not."
    )
