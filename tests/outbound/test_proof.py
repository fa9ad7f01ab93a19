"""The proof of delivery in small: `python -m tests.beyond.delivery` is the large one."""

from pathlib import Path

from tests.beyond.delivery import prove


async def test_whatever_is_killed_and_cut_off_each_event_arrives_once_and_in_its_order(
    database_url: str, tmp_path: Path
):
    found, storm, consumer = await prove(database_url, tmp_path, events=450, seed=7, pause=0.4, patience="none")
    assert found == []
    assert len(consumer.seen) >= 450
    assert storm.blows.total() > 0
