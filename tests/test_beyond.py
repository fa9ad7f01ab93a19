"""What the programs of tests/beyond say of a run: that they find what is lost, before they are believed."""

from uuid import UUID

import pytest
from tests.beyond import brokers
from tests.beyond.client import clients
from tests.beyond.leader import Struck, findings, missing, untold

ORDER = UUID("0198a000-0000-7000-8000-0000000000e1")
OTHER = UUID("0198a000-0000-7000-8000-0000000000e2")
TOLD: dict[object, tuple[object, int]] = {"a": (ORDER, 1), "b": (ORDER, 2), "c": (OTHER, 1)}


async def test_what_was_answered_is_found_again_and_what_is_lost_is_told(database_url: str):
    answers = await clients(database_url, seconds=0.1, at_once=2)
    keys = [key for key, *_ in answers.moves]
    assert len(keys) >= 18
    assert (answers.losses, answers.unsure) == ({}, set())
    struck = Struck(0.0, answers.moves, {}, [])
    assert await missing(database_url, struck) == []
    assert await findings(database_url) == []
    assert await untold(database_url) == len(keys) // 9, "no worker told anybody of these orders"
    key, step, state, at = answers.moves[-1]
    other_state = Struck(0.0, [(key, step, f"NOT_{state}", at)], {}, [])
    other_step = Struck(0.0, [(key, step + 1, state, at)], {}, [])
    another = Struck(0.0, [("no such key", step, state, at)], {}, [])
    for planted in (other_state, other_step, another):
        assert await missing(database_url, planted) == [planted.moves[0][0]]


def test_the_gap_is_the_longest_time_without_an_answer():
    moves = [("a", 1, "OPEN", 10.0), ("b", 1, "OPEN", 11.0), ("d", 1, "OPEN", 31.5), ("c", 1, "OPEN", 30.0)]
    assert Struck(12.0, moves, {}, []).gap() == (19.0, 18.0)


@pytest.mark.parametrize(
    ("stream", "verdict", "said"),
    [
        ("a c b", "well", "0 are missing in the stream, 0 stand there twice, 0 out of their order"),
        ("a c", "amiss", "1 are missing in the stream, 0 stand there twice, 0 out of their order"),
        ("a b c b", "amiss", "0 are missing in the stream, 1 stand there twice, 0 out of their order"),
        ("b a c", "amiss", "0 are missing in the stream, 0 stand there twice, 2 out of their order"),
    ],
)
def test_what_is_amiss_in_a_stream_is_found(stream: str, verdict: str, said: str, capsys: pytest.CaptureFixture[str]):
    found = [(id, float(number)) for number, id in enumerate(stream.split())]
    assert brokers.judge(TOLD, found, at=0.0) is (verdict == "well")
    assert said in capsys.readouterr().out
