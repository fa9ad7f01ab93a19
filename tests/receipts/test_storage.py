"""Where receipts go, as an operator says it."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from orderway.storage.place import Label, StorageUnavailable
from orderway.storage.storage import Storage

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
