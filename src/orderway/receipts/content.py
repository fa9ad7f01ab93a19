"""What a file is by its content, and whether it is whole: neither its name nor what its sender calls it counts."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Mapping
from typing import BinaryIO

from orderway.errors import OrderwayError
from orderway.order.shape import ContentType

Bytes = bytes | mmap.mmap
"""A file's bytes, in memory or looked at where they lie."""

PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG_START = b"\xff\xd8\xff"
JPEG_END = b"\xff\xd9"
JPEG_SCAN = 0xDA
JPEG_SEGMENTS = 10_000
"""Segments before a picture's data: a camera writes some dozens."""
PDF_START = b"%PDF-"
PDF_END = b"%%EOF"
PDF_TAIL = 1024
"""Bytes at the end of a PDF in which its mark is looked for, as readers do."""


def weight(size: int) -> str:
    """How large a file of so many bytes is: in kB and MB as people count them, at least one."""
    kilobytes = max(1, round(size / 1000))
    return f"{kilobytes:,} kB" if kilobytes < 1000 else f"{kilobytes / 1000:,.1f} MB"


class NotAReceipt(OrderwayError):
    """The file is none of the kinds that a receipt may be, or not all of it is there."""


def content_type_of(file: BinaryIO) -> ContentType:
    """Return what a file on the disk is. Raises NotAReceipt. Its bytes stay where they are, however many."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return recognised(content)


def recognised(content: Bytes) -> ContentType:
    """Return what these bytes are. Raises NotAReceipt."""
    for kind, (begins, label, whole) in KINDS.items():
        if begins(content):
            if not whole(content):
                raise NotAReceipt(f"This {label} is cut off: its end is missing.", "Upload the whole file.")
            return kind
    raise NotAReceipt(
        "This file is no picture and no PDF, whatever it is called.",
        "Upload a PNG, JPEG or WebP picture, or a PDF.",
    )


def _is_png(content: Bytes) -> bool:
    return content[: len(PNG_START)] == PNG_START


def _is_whole_png(content: Bytes) -> bool:
    return content.rfind(PNG_END) != -1


def _is_jpeg(content: Bytes) -> bool:
    return content[: len(JPEG_START)] == JPEG_START


def _is_whole_jpeg(content: Bytes) -> bool:
    """The end is looked for behind the beginning of the picture's data: a thumbnail in the head has its own."""
    place = 2
    for _ in range(JPEG_SEGMENTS):
        if content[place : place + 1] != b"\xff":
            return False
        marker = content[place + 1 : place + 2]
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        place += 2 + length
        if length < 2 or place > len(content):
            return False
        if marker[0] == JPEG_SCAN:
            return content.find(JPEG_END, place) != -1
    return False


def _is_webp(content: Bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:15] == b"WEBPVP8"


def _is_whole_webp(content: Bytes) -> bool:
    return 8 + int.from_bytes(content[4:8], "little") <= len(content)


def _is_pdf(content: Bytes) -> bool:
    return content[: len(PDF_START)] == PDF_START


def _is_whole_pdf(content: Bytes) -> bool:
    return content[-PDF_TAIL:].find(PDF_END) != -1


Look = Callable[[Bytes], bool]
KINDS: Mapping[ContentType, tuple[Look, str, Look]] = {
    "image/png": (_is_png, "PNG", _is_whole_png),
    "image/jpeg": (_is_jpeg, "JPEG", _is_whole_jpeg),
    "image/webp": (_is_webp, "WebP", _is_whole_webp),
    "application/pdf": (_is_pdf, "PDF", _is_whole_pdf),
}
"""How each kind begins, what a person calls it, and how it is seen to be whole."""
