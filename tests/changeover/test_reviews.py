"""The review list: who sees it and in which order, and that each review is decided once, by who may."""

from datetime import timedelta

import pytest
from tests.changeover.listed import EVIDENCE, READ_AT, put_on_the_list
from tests.stories.shop import Order, Shop, actor, person, shirts

from orderway.changeover.deciding import Verdict, decide
from orderway.changeover.listing import Filters, place_in
from orderway.changeover.reviews import REVIEWS, Place, Review, load_review
from orderway.people.viewer import Viewer, find_viewer
from orderway.workflow.errors import Conflict, Invalid, NotFound, Refused
from orderway.workflow.transaction import Transaction


async def viewer(shop: Shop, word: str) -> Viewer:
    async with shop.pool.acquire() as connection:
        found = await find_viewer(connection, person(word))
    assert found is not None
    return found


async def said(shop: Shop, word: str, verdict: Verdict) -> Review:
    who = await viewer(shop, word)

    async def work(tx: Transaction) -> Review:
        return await decide(tx, who, verdict)

    return await shop.runner.run(work, actor=actor(word))


async def listed(shop: Shop, word: str, filters: Filters = Filters()) -> list[tuple[str, str]]:  # noqa: B008
    who = await viewer(shop, word)
    async with shop.pool.acquire() as connection:
        page = await REVIEWS.page(connection, who, filters=filters)
        if filters.status == "open" and not filters.kind:
            assert await REVIEWS.count(connection, who) == len(page.rows)
    return [(each.number, each.kind) for each in page.rows]


@pytest.fixture
async def orders(shop: Shop) -> list[Order]:
    made = [await shop.agreed(shirts(2)) for _ in range(2)]
    await put_on_the_list(shop.pool, made[1].id, "ADDRESS")
    await put_on_the_list(shop.pool, made[0].id, "NOT_RELEASED", opened_at=READ_AT + timedelta(hours=1))
    await put_on_the_list(shop.pool, made[0].id, "RIDER", opened_at=READ_AT + timedelta(hours=1))
    return made


async def test_what_waits_longest_comes_first_with_its_evidence(shop: Shop, orders: list[Order]):
    assert await listed(shop, "manager") == [
        ("LAG-000002", "ADDRESS"), ("LAG-000001", "NOT_RELEASED"), ("LAG-000001", "RIDER"),
    ]  # fmt: skip
    assert await listed(shop, "accountant", Filters(kind="RIDER")) == [("LAG-000001", "RIDER")]
    async with shop.pool.acquire() as connection:
        manager = await viewer(shop, "manager")
        found = await load_review(connection, manager, Place(orders[0].id, "RIDER"))
        first = await REVIEWS.page(connection, manager, limit=1)
        behind = place_in(REVIEWS.cursor(first.rows[-1]))
        second = await REVIEWS.page(connection, manager, after=behind, limit=1)
    assert (found.evidence, found.sentence, found.may_decide) == (EVIDENCE, "It is RIDER.", True)
    assert ([each.kind for each in second.rows], second.has_more) == (["NOT_RELEASED"], True)


@pytest.mark.usefixtures("orders")
async def test_nobody_sees_it_who_does_not_see_operations(shop: Shop):
    assert [await listed(shop, word) for word in ("biller", "rider", "reseller")] == [[], [], []]


async def test_it_is_decided_once_and_stays_with_who_decided_it(shop: Shop, orders: list[Order]):
    place = Place(orders[0].id, "RIDER")
    done = await said(shop, "manager", Verdict(place=place, decision="STANDS", reason=" Called the rider. "))
    assert (done.decision, done.decided_by, done.decided_at, done.reason) == (
        "STANDS", person("manager"), shop.now, "Called the rider.",
    )  # fmt: skip
    assert await listed(shop, "manager", Filters(status="decided")) == [("LAG-000001", "RIDER")]
    with pytest.raises(Conflict, match="Manager decided on it"):
        await said(shop, "manager", Verdict(place=place, decision="MENDED", reason="Again."))
    assert await listed(shop, "manager") == [("LAG-000002", "ADDRESS"), ("LAG-000001", "NOT_RELEASED")]


async def test_what_is_not_taken_changes_nothing(shop: Shop, orders: list[Order]):
    place = Place(orders[0].id, "RIDER")
    before = await listed(shop, "manager")
    with pytest.raises(Refused, match="You may not decide on an order of the review list"):
        await said(shop, "accountant", Verdict(place=place, decision="STANDS", reason="It is."))
    with pytest.raises(NotFound):
        await said(shop, "biller", Verdict(place=place, decision="STANDS", reason="It is."))
    with pytest.raises(NotFound):
        await said(shop, "manager", Verdict(place=Place(orders[1].id, "RIDER"), decision="STANDS", reason="It is."))
    for reason in ("  ", "x" * 2001):
        with pytest.raises(Invalid, match="eason"):
            await said(shop, "manager", Verdict(place=place, decision="STANDS", reason=reason))
    assert await listed(shop, "manager") == before
