"""The parts of a multipart body, told one by one while its bytes arrive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from orderway.errors import OrderwayError

HEADERS = 10
HEADER_LENGTH = 1000


class UploadRefused(OrderwayError):
    """The request is no upload that is taken; `status` is how HTTP calls it."""

    def __init__(self, status: int, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.status = status


@dataclass(frozen=True, slots=True)
class Begun:
    """A part begins: the field of this name."""

    name: str


class Parts:
    """Give it the bytes as they come; `whole` once the last boundary was there."""

    def __init__(self, content_type: str) -> None:
        """`content_type` is the request's. Raises UploadRefused where it is no form, or names no boundary."""
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data":
            raise UploadRefused(415, "A receipt is uploaded as a form.", "Send it as multipart/form-data.")
        self.whole = False
        self._found: list[Begun | bytes] = []
        self._field, self._value, self._disposition = bytearray(), bytearray(), b""
        try:
            self._parser = MultipartParser(
                options.get(b"boundary", b""),
                {
                    "on_part_begin": self._part_begins,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_ends,
                    "on_headers_finished": self._headers_end,
                    "on_part_data": self._data,
                    "on_end": self._ends,
                },
                max_header_count=HEADERS,
                max_header_size=HEADER_LENGTH,
            )
        except FormParserError as error:
            raise unreadable(error) from error
        if b"boundary" not in options:
            raise UploadRefused(400, "The request names no boundary between its parts.", "Send it as a form does.")

    def of(self, chunk: bytes) -> Iterator[Begun | bytes]:
        """What the next bytes hold: the beginnings of parts, and the bytes in them. Raises UploadRefused."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise unreadable(error) from error
        found, self._found = self._found, []
        yield from found

    def _part_begins(self) -> None:
        self._disposition = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ends(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._found.append(Begun(options.get(b"name", b"").decode(errors="replace")))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._found.append(data[start:end])

    def _ends(self) -> None:
        self.whole = True


def unreadable(error: Exception) -> UploadRefused:
    return UploadRefused(400, f"The form can not be read: {error}.", "Send it as multipart/form-data does.")
