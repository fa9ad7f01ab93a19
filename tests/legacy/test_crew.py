"""Orders side by side, whatever they come from: who follows whom, and what ends it all."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from orderway.errors import OrderwayError
from orderway.legacy.crew import Came, Crew, Failure, Outcome, told


def crew(done: list[str], stop: asyncio.Event) -> Crew[str]:
    """One for orders such as "b3": the third of the buyer b. One that ends in "x" can not be brought over."""

    async def bring(order: str) -> Came:
        await asyncio.sleep(0)
        if order.endswith("x"):
            raise OrderwayError("It has no buyer.", "Name one.")
        done.append(order)
        return "grown" if order.startswith("c") else "brought"

    return Crew(
        pool=None, bring=bring, lane=lambda order: order[0], name=str, stop=stop, on_order=lambda: None, lanes=3
    )


async def read(*batches: Sequence[str] | OrderwayError) -> AsyncIterator[Sequence[str]]:
    for batch in batches:
        if isinstance(batch, OrderwayError):
            raise batch
        yield batch


async def test_the_orders_of_a_buyer_follow_each_other_and_one_that_fails_stops_no_other():
    done: list[str] = []
    outcome = await crew(done, asyncio.Event()).bring_all(read(["a1", "b1", "c1", "a2"], ["bx", "b3", "a3"]))
    assert outcome == Outcome(brought=5, grown=1, failures=[Failure("bx", "It has no buyer. Name one.")])
    assert [[each for each in done if each[0] == buyer] for buyer in "abc"] == [
        ["a1", "a2", "a3"],
        ["b1", "b3"],
        ["c1"],
    ]


async def test_a_source_that_goes_away_is_its_own_sentence():
    gone = OrderwayError("The connection to the former system's database broke.", "Run it again.")
    with pytest.raises(OrderwayError) as told:
        await crew([], asyncio.Event()).bring_all(read(["a1", "b1"], gone, ["c1"]))
    assert told.value is gone


async def test_what_is_stopped_brings_nothing_more():
    stop, done = asyncio.Event(), list[str]()
    stop.set()
    assert await crew(done, stop).bring_all(read(["a1", "b1"])) == Outcome()
    assert done == []


def test_what_is_no_sentence_of_ours_shows_no_row():
    assert told(ValueError("It broke.\nDETAIL:  Failing row contains (their phone).")) == "ValueError: It broke."
    assert told(OrderwayError("It has no buyer.", "Name one.")) == "It has no buyer. Name one."
