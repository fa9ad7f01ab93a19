"""Who wants to sign up learns where: by nothing that is not for strangers, and nowhere where nobody signs up."""

from __future__ import annotations

import pytest
from tests.graphql.office import KANO, LAGOS, Api

from orderway.settings import Settings

SHOPS = "{ shops { id name currency } }"
BOTH = [
    {"id": str(KANO), "name": "Kano", "currency": "NGN"},
    {"id": str(LAGOS), "name": "Lagos", "currency": "NGN"},
]


async def test_a_stranger_learns_where_to_sign_up(api: Api):
    assert (await api.ask("", SHOPS))["shops"] == BOTH


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"CUSTOMER_SIGN_UP": "no"}, BOTH),
        ({"RESELLER_APPLICATIONS": "no"}, BOTH),
        ({"CUSTOMER_SIGN_UP": "no", "RESELLER_APPLICATIONS": "no"}, []),
    ],
)
async def test_where_nobody_comes_by_themselves_strangers_learn_of_no_store(
    api: Api, given: dict[str, str], found: list[dict[str, str]]
):
    api.office.settings = Settings(given)
    async with api.office.open() as client:
        assert (await Api(api.office, client).ask("", SHOPS))["shops"] == found
