"""In which stores a person holds a permission for the seller: in all, in those they work in, or in none."""

from uuid import UUID

import pytest
from tests.people.company import KANO, LAGOS, Company

from orderway.people.scope import stores_of


@pytest.mark.parametrize(
    ("word", "stores"),
    [
        ("admin", None),
        ("manager", frozenset({LAGOS})),
        ("biller", frozenset()),
        ("accountant", frozenset()),
        ("rider", frozenset()),
        ("customer", frozenset()),
    ],
)
async def test_the_permission_counts_where_the_role_that_grants_it_reaches(
    company: Company, word: str, stores: frozenset[UUID] | None
):
    assert stores_of(await company.viewer(word), "stock.manage") == stores


async def test_a_role_without_a_scope_counts_wherever_the_others_reach(company: Company):
    await company.role("COUNTER", "stock.manage")
    await company.add("clerk", "BILLER", "COUNTER", stores=[LAGOS, KANO])
    await company.add("chief", "ACCOUNTANT", "COUNTER")
    await company.add("buyer", "CUSTOMER", "COUNTER", stores=[LAGOS])
    assert stores_of(await company.viewer("clerk"), "stock.manage") == frozenset({LAGOS, KANO})
    assert stores_of(await company.viewer("chief"), "stock.manage") is None
    assert stores_of(await company.viewer("buyer"), "stock.manage") == frozenset()


async def test_who_manages_one_store_and_sees_all_for_another_reason_manages_that_one(company: Company):
    await company.add("both", "MANAGER", "ACCOUNTANT", stores=[KANO])
    assert stores_of(await company.viewer("both"), "stock.manage") == frozenset({KANO})
