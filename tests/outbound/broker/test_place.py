"""Where the broker is: read from the environment, refused with a sentence, and shown without a password."""

from pathlib import Path

import pytest

from orderway.outbound.broker.place import BrokerInvalid, Place, read_place


def test_without_an_address_there_is_no_broker():
    assert read_place({}) is None
    assert read_place({"ORDERWAY_NATS_URL": " "}) is None


def test_all_servers_are_named(tmp_path: Path):
    file = tmp_path / "url"
    file.write_text("nats://house:secret@one:4222, tls://two\n")
    place = read_place({
        "ORDERWAY_NATS_URL_FILE": str(file), "ORDERWAY_NATS_STREAM": "SALES",
        "ORDERWAY_NATS_REPLICAS": "3", "ORDERWAY_NATS_DAYS": "30",
    })  # fmt: skip
    assert place == Place(("nats://house:secret@one:4222", "tls://two"), "SALES", replicas=3, days=30)
    assert str(place) == "nats://one:4222, tls://two"
    assert "secret" not in repr(place)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"ORDERWAY_NATS_URL": "nats://one,http://house:secret@two"}, "The address number 2 of ORDERWAY_NATS_URL"),
        ({"ORDERWAY_NATS_URL": "nats://one:port"}, "The address number 1 of ORDERWAY_NATS_URL"),
        ({"ORDERWAY_NATS_URL": "one:4222"}, "The address number 1 of ORDERWAY_NATS_URL"),
        ({"ORDERWAY_NATS_URL": "nats://"}, "The address number 1 of ORDERWAY_NATS_URL"),
        ({"ORDERWAY_NATS_URL": "nats://one", "ORDERWAY_NATS_STREAM": "a.b"}, "ORDERWAY_NATS_STREAM is 'a.b'"),
        ({"ORDERWAY_NATS_URL": "nats://one", "ORDERWAY_NATS_REPLICAS": "6"}, "ORDERWAY_NATS_REPLICAS is '6'"),
        ({"ORDERWAY_NATS_URL": "nats://one", "ORDERWAY_NATS_DAYS": "0"}, "ORDERWAY_NATS_DAYS is '0'"),
        ({"ORDERWAY_NATS_URL_FILE": "/nowhere"}, "ORDERWAY_NATS_URL_FILE names /nowhere"),
    ],
)
def test_what_can_not_be_is_refused(environ: dict[str, str], said: str):
    with pytest.raises(BrokerInvalid, match="ORDERWAY_NATS") as refused:
        read_place(environ)
    assert refused.value.message.startswith(said)
    assert "secret" not in str(refused.value)
