"""Where receipts go, as an operator says it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import httpx
import pytest
from tests.receipts.weed import Weed

from orderway.doctor import around
from orderway.doctor.finding import Wrong
from orderway.storage.place import Label, StorageUnavailable
from orderway.storage.storage import THE_FOLDER, Storage

ANY = Label("image/png", "inline")


@pytest.mark.parametrize(
    ("address", "bucket", "prefix"),
    [
        ("", "local folder", ""),
        ("s3://receipts", "receipts", ""),
        ("s3://receipts/", "receipts", ""),
        ("s3://the.receipts-2/shop/of=all", "the.receipts-2", "shop/of=all/"),
        ("s3://receipts/shop/", "receipts", "shop/"),
    ],
)
def test_an_address_names_a_bucket_and_where_in_it(address: str, bucket: str, prefix: str, tmp_path: Path):
    storage = Storage({"ORDERWAY_RECEIPTS": address}, folder=tmp_path)
    assert storage.bucket == bucket
    key = storage.new_key()
    assert key.startswith(prefix)
    assert len(key) == len(prefix) + 48


@pytest.mark.parametrize(
    "address",
    ["receipts", "s3://", "s3://R", "https://receipts", "s3://receipts/../all", "s3://receipts/a//b"],
)
def test_anything_else_is_refused_in_a_sentence(address: str, tmp_path: Path):
    with pytest.raises(StorageUnavailable) as refused:
        Storage({"ORDERWAY_RECEIPTS": address}, folder=tmp_path)
    assert str(refused.value) == (
        f"ORDERWAY_RECEIPTS is '{address}'. Write it as s3://bucket/prefix, or unset it for a folder."
    )


def test_an_endpoint_says_how_it_is_spoken_to(tmp_path: Path):
    with pytest.raises(StorageUnavailable) as refused:
        Storage({"ORDERWAY_S3_ENDPOINT": "storage.example:9000"}, folder=tmp_path)
    assert str(refused.value) == ("ORDERWAY_S3_ENDPOINT is 'storage.example:9000'. Write it as https://host:port.")


async def test_the_folder_is_for_its_owner_alone_and_no_file_is_written_over(tmp_path: Path):
    storage = Storage({}, folder=tmp_path / "home" / "receipts")
    await storage.folder.put("key", BytesIO(b"the first"), ANY)
    assert storage.folder.root.stat().st_mode & 0o777 == 0o700
    with pytest.raises(StorageUnavailable, match="File exists"):
        await storage.folder.put("key", BytesIO(b"the second"), ANY)
    assert storage.folder.path("key").read_bytes() == b"the first"
    await storage.folder.delete("key")
    await storage.folder.delete("key")
    assert list(storage.folder.root.iterdir()) == []


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("place", ["s3"], indirect=True)
async def test_a_large_file_goes_to_the_bucket_in_parts_and_comes_back_whole(tmp_path: Path):
    storage = Storage(os.environ, folder=tmp_path)
    large, key = os.urandom(11 * 1024 * 1024), storage.new_key()
    with (tmp_path / "upload").open("w+b") as file:
        file.write(large)
        file.flush()
        await storage.at(storage.bucket).put(key, file, ANY)
    (link,) = await storage.s3(storage.bucket).links([key], timedelta(minutes=1))
    async with httpx.AsyncClient() as client:
        assert (await client.get(link)).content == large
        await storage.at(storage.bucket).delete(key)
        await storage.at(storage.bucket).delete(key)
        assert (await client.get(link)).status_code == 404


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("ORDERWAY_RECEIPTS", "s3://key:hush@a-bucket", "ORDERWAY_RECEIPTS is 's3://…@a-bucket'."),
        ("ORDERWAY_S3_ENDPOINT", "key:hush@storage.example", "ORDERWAY_S3_ENDPOINT is '…@storage.example'."),
        (
            "ORDERWAY_S3_ENDPOINT",
            "https://key:hush@storage.example",
            "ORDERWAY_S3_ENDPOINT is 'https://…@storage.example'.",
        ),
    ],
)
def test_a_secret_in_an_address_is_refused_and_not_repeated(variable: str, value: str, told: str, tmp_path: Path):
    with pytest.raises(StorageUnavailable) as refused:
        Storage({variable: value}, folder=tmp_path)
    assert refused.value.message == told


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


@pytest.mark.usefixtures("place")
async def test_what_lies_under_a_key_of_ours_is_replaced_and_read(tmp_path: Path):
    storage = Storage(os.environ, folder=tmp_path)
    place, key = storage.at(storage.bucket), storage.key("store/month/order.gz")
    assert await place.read(key) is None
    for content in (b"the first time", b"again"):
        await place.replace(key, content)
        assert await place.read(key) == content
    assert files_in(tmp_path) == (["order.gz"] if storage.bucket == THE_FOLDER else [])


@pytest.mark.usefixtures("place")
async def test_a_place_that_takes_files_is_well_and_nothing_of_the_look_stays(tmp_path: Path):
    storage = Storage(os.environ, folder=tmp_path / "none" / "receipts")
    await storage.check()
    assert not (tmp_path / "none").exists()
    if storage.bucket != THE_FOLDER:
        found = storage.s3(storage.bucket).store.list(storage.new_key().partition("/")[0])
        assert [each async for each in found] == []


async def test_a_folder_that_can_not_be_is_told(tmp_path: Path):
    (tmp_path / "receipts").write_text("a file")
    with pytest.raises(StorageUnavailable, match="receipts can not be written") as told:
        await Storage({}, folder=tmp_path / "receipts").check()
    assert told.value.remedy == "Make room in it, or open it for this user."


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "another"}, "The bucket receipts-of-the-tests refuses us."),
        (
            {"ORDERWAY_S3_ENDPOINT": "http://127.0.0.1:1"},
            "The bucket receipts-of-the-tests does not do what it is asked for.",
        ),
    ],
    ids=["secret", "endpoint"],
)
async def test_what_is_wrong_with_a_bucket_is_told(
    wrong: dict[str, str], told: str, weed: Weed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    for name, value in (weed.environment("x") | wrong).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StorageUnavailable) as away:
        await Storage(os.environ, folder=tmp_path).check()
    assert away.value.message == told


@pytest.fixture
def nothing_there(weed: Weed, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server to which nothing is there, unlike the one of the tests, which makes each bucket that it is told of."""

    class NotFound(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its library's word)
            del format, args

    for name, value in weed.environment("x").items():
        monkeypatch.setenv(name, value)
    with ThreadingHTTPServer(("127.0.0.1", 0), NotFound) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("ORDERWAY_S3_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        yield
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("nothing_there")
async def test_a_bucket_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(StorageUnavailable) as away:
        await Storage(os.environ, folder=tmp_path).check()
    assert away.value.message == "There is no bucket receipts-of-the-tests."


async def test_the_doctor_looks_whether_receipts_can_be_kept(weed: Weed, monkeypatch: pytest.MonkeyPatch):
    for name, value in weed.environment("x").items():
        monkeypatch.setenv(name, value)
    assert await asyncio.to_thread(around.receipts) == "Receipts can be put into the bucket receipts-of-the-tests."
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a wrong one")
    with pytest.raises(Wrong) as wrong:
        await asyncio.to_thread(around.receipts)
    assert str(wrong.value) == (
        "Receipts can not be kept. The bucket receipts-of-the-tests refuses us. "
        "Mend that place, or correct ORDERWAY_RECEIPTS, ORDERWAY_S3_ENDPOINT and the variables AWS_…."
    )


def test_a_fresh_machine_keeps_them_in_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("ORDERWAY_HOME", str(tmp_path / "home"))
    assert around.receipts() == f"Receipts can be put into the folder {tmp_path / 'home' / 'receipts'}."
    assert not (tmp_path / "home").exists()
