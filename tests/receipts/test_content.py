"""What a file is, by its content alone; and that a part of one is none."""

from __future__ import annotations

from typing import BinaryIO

import pytest
from tests.receipts.samples import HTML, JPEG, KINDS, PDF, PNG, WEBP

from orderway.receipts.content import NotAReceipt, content_type_of, recognised

NAMES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP", "application/pdf": "PDF"}
NOTHING_OF_OURS = "This file is no picture and no PDF, whatever it is called."


@pytest.fixture
def file(tmp_path_factory: pytest.TempPathFactory) -> BinaryIO:
    return (tmp_path_factory.mktemp("file") / "upload").open("w+b")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_known_by_its_content(kind: str, file: BinaryIO):
    with file:
        file.write(KINDS[kind])
        file.flush()
        assert content_type_of(file) == kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_cut_off_anywhere_is_refused(kind: str):
    whole = KINDS[kind].rstrip(b"\n")
    for length in range(1, len(whole)):
        with pytest.raises(NotAReceipt) as refused:
            recognised(whole[:length])
        cut = f"This {NAMES[kind]} is cut off: its end is missing. Upload the whole file."
        assert str(refused.value) == cut or refused.value.message == NOTHING_OF_OURS
    assert str(refused.value) == cut


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_camera_writes_behind_the_end_is_left_alone(kind: str):
    assert recognised(KINDS[kind] + b"a few words of the camera") == kind


@pytest.mark.parametrize(
    "content",
    [
        HTML,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a\x01\x00\x01\x00;",
        b"MZ" + PNG,
        b"\n" + PDF,
        b"RIFF\x04\x00\x00\x00WAVE",
        b"\x89PNG\r\n\x1a\n" + HTML,
    ],
)
def test_anything_else_is_no_receipt(content: bytes):
    with pytest.raises(NotAReceipt) as refused:
        recognised(content)
    assert refused.value.message == NOTHING_OF_OURS


def test_the_end_of_a_thumbnail_is_not_the_end_of_the_picture():
    thumbnail = b"\xff\xe1" + (2 + len(JPEG)).to_bytes(2, "big") + JPEG
    picture = JPEG[:2] + thumbnail + JPEG[2:]
    assert recognised(picture) == "image/jpeg"
    with pytest.raises(NotAReceipt, match="This JPEG is cut off"):
        recognised(picture[:-2])


def test_a_picture_of_nothing_but_heads_is_given_up():
    with pytest.raises(NotAReceipt, match="This JPEG is cut off"):
        recognised(b"\xff\xd8" + b"\xff\xe0\x00\x02" * 20_000 + JPEG[2:])


def test_a_picture_says_itself_how_long_it_is():
    longer = WEBP[:4] + (len(WEBP) - 7).to_bytes(4, "little") + WEBP[8:]
    with pytest.raises(NotAReceipt, match="This WebP is cut off"):
        recognised(longer)
